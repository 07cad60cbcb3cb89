#!/usr/bin/env bash
# compare.sh REFERENCE OTHER: every case of OTHER must be in REFERENCE with the same verdict and trace hash.
# Prints the first case that differs.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  NR == FNR { verdict[$1] = $2; hash[$1] = $3; next }
  { n++ }
  !($1 in hash) { bad = "is not in the reference" }
  $1 in hash && hash[$1] != $3 { bad = "trace hash " $3 ", reference " hash[$1] }
  $1 in hash && verdict[$1] != $2 { bad = "verdict " $2 ", reference " verdict[$1] }
  $3 !~ /^[0-9a-f]+$/ || length($3) != 32 { bad = "no trace hash: " $3 }
  bad != "" { printf "first difference: %s: %s\n", $1, bad; failed = 1; exit 1 }
  END { if (!failed && !n) { print "nothing to compare"; exit 1 }
        if (!failed) printf "%d cases, all as in the reference\n", n; exit failed }' "$1" "$2"
