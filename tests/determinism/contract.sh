#!/usr/bin/env bash
# Compiler launcher of the twin: lets the compiler fuse multiplications and additions, which the build
# otherwise forbids.
exec "$@" -march=x86-64-v3 -ffp-contract=fast
