#!/usr/bin/env bash
# links.sh: every relative link of the documentation leads to a file, and every document is linked.
set -euo pipefail
found=0
while IFS=: read -r file target; do
  case "$target" in
    http* | mailto* | '#'*) continue ;;
  esac
  if [ ! -e "$(dirname "$file")/${target%%#*}" ]; then
    echo "$file: no such file: $target"
    found=1
  fi
done < <({ grep -oHE '\]\([^) ]+\)' README.md CHANGELOG.md docs/*.md docs/decisions/*.md plugins/*/README.md \
  2>/dev/null || true; } | sed -E 's/\]\(([^)]*)\)/\1/')
for file in docs/*.md; do
  grep -q "$(basename "$file")" README.md docs/architecture.md || {
    echo "$file: linked neither from README.md nor from docs/architecture.md"
    found=1
  }
done
exit $found
