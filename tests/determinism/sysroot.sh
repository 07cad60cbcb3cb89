#!/usr/bin/env bash
# sysroot.sh FOLDER: fetches the arm64 libraries that the tool links from the Debian sources of this
# machine and unpacks them into FOLDER. Uses an apt state of its own: needs no root, adds no foreign
# architecture to the system, installs nothing.
set -euo pipefail
packages=(libuv1 libuv1-dev liblua5.4-0 liblua5.4-dev libseccomp2 libseccomp-dev libjansson4
  libjansson-dev libzstd1 libzstd-dev zlib1g zlib1g-dev libsqlite3-0 libsqlite3-dev
  libprotobuf-c1 libprotobuf-c-dev libzmq5 libzmq3-dev libsodium23 libsodium-dev
  # What libzmq5 links in its turn.
  libstdc++6 libgcc-s1 libpgm-5.3-0 libnorm1 libbsd0 libmd0 libssl3 libgssapi-krb5-2 libkrb5-3
  libk5crypto3 libkrb5support0 libkeyutils1 libcom-err2)
mkdir -p "$1"
folder=$(realpath "$1")
# Another list of libraries is another folder's worth of work.
stamp=$folder/complete-$(printf '%s\n' "${packages[@]}" | cksum | cut -d ' ' -f 1)
[ ! -f "$stamp" ] || exit 0

mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/debs"
touch "$folder/apt/status"
options=(-q -o APT::Architecture=arm64 -o APT::Architectures=arm64
  -o Dir::State="$folder/apt" -o Dir::State::lists="$folder/apt/lists"
  -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache"
  -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false
  -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Debug::NoLocking=1
  -o APT::Sandbox::User=root)

# Another source of the machine may not know arm64 or be out of reach: only the download counts.
apt-get "${options[@]}" update >"$folder/update.log" 2>&1 || true
(cd "$folder/debs" && apt-get "${options[@]}" download "${packages[@]}") >>"$folder/update.log" 2>&1 || {
  tail -n 5 "$folder/update.log"
  echo "the arm64 libraries cannot be fetched from the Debian sources of this machine"
  exit 77
}
for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder"; done
rm -rf "$folder/apt" "$folder/debs"
touch "$stamp"
