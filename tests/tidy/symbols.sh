#!/usr/bin/env bash
# symbols.sh FILE...: compiled simulation code (static libraries, objects, plugins) may not import a libm
# function whose bits depend on the machine or the compiler (fmin and fmax: the sign of zero), nor hold
# writable globals, nor, as a plugin, export more than taut_query.
set -euo pipefail
shopt -s nullglob

inexact='a?(sin|cos|tan)(h|pi)?|atan2|sincos|exp(2|10|m1)?|log(2|10|1p)?|pow|hypot|cbrt|erfc?|[lt]gamma|fmin|fmax'
found=0
report() {
  printf '%s\n' "$1" | sed "s|^|$2: |"
  found=1
}

for file in "$@"; do
  imports=$(nm -u "$file" | awk '/^ +U / {print $2}' | sed 's/@.*//' |
    grep -xE "(__)?($inexact)(f|l|_finite)?" | sort -u || true)
  [ -z "$imports" ] || report "$imports" "$file imports"

  # Sections of data that can be written, without what the C runtime adds to a shared object.
  globals=$(objdump -t "$file" 2>/dev/null | awk '
    / (O|\.data|\.bss|\*COM\*)/ && / (\.data|\.bss|\.tdata|\.tbss|\*COM\*)(\.[A-Za-z_][A-Za-z0-9_.]*)?[ \t]/ &&
    !/\.data\.rel\.ro/ && / O / { print $NF }' |
    grep -vE '^(completed\.[0-9]+|__dso_handle|__TMC_END__|_edata|_end|__bss_start)$' || true)
  [ -z "$globals" ] || report "$globals" "$file has the writable global"

  case "$file" in
    *.so)
      exports=$(nm -D --defined-only "$file" | awk '{print $3}' | sed 's/@.*//' | grep -vx taut_query || true)
      [ -z "$exports" ] || report "$exports" "$file exports"
      nm -D --defined-only "$file" | grep -q ' taut_query$' || report "nothing named taut_query" "$file exports"
      ;;
  esac
done
[ $# -gt 0 ] || { echo "no file to look at"; exit 1; }
exit $found
