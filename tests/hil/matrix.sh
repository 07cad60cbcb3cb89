#!/usr/bin/env bash
# matrix.sh TAUT [ROW]...: safety scenarios with roles in other processes have the trace hash that they have in
# process. All of them over ipc and over tcp, with the controller alone or with the spotter; every other row
# has the first case of each file. A motor takes 20,000 exchanges per side and simulated second, so both
# sides are served in those about drives alone. An exchange mostly waits, so several runs go side by side,
# each with its part of the cases and peers of its own.
set -euo pipefail
taut=$1
shift
folder=$(mktemp -d)
jobs=$((2 * $(nproc)))
port=$((21000 + $$ % 20000))
export TAUT_DATA=$PWD
# shellcheck disable=SC2317  # called by the trap
finish() {
  jobs -p | xargs -r kill 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT

# NAME TRANSPORT CASES ROLE...
rows='ipc-controller ipc all controller
tcp-both tcp all controller spotter
ipc-spotter ipc all spotter
ipc-both ipc first controller spotter
tcp-controller tcp first controller
tcp-spotter tcp first spotter
ipc-motor ipc first left.motor
tcp-motor tcp drive motor'

cases() { jq -r '.cases[] | [.file, .name, .verdict, .trace_hash] | @tsv' "$1/latest/results.json"; }

"$taut" run scenarios/safety -q --out "$folder/reference" >/dev/null
cases "$folder/reference" | sort >"$folder/reference.tsv"
mapfile -t first < <(jq -r '.cases | group_by(.file)[] | "\(.[0].file):\(.[0].name)"' \
  "$folder/reference/latest/results.json")

# part JOB: runs a part of each row with peers of its own, and leaves what came of it in NAME.JOB.tsv.
part() {
  local job=$1 pids=() name transport which role address
  # shellcheck disable=SC2317  # called by the trap
  end() { [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true; }
  trap end EXIT
  declare -A at
  local n=0
  for role in controller spotter motor; do
    for transport in ipc tcp; do
      address=ipc://$folder/$role.$job
      [ $transport = ipc ] || address=tcp://127.0.0.1:$((port + 6 * job + n))
      n=$((n + 1))
      "$taut" serve $role --listen "$address" -q &
      pids+=($!)
      at[$transport.$role]=$address
    done
  done
  while read -r name transport which roles; do
    local with=() targets=(scenarios/safety) rc=0
    for role in $roles; do with+=(--with "$role=${at[$transport.${role#left.}]}"); done
    [ "$which" != first ] || targets=("${first[@]}")
    [ "$which" != drive ] || targets=(scenarios/safety/runaway.lua scenarios/safety/encoder_stuck.lua)
    "$taut" run "${targets[@]}" -q --shard "$job/$jobs" --timeout 2400 --out "$folder/$name.$job" \
      "${with[@]}" >"$folder/$name.$job.txt" 2>&1 || rc=$?
    if [ $rc = 0 ]; then
      cases "$folder/$name.$job" | sort >"$folder/$name.$job.tsv"
      if ! comm -23 "$folder/$name.$job.tsv" "$folder/reference.tsv" | diff - /dev/null; then
        echo "$name: the cases above differ from those in process"
        rm "$folder/$name.$job.tsv"
        return 1
      fi
      echo "$SECONDS s: $name $job/$jobs, $(wc -l <"$folder/$name.$job.tsv") cases alike"
    elif [ $rc != 5 ]; then # 5: no case is in this part
      cat "$folder/$name.$job.txt"
      return 1
    fi
    rm -rf "${folder:?}/$name.$job"
  done <"$folder/rows"
}

echo "$rows" >"$folder/rows"
if [ $# -gt 0 ]; then grep -F -f <(printf "%s\n" "$@") <<<"$rows" >"$folder/rows"; fi
pids=()
for job in $(seq "$jobs"); do
  part "$job" &
  pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done

while read -r name _ which _; do
  n=$(cat "$folder/$name".*.tsv 2>/dev/null | sort -u | wc -l)
  case $which in
    all) want=$(wc -l <"$folder/reference.tsv") ;;
    first) want=${#first[@]} ;;
    drive) want=$(grep -cE 'safety/(runaway|encoder_stuck)\.lua' "$folder/reference.tsv") ;;
  esac
  echo "$name: $n cases of $want alike"
  [ "$n" = "$want" ] || failed=1
done <"$folder/rows"
echo "$SECONDS s"
exit $failed
