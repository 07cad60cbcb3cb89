#!/usr/bin/env bash
# same_binary.sh BUILD NAME [ARGUMENT of taut run]...: runs the reference binary again under another condition
# and compares every trace hash. NAME is fma_hidden (the C library believes in an older processor),
# one_worker, two_workers or other_seed.
set -euo pipefail
here=tests/determinism
build=$1
name=$2
shift 2
case "$name" in
  fma_hidden)
    export GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2_Usable,-AVX2,-AVX,-AVX512F,-ERMS,-BMI2
    ;;
esac
bash $here/hashes.sh "$build/determinism/$name" "$build/taut" "$@"
bash $here/compare.sh "$build/determinism/reference" "$build/determinism/$name"
