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
rm -rf known empty ./*.png ./*.html
for kind in known empty; do
  node fixture.mjs "$kind" "$kind"
  "$taut" report "$kind" --html "$kind.html"
done
node page.mjs "$chromium" "$PWD"
