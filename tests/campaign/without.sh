#!/usr/bin/env bash
# without.sh TAUT FILE EXPRESSION FOLDER: register.sh on a copy of the campaign whose FILE was edited by the sed
# EXPRESSION, or is "gone".
set -euo pipefail
taut=$1 file=$2 expression=$3 folder=$4
rm -rf "$folder"
mkdir -p "$folder"
cp scenarios/faults/*.lua "$folder"
if [ "$expression" = gone ]; then rm "$folder/$file"; else sed -i "$expression" "$folder/$file"; fi
bash "$(dirname "$0")/register.sh" "$taut" "$folder"
