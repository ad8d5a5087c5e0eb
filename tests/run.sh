#!/usr/bin/env bash
# Installs what the checks need, then runs them: tests/run.sh [--quick] [PYTEST ARGUMENT...]
#   --quick   without the tests that need a browser, gcloud, Spark or PostgreSQL, or that take seconds each
# With pytest's arguments coverage is not measured, as it is that of all tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly TOOLS=.tools # node's packages, what is measured, and what runs in the background prints; ignored by git
readonly FAILED=$TOOLS/failed # the names of checks that failed, a line each
readonly COVERED=95   # per cent of the lines of function/ and training/
readonly PLUGIN=tests/helpers/measured # of coverage
readonly QUICK="not (browser or gcloud or postgres or python312 or python313 or slow or spark)"
# Debian's packages by what shows that they are there
declare -Ar PACKAGES=(
  [chromium-headless-shell]="chromium-headless-shell libatomic1" # without it the tests of the page skip
  [curl]=curl                                                    # deploy.sh gcp asks for it
  [git]=git
  [java]=default-jre-headless                                    # without it the tests on Spark skip
  [psql]=postgresql                                              # without it the tests of the exported SQL in it skip
  [/usr/share/fonts/truetype/dejavu]=fonts-dejavu-core           # a wide font and
  [/usr/share/fonts/truetype/liberation]=fonts-liberation        # a narrow one for the page
)
declare -A running # processes in the background by name
parts=()           # those of pytest

main() {
  local quick=false
  if [[ ${1-} == --quick ]]; then
    quick=true
    set -- -m "$QUICK" "${@:2}"
  fi
  mkdir -p $TOOLS
  : >$FAILED
  step "tools"
  PATH=$PWD/.venv/bin:$PATH
  install_python_packages tests/requirements-first.txt
  begin "page and shell" check_page_and_shell
  install_python_packages {requirements,tests/requirements,training/requirements{,-spark}}.txt
  unset PYTHONDONTWRITEBYTECODE # or each of pytest's processes compiles all tests anew
  if ! $quick; then install_debian_packages; fi
  begin_tests "$@"
  check "ruff check" ruff check .
  check "ruff format" ruff format --check .
  check "mypy" mypy
  finish "page and shell"
  finish_tests "$@"
  summarise
}

step() { printf '\n== %s\n' "$1"; }

check() {
  step "$1"
  "${@:2}" || printf '%s\n' "$1" >>$FAILED
}

# begin NAME COMMAND...: run it in the background; `finish` shows what it prints, and Ctrl-C is for it too.
begin() {
  (trap 'exit 130' INT && "${@:2}") >"$TOOLS/$1.txt" 2>&1 &
  running[$1]=$!
}

# finish NAME: the exit code is the command's
finish() {
  tail --pid="${running[$1]}" --follow --lines=+1 "$TOOLS/$1.txt"
  wait "${running[$1]}"
}

# pip compiles each file that it installs, most of which nobody imports; 0 is its way to say that it shall not
install_python_packages() { PIP_NO_COMPILE=0 ./deploy.sh install "$@"; }

# Without the right to install, or without Debian, the tests say what they lack and skip; under CI=true they fail.
install_debian_packages() {
  local sign packages missing=()
  for sign in "${!PACKAGES[@]}"; do
    if command -v "$sign" >/dev/null || [[ -d $sign ]]; then continue; fi
    read -ra packages <<<"${PACKAGES[$sign]}"
    missing+=("${packages[@]}")
  done
  if ((${#missing[@]} == 0)); then return; fi
  printf 'Installing Debian packages: %s\n' "${missing[*]}"
  if ((EUID == 0)) && command -v apt-get >/dev/null && apt-get update --quiet=2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}"; then return; fi
  printf 'error: these could not be installed.\n       Run as root: apt-get install %s\n' "${missing[*]}" >&2
  if [[ ${CI-} == true ]]; then exit 1; fi
}

# These need no Python package but the first, so they run while the others are installed, which takes one core.
check_page_and_shell() {
  check "node's packages" install_node_packages
  check "tsc" node_tool tsc --project tests/tsconfig.json
  check "oxlint" node_tool oxlint --config tests/.oxlintrc.json --type-aware --tsconfig tests/tsconfig.json static
  check "knip" find_unused_exports
  check "shellcheck" shellcheck --external-sources deploy.sh tests/run.sh .ci/run
}

install_node_packages() {
  if cmp --silent tests/package-lock.json $TOOLS/installed; then return; fi
  printf 'Installing tests/package.json into %s\n' $TOOLS
  cp tests/package.json tests/package-lock.json $TOOLS
  npm ci --prefix $TOOLS --loglevel error --no-audit --no-fund --ignore-scripts && cp tests/package-lock.json $TOOLS/installed
}

node_tool() { PATH=$PWD/$TOOLS/node_modules/.bin:$PATH "$@"; }

# knip looks from the folder of package.json downwards only, and follows no links.
find_unused_exports() {
  rm -rf $TOOLS/static
  cp -R static $TOOLS/static
  cp tests/knip.json $TOOLS
  (cd $TOOLS && node_modules/.bin/knip --no-gitignore --treat-config-hints-as-errors)
}

# The tests run beside the other checks, and what they print follows. Where all run, those of the page and of deploy.sh are a part of
# their own: to be measured makes Python a third slower, and what they run of function/ and training/ the others run as well.
begin_tests() {
  if (($#)); then
    begin_part chosen 2 "$@"
  else
    COVERAGE_FILE=$PWD/$TOOLS/coverage/data PYTHONPATH=$PWD/$PLUGIN \
      begin_part measured 2 --ignore tests/page --ignore tests/deploy --cov --cov-config .coveragerc --cov-report ""
    begin_part unmeasured 2 tests/page tests/deploy
  fi
}

# begin_part PART PROCESSES [PYTEST ARGUMENT...]: each process takes 2 to 5 s of a processor to find the tests, and starts a browser,
# a gcloud or a Java of its own; two of each part keep two cores busy.
begin_part() {
  local options=(--numprocesses "$2" --no-loadscope-reorder --durations 15 -r fEsx -o cache_dir="$TOOLS/$1")
  begin "$1" python -u -m pytest "${options[@]}" "${@:3}"
  parts+=("$1")
}

finish_tests() {
  local part failing=()
  for part in "${parts[@]}"; do
    step "pytest, $part"
    finish "$part" || failing+=("$part")
  done
  for part in "${failing[@]}"; do run_again "$part" "$@"; done
  if (($# == 0)); then
    check "coverage" env COVERAGE_FILE=$TOOLS/coverage/data PYTHONPATH=$PLUGIN \
      coverage report --skip-covered --show-missing --fail-under "$COVERED"
  fi
}

# run_again PART [PYTEST ARGUMENT...]: browsers, servers, Spark and a cloud share the cores: what failed beside them runs once more,
# alone. It is named, as it wants mending.
run_again() {
  check "pytest, $1, what failed" python -m pytest --last-failed --last-failed-no-failures none --maxfail 1 -r fEp \
    -o cache_dir="$TOOLS/$1" "${@:2}"
}

summarise() {
  if [[ -s $FAILED ]]; then
    printf '\nfailed: %s\n' "$(paste --serial --delimiters=, $FAILED)"
    exit 1
  fi
  printf '\nall checks passed\n'
}

main "$@"
