#!/usr/bin/env bash
# Makes every requirements.txt from the requirements.in beside it (production's from function/): all that is needed, each
# file by its hash, for every supported Python. To be run after a change to a requirements.in.
#   tests/lock.sh [OPTION OF UV PIP COMPILE...]   with --upgrade also what no requirements.in names moves on
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly OPTIONS=("$@")

main() {
  ./deploy.sh install tests/requirements-upkeep.txt
  lock function/requirements.in requirements.txt
  lock training/requirements.in training/requirements.txt requirements.txt
  lock training/requirements-spark.in training/requirements-spark.txt {,training/}requirements.txt
  lock tests/requirements-first.in tests/requirements-first.txt
  lock tests/requirements.in tests/requirements.txt {,training/}requirements.txt tests/requirements-first.txt
  lock tests/requirements-upkeep.in tests/requirements-upkeep.txt {,tests/}requirements.txt tests/requirements-first.txt
  lock tests/bench/requirements.in tests/bench/requirements.txt {,training/,tests/}requirements.txt
}

# lock IN OUT [CONSTRAINT...]
lock() {
  local constraints=("${@:3}")
  printf '%s -> %s\n' "$1" "$2"
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-annotate \
    --custom-compile-command tests/lock.sh "${constraints[@]/#/--constraint=}" "${OPTIONS[@]}" --output-file "$2" "$1"
}

main "$@"
