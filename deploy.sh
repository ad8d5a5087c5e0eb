#!/usr/bin/env bash
# Runs the service on this machine. `./deploy.sh --help` says how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly VENV=.venv
readonly OLDEST_PYTHON=3.11

usage() {
  cat <<'TEXT'
usage: ./deploy.sh local [--port 8080] [--page-port 8000]
       ./deploy.sh install FILE...

local    Start the function and the page on this machine; Ctrl-C stops both.
           --port N        port of the function
           --page-port N   port of the page
           MODEL_PATH      (environment) another model file than models/segmenter.joblib
install  Make .venv and install requirement files into it; local does it by itself.

Examples:
  ./deploy.sh local
  ./deploy.sh local --port 9080 --page-port 9000
TEXT
}

main() {
  local command=${1:---help}
  shift || true
  case $command in
    local) serve_locally "$@" ;;
    install) install_requirements "$@" ;;
    -h | --help | help) usage ;;
    *) misuse "unknown command '$command'" ;;
  esac
}

# ---- messages and effects

say() { printf '%s\n' "$*"; }

# die WHAT_WHY [WHAT_TO_DO]
die() {
  printf 'error: %s\n' "$1" >&2
  if (($# > 1)); then printf '       %s\n' "${@:2}" >&2; fi
  exit 1
}

misuse() {
  printf 'error: %s\n       see ./deploy.sh --help\n' "$1" >&2
  exit 2
}

# run COMMAND...: every lasting effect goes through here and is shown
run() {
  printf '+%s\n' "$(printf ' %q' "$@")" >&2
  "$@"
}

# ---- .venv

# install_requirements FILE...: a file that has not changed since it was installed is skipped
install_requirements() {
  local file stamp
  make_venv
  for file in "$@"; do
    [[ -f $file ]] || misuse "no file $file"
    stamp=$VENV/installed-${file//\//-}
    if cmp --silent "$file" "$stamp"; then continue; fi
    run "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$file" ||
      die "pip could not install $file; its reason is above." "Check the network, then run this again."
    cp "$file" "$stamp"
  done
}

make_venv() {
  if ! works "$VENV/bin/python" -m pip --version; then
    works python3 --version || die "Python is missing." "Install Python $OLDEST_PYTHON or newer (Debian: apt-get install python3)."
    require_recent python3
    works python3 -c 'import ensurepip' || install_ensurepip
    run python3 -m venv --clear "$VENV" || die "python3 could not make $VENV; its reason is above."
  fi
  require_recent "$VENV/bin/python"
}

works() { "$@" >/dev/null 2>&1; }

require_recent() {
  works "$1" -c "import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON/./,}))" ||
    die "$1 is $("$1" --version 2>&1), expected Python $OLDEST_PYTHON or newer." \
      "Put a newer python3 first in PATH; if the old one made $VENV, remove that folder."
}

install_ensurepip() {
  local advice="Run as root: apt-get install python3-venv"
  if ((EUID != 0)) || ! works command -v apt-get; then die "this Python cannot make $VENV: it lacks ensurepip." "$advice"; fi
  say "This Python lacks ensurepip; installing Debian's python3-venv."
  { run apt-get update --quiet=2 && run apt-get install --yes --quiet=2 python3-venv; } ||
    die "apt-get could not install python3-venv; its reason is above." "$advice"
}

# ---- local

serve_locally() {
  local port=8080 page_port=8000
  while (($#)); do
    case $1 in
      --port) port=$(port_number "$@") ;;
      --page-port) page_port=$(port_number "$@") ;;
      -h | --help) usage && return ;;
      *) misuse "local: unknown option '$1'" ;;
    esac
    shift 2
  done
  [[ $port != "$page_port" ]] || misuse "--port and --page-port are both $port"
  require_free --port "$port"
  require_free --page-port "$page_port"
  install_requirements requirements.txt
  start "$port" "$page_port"
}

port_number() {
  if ! [[ ${2-} =~ ^[1-9][0-9]{0,4}$ ]] || (($2 > 65535)); then
    misuse "$1: expected a port from 1 to 65535, found '${2-}'"
  fi
  printf '%s' "$2"
}

require_free() {
  if works connect "$2"; then
    die "port $2 is in use by another program." "Stop that program, or choose another port with $1."
  fi
}

connect() { : <>"/dev/tcp/127.0.0.1/$1"; }

start() {
  local api=http://127.0.0.1:$1 page=http://127.0.0.1:$2
  work=$(mktemp -d)
  trap stop EXIT
  trap 'exit 0' INT TERM HUP
  link_page "$api"
  ALLOWED_ORIGINS="${ALLOWED_ORIGINS:-*}" "$VENV/bin/functions-framework" \
    --source function/main.py --target segment --host 127.0.0.1 --port "$1" &
  function_pid=$!
  "$VENV/bin/python" -m http.server --bind 127.0.0.1 --directory "$work/static" "$2" >"$work/page.log" 2>&1 &
  page_pid=$!
  await "$1" /healthz "$function_pid" || die "the function did not start; its reason is above."
  await "$2" / "$page_pid" || die "the page's server did not start: $(tail -1 "$work/page.log")"
  announce "$api" "$page"
  wait -n "$function_pid" "$page_pid" || true
  die "the function or the page's server ended by itself; its reason is above or here: $(tail -1 "$work/page.log")"
}

# The page's folder as links, so that an edit shows at once and the written config.js stays out of the tree.
link_page() {
  mkdir "$work/static"
  ln -s "$PWD"/static/* "$work/static"
  rm -f "$work/static/config.js"
  write_config "$1" >"$work/static/config.js"
}

write_config() {
  printf "export const FUNCTION_URL = '%s';\n" "$1"
}

# await PORT PATH PID: until the address answers 200; fails when the process has ended
await() {
  until works answers "$1" "$2"; do
    kill -0 "$3" 2>/dev/null || return
    sleep 0.2
  done
}

# In bash itself: a machine with Python and nothing else has no curl.
answers() (
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
  read -r -t 2 _ status _ <&3
  [[ $status == 200 ]]
)

announce() {
  cat <<TEXT

Function  $1
Page      $2
Try it    curl $1/segment -H 'Content-Type: application/json' -d '$(example_customer)'
Stop      Ctrl-C

TEXT
}

# A customer of the model's largest segment, whatever its features are.
example_customer() {
  "$VENV/bin/python" - <<'PYTHON'
import json, os, pathlib
from function.model import load
model = load(pathlib.Path(os.environ.get("MODEL_PATH", "models/segmenter.joblib"))).model
print(json.dumps({f.name: float(f"{v:.3g}") for f, v in zip(model.features, model.segments[0].centroid)}))
PYTHON
}

stop() {
  trap '' INT TERM HUP
  kill ${function_pid:+"$function_pid"} ${page_pid:+"$page_pid"} 2>/dev/null || true
  wait
  rm -rf "$work"
}

main "$@"
