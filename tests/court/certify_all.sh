#!/usr/bin/env bash
# certify_all.sh TAUT BUILD: the reference controller is certified with everything there is, in at most 50 MB and
# without a failure, and every run of the bundle gives the same rows again.
set -uo pipefail
taut=$1 folder=$2/court/certify
rm -rf "$folder"
mkdir -p "$folder"
export XDG_CONFIG_HOME=$folder/settings
die() {
  echo "$1"
  tail -n 40 "$folder/log"
  exit 1
}
start=$SECONDS
"$taut" certify scenarios/safety --out "$folder/evidence" >"$folder/log" 2>&1 || die "certify ended with status $?"
made=$((SECONDS - start))
size=$(du -sm "$folder/evidence" | cut -f 1)
[ "$size" -le 50 ] || die "the bundle has $size MB"
(cd "$folder/evidence" && sha256sum --quiet -c SHA256SUMS) || die "sha256sum does not agree"
start=$SECONDS
"$taut" verify "$folder/evidence" >>"$folder/log" 2>&1 || die "verify ended with status $?"
[ $((SECONDS - start)) -le 30 ] || die "verify took $((SECONDS - start)) s"
start=$SECONDS
"$taut" verify "$folder/evidence" --rerun all >>"$folder/log" 2>&1 || die "verify --rerun all ended with status $?"
echo "certified in $made s, verified in $((SECONDS - start)) s, $size MB"
cat "$folder/log"
