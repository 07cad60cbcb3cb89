#!/usr/bin/env bash
# fails.sh EXPECTED COMMAND...: passes when the command fails and its output holds EXPECTED. Shows that a
# check can say no.
set -uo pipefail
expected=$1
shift
output=$("$@" 2>&1)
rc=$?
printf '%s\n' "$output"
[ $rc != 77 ] || exit 77
[ $rc != 0 ] || { echo "this should have failed: $*"; exit 1; }
case "$output" in
  *"$expected"*) exit 0 ;;
esac
echo "failed as it should, but without saying '$expected'"
exit 1
