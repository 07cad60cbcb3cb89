#!/usr/bin/env bash
# variant.sh BUILD NAME [ARGUMENT of taut run]...: builds a variant of the matrix, runs the scenarios with it
# and compares every trace hash with the reference of BUILD.
set -euo pipefail
here=tests/determinism
# shellcheck source=tests/determinism/variants.sh
source $here/variants.sh
build=$1
name=$2
shift 2
start=$SECONDS
variant_build "$name"
echo "build $name: $((SECONDS - start)) s"
start=$SECONDS
bash $here/hashes.sh "$build/determinism/$name" "$(variant_command "$name")" "$@"
echo "run $name: $((SECONDS - start)) s"
bash $here/compare.sh "$build/determinism/reference" "$build/determinism/$name"
