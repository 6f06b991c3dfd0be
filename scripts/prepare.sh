#!/usr/bin/env bash
# Makes .venv from a hash-locked list and leaves a stamp, so that the next start has nothing to do.
# usage: scripts/prepare.sh run|postgres|dev
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:?run, postgres or dev}
case $kind in
  run) lock=requirements.lock ;;
  postgres) lock=requirements-postgres.lock ;;
  dev) lock=requirements-dev.lock ;;
  *) echo "prepare: run, postgres or dev, not '$kind'" >&2; exit 2 ;;
esac

missing() { printf 'Missing: %s. Install it with:\n    sudo apt install %s\n' "$1" "$2" >&2; exit 1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && new_enough "$name"; then command -v "$name"; return; fi
  done
  return 1
}

command -v git >/dev/null || echo 'Note: git is missing (sudo apt install git); you need it only to update.' >&2

if [ -x .venv/bin/python ] && ! new_enough .venv/bin/python; then
  echo 'The .venv here belongs to an older or removed Python; making it again.'
  rm -rf .venv
fi
if [ ! -x .venv/bin/python ]; then
  python=$(find_python) || missing 'Python 3.11 or newer' 'python3 python3-venv'
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  "$python" -c 'import ensurepip, venv' 2>/dev/null || missing "the venv package of Python $version" "python$version-venv"
  echo "Making .venv with Python $version …"
  "$python" -m venv .venv
fi

# Where Python may not keep what it has read (PYTHONDONTWRITEBYTECODE), every start would read all of the house's source again.
compile_ours() { .venv/bin/python -m compileall -qq models services ui migrations ./*.py || true; }

stamp=.venv/.installed-$kind
want="$(sha256sum "$lock" | cut -d' ' -f1) $(.venv/bin/python -c 'import sys; print(sys.version.split()[0])')"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && { compile_ours; exit 0; }

echo "Installing the $(grep -c '^[a-z].*==' "$lock") packages that $lock names; the first time takes a minute or two …"
.venv/bin/python -m pip install --no-input --disable-pip-version-check --require-hashes -r "$lock"
printf '%s\n' "$want" > "$stamp"
compile_ours
