#!/usr/bin/env bash
# page.sh FOLDER TAUT: report.html in headless Chromium, judged by what is drawn. Skipped only where there is no
# Chromium; screenshots stay in FOLDER.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1 taut=$2
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$chromium" ] || {
  echo "SKIPPED: no Chromium here (./dev setup installs Debian's), so nobody looked at report.html"
  exit 77
}
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: ./dev setup installs it"; exit 1; }
done
mkdir -p "$folder"
cp "$here"/package.json "$here"/package-lock.json "$here"/*.mjs "$folder"
cd "$folder"
if ! cmp -s package-lock.json node_modules/.lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || {
    echo "playwright-core and pngjs could not be installed from npm, so nobody looked at report.html"
    exit 1
  }
  cp package-lock.json node_modules/.lock
fi
rm -rf known empty runs population ./*.png ./*.html
for kind in known empty; do
  node fixture.mjs "$kind" "$kind"
  "$taut" report "$kind" --html "$kind.html"
done
# Runs of one case as people have them: one that passes, one with a controller that is known to be bad.
"$taut" run scenarios/safety/leak.lua -k goblet -q --html passed.html
"$taut" run scenarios/safety/release.lua -k 'load=50' --with controller=bad_no_retraction_limit -q --html failed.html && {
  echo "the bad controller passed"
  exit 1
}
for page in passed failed; do
  size=$(stat -c %s "$page.html")
  echo "$page.html: $size bytes"
  [ "$size" -le 180000 ] || { echo "a page of one case is to have at most 180,000 bytes"; exit 1; }
done
# A population, and the same page without its data.
"$taut" protocol align_activate_load --population 3 --weeks 2 --out population >/dev/null
cp population/latest/population.html population.html
sed 's|\(id="data-population">\).*</script>|\1{}</script>|' population.html >population_empty.html
node page.mjs "$chromium" "$PWD"
