#!/usr/bin/env bash
# limits.sh [DOC]: every source that the shipped requirements name is a row of docs/safety-limits.md.
set -euo pipefail
doc=${1:-docs/safety-limits.md} found=0
while IFS= read -r row; do
  grep -qE "^\\| [^|]*\\b$row\\b" "$doc" || {
    echo "$doc has no row '$row', which a requirement names as its source"
    found=1
  }
done < <(sed -n 's/.*source = limits \.\. "\(.*\)".*/\1/p' scenarios/requirements.lua | sort -u)
exit $found
