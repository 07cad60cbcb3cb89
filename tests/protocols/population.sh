#!/usr/bin/env bash
# population.sh TAUT BUILD: many persons in one run: the same bytes whatever the number of workers, another seed is another
# population, and each person can be had alone.
set -euo pipefail
taut=$1 folder=$2/protocols/population
rm -rf "$folder"
mkdir -p "$folder"
population() { "$taut" protocol align_activate_load --population 4 --weeks 1 --no-color "$@"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}
population --seed 5 -j 1 --out "$folder/one" >"$folder/one.txt"
population --seed 5 -j 3 --out "$folder/three" >/dev/null
population --seed 6 -j 2 --out "$folder/other" >/dev/null
json=latest/population.json
cmp "$folder/one/$json" "$folder/three/$json" || die "three workers make another population than one"
! cmp -s "$folder/one/$json" "$folder/other/$json" || die "another seed makes the same population"
jq -e '.n == 4 and (.persons | length) == 4 and (.worst | length) == 4 and [.persons[].seed] == [5, 6, 7, 8]' \
  "$folder/one/$json" >/dev/null || die "not the four persons of seeds 5 to 8"
# The second person of the one is the first of the other: a person is her seed.
a=$(jq -c '.persons[1]' "$folder/one/$json") b=$(jq -c '.persons[0]' "$folder/other/$json")
[ "$a" = "$b" ] || die "the person of seed 6 is another in another population: $a, $b"
command=$(sed -n 's/^ *\(taut protocol .* --seed 6\)$/\1/p' "$folder/one.txt")
[ -n "$command" ] || die "no command lets the person of seed 6 live again"
# shellcheck disable=SC2086
"$taut" ${command#taut } --out "$folder/alone" >/dev/null
hash() { jq -r '.trace_hash' "$1"; }
[ "$(hash "$folder"/alone/latest/cases/1-*.json)" = "$(hash "$folder"/one/latest/cases/2-*.json)" ] ||
  die "alone she lives another life than among the others: $command"
