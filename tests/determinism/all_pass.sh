#!/usr/bin/env bash
# all_pass.sh REFERENCE: every case of the run that made the reference has passed.
set -euo pipefail
awk -F '\t' '{ n++ } $2 != "pass" { print $2 ": " $1; bad++ }
  END { printf "%d cases, %d not passed\n", n, bad; exit !(n && !bad) }' "$1" || {
  cat "$1.log"
  exit 1
}
