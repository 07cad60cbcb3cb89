#!/usr/bin/env bash
# cppcheck.sh BUILD: cppcheck over every source of the product.
set -euo pipefail
command -v cppcheck >/dev/null || { echo "cppcheck is not installed"; exit 77; }
mkdir -p "$1/cppcheck"
cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,performance,portability \
  --error-exitcode=1 --inline-suppr --suppressions-list=tests/tidy/cppcheck.supp \
  --cppcheck-build-dir="$1/cppcheck" -Icore/include -Icore -I. core hil models plugins
