#!/usr/bin/env bash
# ci.sh BUILD FILE [GOOD|BAD]: the commands of a workflow file in docs/ci do what a server would see: for a
# project fresh from `taut new plugin` they build it and leave JUnit, pages and population.json, and they
# fail, with the same files, when a requirement is violated. Debian's packages and the clone are stood in
# for by the installation of package.sh; of the runs every option is read, and a short one is done.
set -euo pipefail
prefix=$(realpath "$1/package/prefix")
file=$(realpath "$2")
root=$PWD
python=/usr/bin/python3  # the one that Debian's modules are for
"$python" -c 'import yaml' 2>/dev/null || {
  echo "SKIPPED: python3-yaml is not installed"
  exit 77
}
folder=$1/package/ci-$(basename "$file" .yml)-$$
mkdir -p "$folder"
folder=$(realpath "$folder")
# shellcheck disable=SC2317  # called by the trap
finish() { rm -rf "$folder"; }
trap finish EXIT
mkdir "$folder/bin"
cd "$folder"
"$python" "$root/tests/package/ci.py" "$file" >script

# ------------------------------------------------------------------------------------- stand-ins
stand_in() {
  cat >"$folder/$1"
  chmod +x "$folder/$1"
}
stand_in bin/apt-get <<'TEXT'
#!/bin/sh
exit 0
TEXT
# What it clones is a folder with the one command of Taut that is needed, and a commit.
stand_in bin/git <<TEXT
#!/usr/bin/env bash
case "\$1" in
  clone) mkdir taut && cp "$folder/dev" taut/dev && [ "\${@: -2:1}" = "\$TAUT_REPOSITORY" ] ;;
  -C) [ "\$3 \$4" = "rev-parse HEAD" ] && echo 0123456789abcdef ;;
  *) exit 1 ;;
esac
TEXT
stand_in dev <<TEXT
#!/usr/bin/env bash
set -e
"$root/dev" help | grep -qE "^  \$1( |\\$)" || exit 1
[ "\$1" = install ] || exit 0
mkdir -p "\$2/bin"
for part in include lib share; do ln -s "$prefix/\$part" "\$2/\$part"; done
cp "$folder/taut" "\$2/bin/taut"
TEXT
# As it stands in the file, but only read; then short: one scenario, a protocol without load, two persons.
stand_in taut <<TEXT
#!/usr/bin/env bash
set -e
taut=$prefix/bin/taut
words=" \$* "
case "\$1" in
  run)
    "\$taut" "\$@" --list >/dev/null
    words=\${words/ scenarios\/safety / scenarios/safety/\$SHORT.lua }
    ;;
  protocol)
    "\$taut" "\$@" --check >/dev/null
    words=\${words/ six_week / align_activate_load }
    words=\${words/ --population 16 / --population 2 }
    ;;
esac
[ -z "\$ONLY_READ" ] || exit 0
exec "\$taut" \$words
TEXT

# ------------------------------------------------------------------------------------------ runs
# A fresh project on a fresh runner, as `run NAME SCRIPT`; what came is in NAME/.
run() {
  "$prefix/bin/taut" new plugin my_controller >/dev/null
  mv my_controller "$1"
  (
    cd "$1"
    export PATH=$folder/bin:$PATH TAUT_REPOSITORY=where/taut/is SHORT ONLY_READ=${ONLY_READ-}
    export GITHUB_OUTPUT=$PWD/outputs GITHUB_STEP_SUMMARY=$PWD/summary
    bash "../$2" >log 2>&1
  )
}
wrong() {
  echo "$(basename "$file"): $1"
  [ ! -f "$2/log" ] || cat "$2/log"
  exit 1
}
all="population.html population.json population.xml protocol.html protocol.xml safety.html safety.xml"
# kept NAME: every file is there and says what the run came to.
kept() {
  local have
  have=$(cd "$1/results" && echo *)
  [ "$have" = "$all" ] || wrong "left '$have', expected '$all'" "$1"
  jq -e '.weeks | length == 1' "$1/results/population.json" >/dev/null || wrong "population.json" "$1"
  [ ! -f "$1/summary" ] || [ "$(grep -c '^## ' "$1/summary")" = 3 ] || wrong "the summary" "$1"
}

SHORT=prescription TAUT_WITH="--with controller=resistance" run good script ||
  wrong "a controller that keeps to everything fails" good
kept good
plugin=$(grep -o 'controller=[^ ]*' "$file" | head -n 1)
[ -f "good/${plugin#*=}" ] || wrong "builds no ${plugin#*=}" good

if SHORT=release TAUT_WITH="--with controller=bad_no_retraction_limit" run bad script; then
  wrong "a controller that breaks a requirement passes" bad
fi
kept bad
grep -q '<failure' bad/results/safety.xml || wrong "safety.xml has no failure" bad

# An option that there is not, in each of the commands: the test can fail.
for command in "taut run scenarios/safety" "--weeks 1 \$TAUT_WITH" "--population 16"; do
  sed "s|${command//\$/\\\$}|& --no-such-option|" script >misspelt
  ! cmp -s script misspelt || wrong "has no command with '$command'" good
  if SHORT='' ONLY_READ=1 TAUT_WITH="--with controller=resistance" run misspelt_ misspelt; then
    wrong "an unknown option after '$command' passes" misspelt_
  fi
  grep -q "unknown option --no-such-option" misspelt_/log || wrong "fails for another reason" misspelt_
  rm -rf misspelt_
done
