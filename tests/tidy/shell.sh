#!/usr/bin/env bash
# shell.sh: shellcheck over the scripts of the project.
set -euo pipefail
command -v shellcheck >/dev/null || { echo "shellcheck is not installed"; exit 77; }
shellcheck dev .ci/run
find tests -name '*.sh' -print0 | xargs -0 shellcheck -x
