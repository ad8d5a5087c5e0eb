# shellcheck shell=bash
# The function and the page on this machine; sourced by deploy.sh.

serve_locally() {
  local port=8080 page_port=8000 training_port=8090 training=true
  while (($#)); do
    if [[ $1 == --*=* ]]; then set -- "${1%%=*}" "${1#*=}" "${@:2}"; fi
    case $1 in
      --port) port=$(port_number "$@") ;;
      --page-port) page_port=$(port_number "$@") ;;
      --training-port) training_port=$(port_number "$@") ;;
      --without-training)
        training=false
        shift
        continue
        ;;
      -h | --help) usage && return ;;
      *) misuse "local: unknown option '$1'" ;;
    esac
    shift 2
  done
  check_ports
  if [[ ${MODEL_PATH-} ]]; then MODEL_PATH=$(from_caller "$MODEL_PATH"); fi
  install_requirements requirements.txt
  start "$port" "$page_port" "$training_port"
}

check_ports() {
  [[ $port != "$page_port" ]] || misuse "--port and --page-port are both $port"
  require_free --port "$port"
  require_free --page-port "$page_port"
  if ! $training; then return; fi
  [[ $training_port != "$port" && $training_port != "$page_port" ]] || misuse "--training-port is another's port: $training_port"
  require_free --training-port "$training_port" "start without it: --without-training"
}

port_number() {
  if ! [[ ${2-} =~ ^[1-9][0-9]{0,4}$ ]] || (($2 > 65535)); then
    misuse "$1: expected a port from 1 to 65535, found '${2-}'"
  fi
  printf '%s' "$2"
}

# require_free OPTION PORT [OTHER_WAY]
require_free() {
  if works connect "$2"; then
    die "port $2 is in use by another program." "Stop that program, or choose another port with $1${3:+, or $3}."
  fi
}

connect() { : <>"/dev/tcp/127.0.0.1/$1"; }

start() {
  local api=http://127.0.0.1:$1 page=http://127.0.0.1:$2
  make_work
  exec 8> >(guard)
  guard_pid=$!
  trap stop EXIT
  trap 'exit 0' INT TERM HUP
  link_page "$api" "$($training && echo "http://127.0.0.1:$3")"
  ALLOWED_ORIGINS="${ALLOWED_ORIGINS:-*}" "$VENV/bin/python" -m gunicorn \
    --config python:function.server --bind "127.0.0.1:$1" 8>&- &
  function_pid=$!
  "$VENV/bin/python" .deploy/serve.py "$2" "$work/static" >"$work/page.log" 2>&1 8>&- &
  page_pid=$!
  printf '%s\n' "$function_pid" "$page_pid" >&8
  await "$1" /healthz "$function_pid" || die "the function did not start; its reason is above."
  await "$2" / "$page_pid" || die "the page's server did not start: $(tail -1 "$work/page.log")"
  announce "$api" "$page"
  if $training; then
    set -m # a process group of its own: pip and gunicorn end with it
    serve_training "$3" "$page,http://localhost:$2" 8>&- &
    printf -- '-%s\n' "$!" >&8
    set +m
  fi
  # bash forgets a process that a signal ended, for lack of memory, say, while it ran something else: wait would not see that
  if works kill -0 "$function_pid" && works kill -0 "$page_pid"; then wait -n "$function_pid" "$page_pid" || true; fi
  die "the function or the page's server ended by itself; its reason is above or here: $(tail -1 "$work/page.log")"
}

# serve_training PORT ORIGINS: function and page do not wait for its packages, and go on without it. It has the function's
# limits on the heads of requests; its jobs have their folders in $work.
serve_training() {
  local server
  trap 'wait; exit' TERM # which pip or gunicorn got too
  if ! cmp --silent training/requirements.txt "$VENV/installed-training-requirements.txt"; then
    say "Training  comes when its packages are installed: once, a download of 70 MB, 300 MB on disk"
  fi
  install_requirements training/requirements.txt || return
  TMPDIR=$work ALLOWED_ORIGINS=$2 "$VENV/bin/python" -m gunicorn --config python:function.server --bind "127.0.0.1:$1" \
    --env FUNCTION_TARGET=train --env "FUNCTION_SOURCE=$PWD/training/service.py" --workers 1 --graceful-timeout 1 &
  server=$!
  if await "$1" /healthz "$server"; then
    say "Training  http://127.0.0.1:$1"
    say "          curl -N 'http://127.0.0.1:$1/fit?k=auto' -H 'Content-Type: text/csv' --data-binary @customers.csv"
  fi
  wait "$server" || true
  say "error: the training service ended by itself; its reason is above. The function and the page go on." >&2
}

# The page's folder as links, so that an edit shows at once and the written config.js stays out of the tree.
link_page() {
  mkdir "$work/static"
  ln -s "$PWD"/static/* "$work/static"
  rm -f "$work/static/config.js"
  config "$@" >"$work/static/config.js"
}

# config FUNCTION_URL [TRAINING_URL]: what config.js holds
config() {
  echo "export const FUNCTION_URL = '$1';"
  if [[ ${2-} ]]; then echo "export const TRAINING_URL = '$2';"; else echo "export const TRAINING_URL = null;"; fi
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
  exec 8>&-
  wait "$guard_pid" || true # bash may have forgotten it
  wait
}

# guard: reads of the servers that are started, and ends them, and what they leave, when this script is gone, however it went
guard() {
  local servers
  trap '' INT TERM HUP
  mapfile -t servers
  works kill -- "${servers[@]}" || true
  while works kill -0 -- "${servers[@]}"; do sleep 0.1; done
  rm -rf "$work"
}
