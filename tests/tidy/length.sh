#!/usr/bin/env bash
# length.sh: files of one noun stay readable. Prints the longest files; fails above 1,000 lines. Columns
# are clang-format's business.
set -euo pipefail
files() { find core hil models plugins tests -name '*.[ch]' -type f | grep -v '^tests/tidy/bad/' | sort; }
echo "longest files:"
files | xargs -r wc -l | grep -v ' total$' | sort -rn | awk 'NR <= 12 { print "  " $0 }'
too_long=$(files | xargs -r wc -l | awk '$2 != "total" && $1 > 1000')
[ -z "$too_long" ] || { printf 'more than 1,000 lines:\n%s\n' "$too_long"; exit 1; }
