#!/usr/bin/env bash
# headers.sh: each public header compiles alone, as C and as C++, with both compilers where present.
set -euo pipefail
for header in core/include/taut/*.h; do
  for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    printf '#include "%s"\n' "taut/$(basename "$header")" |
      $compiler -std=c17 -fsyntax-only -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror \
        -Icore/include -x c - || { echo "$header: not alone as C with $compiler"; exit 1; }
  done
  for compiler in g++ clang++; do
    command -v $compiler >/dev/null || continue
    printf '#include "%s"\n' "taut/$(basename "$header")" |
      $compiler -std=c++17 -fsyntax-only -Wall -Wextra -Werror -Icore/include -x c++ - ||
      { echo "$header: not alone as C++ with $compiler"; exit 1; }
  done
  echo "$header"
done
