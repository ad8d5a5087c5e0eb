#!/usr/bin/env bash
# Installs what the checks need, then runs them all: tests/run.sh [PYTEST ARGUMENT...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly TOOLS=.tools # node's packages; ignored by git
failed=()

main() {
  step "tools"
  ./deploy.sh install requirements.txt ./*/requirements*.txt
  PATH=$PWD/.venv/bin:$PATH
  need chromium-headless-shell chromium-headless-shell libatomic1 || true # tests of the page then skip
  need psql postgresql || true # tests of the exported SQL in it then skip
  need java default-jre-headless || true # tests of training on Spark then skip
  check "ruff check" ruff check .
  check "ruff format" ruff format --check .
  check "mypy" mypy
  if need npm npm; then check "tsc" type_check_page; fi
  check "shellcheck" shellcheck --external-sources deploy.sh tests/run.sh .ci/run
  check "pytest" python -m pytest --numprocesses 2 --dist loadfile "$@"
  summarise
}

step() { printf '\n== %s\n' "$1"; }

check() {
  step "$1"
  "${@:2}" || failed+=("$1")
}

# need PROGRAM PACKAGE...: install Debian's packages where the program is missing
need() {
  if command -v "$1" >/dev/null; then return; fi
  printf 'Installing Debian packages: %s\n' "${*:2}"
  if ((EUID == 0)) && command -v apt-get >/dev/null &&
    apt-get update --quiet=2 && apt-get install --yes --quiet=2 --no-install-recommends "${@:2}"; then return; fi
  printf 'error: %s is missing, its checks are skipped.\n       Run as root: apt-get install %s\n' "$1" "${*:2}" >&2
  if [[ ${CI-} == true ]]; then exit 1; fi
  return 1
}

type_check_page() {
  install_node_packages && "$TOOLS/node_modules/.bin/tsc" --project tests/tsconfig.json
}

install_node_packages() {
  if cmp --silent tests/package-lock.json $TOOLS/installed; then return; fi
  printf 'Installing tests/package.json into %s\n' $TOOLS
  mkdir -p $TOOLS
  cp tests/package.json tests/package-lock.json $TOOLS
  npm ci --prefix $TOOLS --loglevel error --no-audit --no-fund && cp tests/package-lock.json $TOOLS/installed
}

summarise() {
  if ((${#failed[@]})); then
    printf '\nfailed: %s\n' "$(IFS=,; printf '%s' "${failed[*]}")"
    exit 1
  fi
  printf '\nall checks passed\n'
}

main "$@"
