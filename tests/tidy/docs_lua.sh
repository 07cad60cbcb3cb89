#!/usr/bin/env bash
# docs_lua.sh TAUT BUILD: the Lua of the documentation is real. Every scenario in a fenced block passes; every
# role in a fenced block takes part in a run without an error; every register is one that a scenario can be judged by.
set -euo pipefail
taut=$1
folder=$2/docs
export TAUT_DATA=$PWD
rm -rf "$folder"
mkdir -p "$folder"
# Each block that returns something of taut becomes a file, named after its document and line.
# shellcheck disable=SC2016
awk -v folder="$folder" '
  /^```/ {
    if (is_lua && text ~ /return taut\./) {
      kind = text ~ /return taut\.protocol/ ? "protocol" : text ~ /return taut\.role/ ? "role" : text ~ /return taut\.requirements/ ? "register" : "scenario"
      name = FILENAME; gsub(/[\/.]/, "_", name)
      file = folder "/" kind "_" name "_" first ".lua"
      printf "%s", text > file
      close(file)
    }
    is_lua = ($0 == "```lua"); text = ""; first = FNR; next
  }
  is_lua { text = text $0 "\n" }' README.md docs/*.md

shopt -s nullglob
for protocol in "$folder"/protocol_*.lua; do
  # A protocol has the name of its file.
  home=$folder/$(basename "$protocol" .lua)
  mkdir "$home"
  mv "$protocol" "$home/$(sed -n 's/^ *name = "\([a-z_]*\)",$/\1/p' "$protocol" | head -n 1).lua"
  "$taut" protocol "$home"/*.lua --check
done
scenarios=("$folder"/scenario_*.lua)
[ ${#scenarios[@]} -gt 0 ] || { echo "no scenario found in the documentation"; exit 1; }
"$taut" run "${scenarios[@]}" --out "$folder/runs"
for role in "$folder"/role_*.lua; do
  name=$(sed -n 's/.*role *= *"\([a-z_]*\)".*/\1/p' "$role" | head -n 1)
  rc=0
  "$taut" run "${scenarios[0]}" --with "$name=$role" --out "$folder/runs" --json "$folder/role.json" \
    >"$folder/role.log" 2>&1 || rc=$?
  # With another spotter the scenario may fail; the role itself must work.
  if [ $rc -gt 1 ] || jq -e '.cases[] | select(.verdict == "error")' "$folder/role.json" >/dev/null; then
    cat "$folder/role.log"
    echo "$role: the role does not work"
    exit 1
  fi
  echo "$role: works as $name"
done
for register in "$folder"/register_*.lua; do
  home=$folder/$(basename "$register" .lua)
  mkdir "$home"
  mv "$register" "$home/requirements.lua"
  ids=$(sed -n 's/.*{ id = \("[^"]*"\).*/\1/p' "$home/requirements.lua" | paste -sd,)
  printf 'return require("taut").scenario { name = "n", rig = "two_cable_trainer",\n covers = { %s },\n%s }\n' \
    "$ids" ' script = function(s) s:wait "10 ms" end' >"$home/scenario.lua"
  # Nothing happens in it, so its requirements are not exercised; that they compile is what is asked.
  "$taut" run "$home/scenario.lua" --out "$folder/runs" --allow-inconclusive --quiet
  echo "$home: is a register"
done
