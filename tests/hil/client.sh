#!/usr/bin/env bash
# client.sh LANGUAGE TAUT HIL_PEER BUILD: the leak controller in that language drives the leak scenarios with
# the trace of the one in C, and does what every peer must. A twin that is deaf to reports fails the
# scenarios, and one that takes requests out of turn is found out. All are started and stopped here.
set -euo pipefail
language=$1 taut=$2 hil_peer=$3 build=$4
folder=$(mktemp -d)
pid=
# shellcheck disable=SC2317  # called by the trap
finish() {
  [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
export TAUT_DATA=$PWD PYTHONDONTWRITEBYTECODE=1

# twin FROM TO EXPRESSION...: a copy in which each expression of sed changed something.
twin() {
  local from=$1 to=$2
  cp "$from" "$to"
  for expression in "${@:3}"; do
    sed -i.before "$expression" "$to"
    ! cmp -s "$to" "$to.before" || { echo "$from has nothing for $expression"; exit 1; }
  done
}

# Each language sets the commands of the controller and of its twins.
make_c() {
  local here=hil/clients/c
  local sources=(-std=c17 -D_GNU_SOURCE -O1 -I"$here" -I"$build/hil/generated" "$build/hil/generated/taut_link.pb-c.c")
  local libs=(-lzmq -lprotobuf-c -lm)
  twin $here/leak_controller.c "$folder/deaf.c" \
    's/taut_io_has_changed(io, "", "report_seq")/false/' 's/"spotter_unload") > 0/"spotter_unload") > 1/'
  twin $here/taut_link_host.c "$folder/gullible.c" 's/request->sequence != h->sequence + 1/request->sequence == 0/'
  gcc "${sources[@]}" "$folder/deaf.c" $here/taut_link*.c "${libs[@]}" -o "$folder/deaf"
  gcc "${sources[@]}" $here/leak_controller.c $here/taut_link.c $here/taut_link_io.c "$folder/gullible.c" \
    "${libs[@]}" -o "$folder/gullible"
  good=("$build/hil/leak_controller") deaf=("$folder/deaf") gullible=("$folder/gullible")
}

make_python() {
  local python=/usr/bin/python3  # the one that Debian's modules are for
  if ! $python -c 'import zmq, google.protobuf' 2>/dev/null || ! command -v protoc >/dev/null; then
    echo "SKIPPED: python3-zmq, python3-protobuf or protobuf-compiler is not installed"
    exit 77
  fi
  mkdir "$folder/good" "$folder/bad"
  for copy in good bad; do
    protoc --python_out="$folder/$copy" --proto_path=hil taut_link.proto
    cp hil/clients/python/*.py "$folder/$copy"
  done
  twin hil/clients/python/leak_controller.py "$folder/good/deaf.py" \
    's/is_new\["report_seq"\]/False/' 's/inp\["spotter_unload"\]/False/'
  twin hil/clients/python/taut_link.py "$folder/bad/taut_link.py" \
    's/request.sequence != session.next_sequence/False/'
  good=("$python" "$folder/good/leak_controller.py")
  deaf=("$python" "$folder/good/deaf.py")
  gullible=("$python" "$folder/bad/leak_controller.py")
}

make_javascript() {
  for tool in node npm; do
    command -v $tool >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
  done
  local node=$build/tests/hil/javascript
  mkdir -p "$node" "$folder/bad"
  cp hil/taut_link.proto hil/clients/js/* "$node"
  if ! cmp -s "$node/package-lock.json" "$node/node_modules/.lock"; then
    (cd "$node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
      { echo "zeromq and protobufjs could not be installed from npm, so nothing was tested"; exit 1; }
    cp "$node/package-lock.json" "$node/node_modules/.lock"
  fi
  cp hil/taut_link.proto hil/clients/js/* "$folder/bad"
  ln -s "$node/node_modules" "$folder/bad"
  twin hil/clients/js/leak_controller.mjs "$folder/bad/deaf.mjs" \
    's/isTold && inp.report/false \&\& inp.report/' 's/inp.spotter_unload/false/' 's/taut_link.mjs/honest.mjs/'
  cp hil/clients/js/taut_link.mjs "$folder/bad/honest.mjs"
  twin hil/clients/js/taut_link.mjs "$folder/bad/taut_link.mjs" 's/isRequest && big(sequence) !==/false \&\& big(sequence) !==/'
  good=(node "$node/leak_controller.mjs")
  deaf=(node "$folder/bad/deaf.mjs")
  gullible=(node "$folder/bad/leak_controller.mjs")
}

# start COMMAND...: a peer at ipc://$folder/peer
start() {
  "$@" "ipc://$folder/peer" 2>"$folder/log" &
  pid=$!
  for _ in $(seq 400); do
    [ ! -S "$folder/peer" ] || return 0
    sleep 0.05
  done
  cat "$folder/log"
  exit 1
}

# stop: ends by itself within its own time, without a word
stop() {
  kill "$pid"
  wait "$pid" || { echo "the peer ended with $?"; cat "$folder/log"; exit 1; }
  pid=
  if grep -q Traceback "$folder/log"; then
    cat "$folder/log"
    exit 1
  fi
}

# run NAME OPTION...
run() {
  "$taut" run scenarios/safety/leak.lua -q --timeout 280 --out "$folder/$1" \
    --with "controller=ipc://$folder/peer${2-}" "${@:3}" >"$folder/$1.txt"
}
hashes() { jq -r '.cases[].trace_hash' "$folder/$1/latest/results.json"; }
# like NAME NAME
like() { [ "$(hashes "$1")" = "$(hashes "$2")" ] || { echo "$1 and $2 differ"; exit 1; }; }

"make_$language"
start "${good[@]}"
run first '' -k 'goblet or woman' || { cat "$folder/first.txt"; exit 1; }
run ten '?ticks=10' -k woman || true  # what 9 ms more do to the machine is another question
stop
[ "$(jq '[.cases[] | select(.verdict == "pass")] | length' "$folder/first/latest/results.json")" = 2 ]

start "$build/hil/leak_controller"
run reference '' -k 'goblet or woman'
run reference_ten '?ticks=10' -k woman || true
stop
like first reference
like ten reference_ten

start "${deaf[@]}"
if run unheard '' -k woman; then
  echo "a controller that is deaf to reports passed"
  exit 1
fi
stop
grep -q SR-030 "$folder/unheard.txt" || { cat "$folder/unheard.txt"; exit 1; }

timeout 120 "$hil_peer" "${good[@]}"
if timeout 120 "$hil_peer" "${gullible[@]}" >"$folder/gullible.txt" 2>&1; then
  echo "nobody found out that this peer takes requests out of turn"
  exit 1
fi
grep -q '  FAILED  . what_is_out_of_turn_changes_nothing' "$folder/gullible.txt" || { cat "$folder/gullible.txt"; exit 1; }
echo "the controller in $language passes, its deaf twin fails, its gullible twin is found out"
