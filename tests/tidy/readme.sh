#!/usr/bin/env bash
# readme.sh TAUT [FILE]...: every command line in a fenced sh block names a verb that exists. By default of
# README.md and docs/.
set -euo pipefail
taut=$1
shift
files=("$@")
[ ${#files[@]} -gt 0 ] || files=(README.md docs/*.md)
export TAUT_DATA=$PWD
found=0
# "file: command" of every line in a ```sh block, without comments and continuations.
fenced_commands() {
  # shellcheck disable=SC2016
  awk '/^```/ { is_sh = ($0 == "```sh"); next }
    is_sh { sub(/[ \t]+#.*$/, ""); sub(/^\$ /, ""); if ($0 != "") print FILENAME ": " $0 }' "$@"
}
wrong() {
  echo "$1"
  found=1
}
while IFS= read -r line; do
  file=${line%%: *}
  # shellcheck disable=SC2086
  set -- ${line#*: }
  while [[ "${1-}" == *=* && "${1-}" != -* ]]; do shift; done
  case "${1-}" in
    ./dev) ./dev help | grep -qE "^  $2( |\$)" || wrong "$file: ./dev has no command '$2'" ;;
    taut | build/taut)
      "$taut" help "$2" >/dev/null 2>&1 || "$taut" "$2" --help >/dev/null 2>&1 ||
        wrong "$file: taut has no verb '$2'"
      ;;
    "") ;; # an assignment alone
    cmake | cd | cc | pkg-config | git | ctest | nm | npm | node | sudo | protoc | /usr/bin/python3) ;;
    ./leak_controller) ;; # built on the line before
    *) wrong "$file: cannot judge the command: $*" ;;
  esac
done < <(fenced_commands "${files[@]}")
exit $found
