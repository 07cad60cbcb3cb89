#!/usr/bin/env bash
# parameters.sh ROOT: runs parameters.lua over the machines, users and exercises of a tree.
set -euo pipefail
script=$(realpath "$(dirname "${BASH_SOURCE[0]}")")/parameters.lua
cd "$1"
{ find models/machines models/users models/exercises -name '*.lua' 2>/dev/null || true; } | sort |
  xargs lua5.4 "$script"
