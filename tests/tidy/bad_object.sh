#!/usr/bin/env bash
# bad_object.sh BUILD: compiles the bad model and shows that symbols.sh reports its import and its global.
set -euo pipefail
folder=$1/tidy
mkdir -p "$folder"
here=$(dirname "${BASH_SOURCE[0]}")
cc -fPIC -Icore/include -c "$here/bad/models/knows_engine.c" -o "$folder/bad_model.o"
bash "$here/fails.sh" "imports: sin" bash "$here/symbols.sh" "$folder/bad_model.o"
bash "$here/fails.sh" "writable global: bad_counter" bash "$here/symbols.sh" "$folder/bad_model.o"
