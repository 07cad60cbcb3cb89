#!/usr/bin/env bash
# hashes.sh OUT "COMMAND" [ARGUMENT]...: runs scenarios and writes "file:case<TAB>verdict<TAB>trace hash"
# lines, sorted, to OUT.
set -uo pipefail
export TAUT_DATA=$PWD
out=$1
read -ra command <<<"$2"
shift 2
mkdir -p "$(dirname "$out")"
rm -rf "$out" "$out.runs" "$out.json"
# Emulated or unoptimised cases are slow, which is no defect.
"${command[@]}" run "$@" --json "$out.json" --out "$out.runs" --timeout 900 >"$out.log" 2>&1
rc=$?
# 1 means that a scenario did not pass: its hash is compared all the same.
if [ $rc -gt 1 ] || [ ! -s "$out.json" ]; then
  tail -n 20 "$out.log"
  echo "the run itself failed with exit code $rc: ${command[*]} run $*"
  exit 1
fi
jq -r '.cases[] | "\(.file):\(.name)\t\(.verdict)\t\(.trace_hash)"' "$out.json" | sort >"$out"
[ -s "$out" ] || {
  echo "no case ran"
  exit 1
}
