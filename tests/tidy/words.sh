#!/usr/bin/env bash
# words.sh ROOT: words that must not be left in the tree, and paths of somebody's machine.
set -euo pipefail
cd "$1"

words='TODO|FIXME|XXX|HACK|placeholder|not implemented( yet)?'
paths='/home/[a-z]|/root/|/Users/|/work/|/tmp/notes|file:///'

# Some folders may not exist; that is no failure of find.
files() {
  { find core models plugins scenarios hil tests docs cmake dev README.md CHANGELOG.md \
    CMakeLists.txt CMakePresets.json .ci -type f 2>/dev/null || true; } |
    grep -Ev '^tests/tidy/(bad/|words\.sh)|\.svg$' | sort
}

# search EXPRESSION [FILTER]: lines of the tree, or of the files that match the filter.
search() { files | { grep -E "${2:-.}" || true; } | { xargs -r grep -nIE "$1" || true; }; }

# Banned in the product: functions with no bound on what they write, or with a hidden static.
banned='gets|strcpy|strcat|sprintf|vsprintf|strtok|alloca|tmpnam|setjmp|longjmp'
hits=$(
  search "\\b($words)\\b"
  search "(^|[^A-Za-z0-9._-])($paths)"
  search "\\b($banned)[ ]*\\(" '^(core|models|plugins|hil)/.*\.[ch]$'
)
[ -z "$hits" ] || {
  printf '%s\n' "$hits"
  echo "the lines above hold words, paths or functions that may not stay"
  exit 1
}
