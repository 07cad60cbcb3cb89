#!/usr/bin/env bash
# clang_tidy.sh BUILD: clang-tidy with .clang-tidy over every source of the product.
set -euo pipefail
command -v clang-tidy >/dev/null || { echo "clang-tidy is not installed"; exit 77; }
find core hil models plugins -name '*.c' | sort |
  xargs -r -n 4 -P "$(nproc)" clang-tidy -p "$1" --quiet --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-ignored-optimization-argument 2>/dev/null
