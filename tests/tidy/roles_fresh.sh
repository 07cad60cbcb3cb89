#!/usr/bin/env bash
# roles_fresh.sh TAUT: docs/roles.md is what the command generates from roles.h today.
set -euo pipefail
export TAUT_DATA=$PWD
"$1" describe roles --markdown | diff -u docs/roles.md - || {
  echo "docs/roles.md is stale; make it again with: build/taut describe roles --markdown >docs/roles.md"
  exit 1
}
