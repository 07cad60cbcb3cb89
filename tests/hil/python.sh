#!/usr/bin/env bash
# python.sh TAUT: the controller in Python drives the leak scenarios, gives the same trace each time, and
# a twin that is deaf to reports fails them. Each is started and stopped here.
set -euo pipefail
taut=$1
python=/usr/bin/python3  # the one that Debian's modules are for
if ! $python -c 'import zmq, google.protobuf' 2>/dev/null || ! command -v protoc >/dev/null; then
  echo "SKIPPED: python3-zmq, python3-protobuf or protobuf-compiler is not installed"
  exit 77
fi
folder=$(mktemp -d)
peer=
# shellcheck disable=SC2317  # called by the trap
finish() {
  [ -z "$peer" ] || kill -9 "$peer" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
protoc --python_out="$folder" --proto_path=hil taut_link.proto
cp hil/clients/python/*.py "$folder"
cat >"$folder/deaf_controller.py" <<'TEXT'
import sys
import leak_controller, taut_link
class Deaf(leak_controller.Controller):
    def step(self, inp, tick_ns):
        super().step(inp | {"report": "none", "spotter_unload": 0}, tick_ns)
taut_link.serve(Deaf, sys.argv[1])
TEXT
export TAUT_DATA=$PWD PYTHONDONTWRITEBYTECODE=1

# start FILE: a peer at ipc://$folder/peer
start() {
  $python "$folder/$1" "ipc://$folder/peer" 2>"$folder/log" &
  peer=$!
  for _ in $(seq 200); do
    [ ! -S "$folder/peer" ] || return 0
    sleep 0.05
  done
  cat "$folder/log"
  exit 1
}

# stop: ends by itself within its own time, without a word
stop() {
  kill "$peer"
  wait "$peer" || { echo "the peer ended with $?"; cat "$folder/log"; exit 1; }
  peer=
  rm -f "$folder/peer"
  if grep -q Traceback "$folder/log"; then
    cat "$folder/log"
    exit 1
  fi
}

run() { "$taut" run "$1" -q --timeout 280 --out "$folder/$2" --with "controller=ipc://$folder/peer" "${@:3}"; }
hashes() { jq -r '.cases[].trace_hash' "$folder/$1/latest/results.json"; }

start leak_controller.py
run scenarios/safety/leak.lua first -k 'goblet or woman'
run scenarios/safety/leak.lua second -k woman
stop
[ "$(hashes first | tail -n 1)" = "$(hashes second)" ] || { echo "two runs differ"; exit 1; }

start deaf_controller.py
if run scenarios/safety/leak.lua deaf -k woman >"$folder/deaf.txt"; then
  echo "a controller that is deaf to reports passed"
  exit 1
fi
stop
grep -q SR-030 "$folder/deaf.txt" || { cat "$folder/deaf.txt"; exit 1; }
echo "the controller in Python passes, its deaf twin fails"
