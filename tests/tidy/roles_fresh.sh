#!/usr/bin/env bash
# roles_fresh.sh TAUT: docs/roles.md and docs/rig.svg are what the command generates today.
set -euo pipefail
export TAUT_DATA=$PWD
"$1" describe roles --markdown | diff -u docs/roles.md - || {
  echo "docs/roles.md is stale; make it again with: build/taut describe roles --markdown >docs/roles.md"
  exit 1
}
picture=$(mktemp)
trap 'rm -f "$picture"' EXIT
"$1" describe two_cable_trainer --svg "$picture" >/dev/null
cmp docs/rig.svg "$picture" || {
  echo "docs/rig.svg is stale; make it again with: build/taut describe two_cable_trainer --svg docs/rig.svg"
  exit 1
}
