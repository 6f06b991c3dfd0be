#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests, installing one when there is none. Needs .venv with playwright.
set -euo pipefail
cd "$(dirname "$0")/.."

# On Ubuntu the apt package is a stub that only points at a snap: what cannot say its version is none.
works() { command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1; }

if [ -n "${HALL_CHROMIUM:-}" ]; then
  works "$HALL_CHROMIUM" || { echo "HALL_CHROMIUM=$HALL_CHROMIUM does not start" >&2; exit 1; }
  echo "$HALL_CHROMIUM"; exit 0
fi
on_path() {
  local name
  for name in chromium chromium-browser google-chrome-stable google-chrome; do
    if works "$name"; then command -v "$name"; return; fi
  done
  return 1
}
on_path && exit 0

id=$(. /etc/os-release 2>/dev/null; echo "${ID:-}")
if [ "$id" = debian ] && [ "$(id -u)" = 0 ]; then
  echo 'Installing Chromium with apt …' >&2
  apt-get update >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >&2
  on_path && exit 0
fi

echo 'Installing Chromium with playwright …' >&2
if [ "$(id -u)" = 0 ]; then .venv/bin/playwright install --with-deps chromium >&2; else .venv/bin/playwright install chromium >&2; fi
path=$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright as p
with p() as w: print(w.chromium.executable_path)')
works "$path" || { echo 'Chromium lacks libraries of the system. Install them with: sudo .venv/bin/playwright install-deps chromium' >&2; exit 1; }
echo "$path"
