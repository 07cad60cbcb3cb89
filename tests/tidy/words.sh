#!/usr/bin/env bash
# words.sh ROOT: words that must not be left in the tree, and paths of somebody's machine.
set -euo pipefail
cd "$1"

words='TODO|FIXME|XXX|HACK|placeholder|not implemented( yet)?'
paths='/home/[a-z]|/root/|/Users/|/work/|/tmp/notes|file:///'

files() {
  find core models plugins scenarios hil tests docs cmake dev README.md CHANGELOG.md \
    CMakeLists.txt CMakePresets.json .ci -type f 2>/dev/null |
    grep -Ev '^tests/tidy/(bad/|words\.sh)|\.svg$' | sort
}

found=0
if files | xargs -r grep -nIE "\\b($words)\\b"; then found=1; fi
if files | xargs -r grep -nIE "(^|[^A-Za-z0-9._-])($paths)"; then found=1; fi
# Banned functions: no bound on what they write, or a hidden static.
if files | grep -E '\.[ch]$' |
  xargs -r grep -nIE '\b(gets|strcpy|strcat|sprintf|vsprintf|strtok|alloca|tmpnam|setjmp|longjmp)[ ]*\('; then
  found=1
fi
[ $found = 0 ] || {
  echo "the lines above hold words, paths or functions that may not stay"
  exit 1
}
