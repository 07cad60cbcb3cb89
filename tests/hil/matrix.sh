#!/usr/bin/env bash
# matrix.sh TAUT: every safety scenario with roles in other processes has the trace hash that it has in
# process, over ipc and over tcp. A motor takes 40,000 exchanges per simulated second and both sides, so
# it plays in the scenarios about drives.
set -euo pipefail
taut=$1
folder=$(mktemp -d)
peers=()
# shellcheck disable=SC2317  # called by the trap
finish() {
  [ ${#peers[@]} = 0 ] || kill "${peers[@]}" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
export TAUT_DATA=$PWD

hashes() { jq -r '.cases[] | [.file, .name, .verdict, .trace_hash] | @tsv' "$1/latest/results.json"; }

# serve ROLE ADDRESS
serve() {
  "$taut" serve "$1" --listen "$2" -q &
  peers+=($!)
}

# compare NAME FILES WITH...: runs the files linked and compares them with the reference.
compare() {
  local name=$1 files=$2
  shift 2
  # shellcheck disable=SC2086  # several files
  "$taut" run $files -q --timeout 1200 --out "$folder/$name" "$@" >"$folder/$name.txt" || {
    cat "$folder/$name.txt"
    exit 1
  }
  if ! grep -F -f <(hashes "$folder/$name") <(hashes "$folder/reference") |
    diff - <(hashes "$folder/$name"); then
    echo "$name: the cases above differ from those in process"
    exit 1
  fi
  # Each case leaves some ten megabytes.
  rm -rf "$folder/$name"/*/journal
  echo "$name: $(hashes "$folder/$name" | wc -l) cases alike, $SECONDS s"
}

"$taut" run scenarios/safety -q --out "$folder/reference" >/dev/null
port=$((21000 + $$ % 20000))
for transport in ipc tcp; do
  declare -A at
  for role in controller spotter motor; do
    if [ $transport = ipc ]; then at[$role]=ipc://$folder/$role; else at[$role]=tcp://127.0.0.1:$port; fi
    port=$((port + 1))
    serve $role "${at[$role]}"
  done
  compare "$transport-controller" scenarios/safety --with "controller=${at[controller]}"
  compare "$transport-both" scenarios/safety --with "controller=${at[controller]}" \
    --with "spotter=${at[spotter]}"
  compare "$transport-spotter" scenarios/safety --with "spotter=${at[spotter]}"
  compare "$transport-motor" "scenarios/safety/encoder_stuck.lua scenarios/safety/release.lua" \
    --with "motor=${at[motor]}"
done
