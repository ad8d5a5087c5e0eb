#!/usr/bin/env bash
# Runs the service on this machine or on Google Cloud: `./deploy.sh --help` says how. The parts are in .deploy/.
if [ -z "${BASH_VERSION-}" ]; then exec bash "$0" "$@"; fi # called as `sh deploy.sh`
set -euo pipefail +o posix +o noglob +o noclobber # whatever POSIXLY_CORRECT, SHELLOPTS or BASH_ENV have switched on
shopt -u nocasematch nullglob failglob
if ((BASH_VERSINFO[0] < 5)); then
  echo "error: this is bash $BASH_VERSION, expected 5 or newer (macOS: brew install bash)." >&2
  exit 1
fi
readonly CALLED_FROM=$PWD
unset PYTHONHOME PYTHONSAFEPATH PYTHONINSPECT # meant for another Python; a .venv's would look for its modules in the wrong place
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" # by its whole path: CDPATH must not lead elsewhere

readonly VENV=.venv
readonly OLDEST_PYTHON=3.11 NEWEST_PYTHON=3.13 # with which all of this is tested

dry_run=false
told=false # whether the reason for a failure has been told

usage() {
  cat <<'TEXT'
usage: ./deploy.sh local   [--port 8080] [--page-port 8000] [--without-training]
       ./deploy.sh gcp     --project P --bucket B [option...]
       ./deploy.sh status  --project P --bucket B [option...]
       ./deploy.sh destroy --project P --bucket B [option...]
       ./deploy.sh train   --project P --table gs://... [option...] [-- OPTION OF fit...]
       ./deploy.sh install FILE...

local    Start the function, the page and the training service on this machine; Ctrl-C stops them.
           --port N            port of the function
           --page-port N       port of the page
           --training-port N   port of the training service, default 8090
           --without-training  leave it out: the page then makes no segments of a file's own, and its packages (300 MB)
                               are not installed
           MODEL_PATH          (environment) another model file than models/segmenter.joblib
gcp      Put the function and the page on Google Cloud, or update them; needs gcloud and curl.
status   Say what is deployed and whether it answers.
destroy  Remove what gcp created; asks first.
           --project P     the project's id
           --bucket B      the page's bucket; made if absent, else given over to the page
           --region R      default us-central1
           --name N        of the function, default segment
           --private       callers of the function need the role Cloud Run Invoker
           --training          put up the training service too, as NAME-train, behind a key that is made once; where it is
                               there already, every gcp updates it
           --new-key           with --training: another key; links with the old one no longer work
           --without-training  remove the training service
           --origin URL    where visitors see the page, if not at https://B.storage.googleapis.com
           --dry-run       print the commands and do nothing; needs no login
           --yes           answer yes to every question
train    Train on a table too large for this machine, as a batch of Dataproc, and fetch the model to models/; needs gcloud.
           --project P     the project's id
           --table URL     file or folder of Parquet or CSV files in a bucket
           --bucket B      of the project, for code and results, default P-training; made if absent
           --region R      default us-central1
           --subnet S      of that region, if not default
           --out URL       folder in a bucket for the model, default gs://B/ and the batch's name
           --dry-run, --yes  as above; whatever follows -- goes to fit
install  Make .venv and install requirement files into it; the other commands do it by themselves.

Examples:
  ./deploy.sh local --port 9080 --page-port 9000
  ./deploy.sh gcp --project my-shop --bucket my-shop-segments --dry-run
  ./deploy.sh gcp --project my-shop --bucket my-shop-segments
  ./deploy.sh train --project my-shop --table gs://my-shop-data/customers/ -- --features age,visits --k 4
TEXT
}

main() {
  local command=${1:---help}
  shift || true
  case $command in
    local) serve_locally "$@" ;;
    gcp) deploy "$@" ;;
    status) status "$@" ;;
    destroy) destroy "$@" ;;
    train) train "$@" ;;
    install) install_requirements "$@" ;;
    -h | --help | help) usage ;;
    -*) misuse "expected a command first, then its options, found '$command'" ;;
    *) misuse "unknown command '$command'" ;;
  esac
}

# ---- messages and effects

say() { printf '%s\n' "$*"; }

# die WHAT_WHY [WHAT_TO_DO]
die() {
  told=true
  printf 'error: %s\n' "$1" >&2
  if (($# > 1)); then printf '       %s\n' "${@:2}" >&2; fi
  exit 1
}

misuse() {
  printf 'error: %s\n       see ./deploy.sh --help\n' "$1" >&2
  exit 2
}

# run COMMAND...: every effect goes through here and is shown; --dry-run only shows
run() {
  show "$@"
  if $dry_run; then return; fi
  "$@"
}

# from_caller FILE: a file's path, which the caller gave from where they are
from_caller() {
  if [[ $1 != /* && $CALLED_FROM != "$PWD" ]]; then printf '%s/' "$CALLED_FROM"; fi
  printf '%s' "$1"
}

# make_work: set work to a new folder that nobody else reads
make_work() {
  work=''
  { work=$(mktemp -d) && printf '%99999s' '' >"$work/probe" && rm "$work/probe"; } || {
    if [[ $work ]]; then rm -r "$work"; fi
    die "there is no room for temporary files; the reason is above." "Set TMPDIR to a folder that can be written to, on a disk with room."
  }
}

show() { printf '+%s\n' "$(printf ' %q' "$@")"; }

# ---- .venv

# install_requirements FILE...: a file that has not changed since it was installed is skipped
install_requirements() {
  local file stamp
  if [[ ${1-} == -h || ${1-} == --help ]]; then usage && return; fi
  (($#)) || misuse "install: expected a requirements file, for example training/requirements.txt"
  take_turn
  make_venv
  for file in "$@"; do
    [[ -f $file ]] || misuse "no file $file"
    stamp=$VENV/installed-${file//\//-}
    if cmp --silent "$file" "$stamp"; then continue; fi
    run "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$file" ||
      die "pip could not install $file; its reason is above." "Check the network and the room on the disk, then run this again.$(advise_python)"
    cp "$file" "$stamp"
  done
} 9<deploy.sh

# take_turn: two that install into one .venv would spoil it. The lock, on descriptor 9, ends with who holds it; macOS has no flock.
take_turn() {
  if ! works command -v flock || flock --nonblock 9; then return; fi
  say "Waiting for another ./deploy.sh that installs packages."
  flock 9
}

make_venv() {
  if is_from_elsewhere || ! works "$VENV/bin/python" -c 'import pip._internal.cli.main'; then
    works python3 --version || die "Python is missing." "Install Python $OLDEST_PYTHON or newer (Debian: apt-get install python3)."
    require_recent python3
    works python3 -c 'import ensurepip' || install_ensurepip
    run python3 -m venv --clear "$VENV" || die "python3 could not make $VENV; its reason is above." \
      "If this folder cannot be written to, or its disk is full (df -h .), copy the project to one that can."
    printf '%s\n' "$PWD" >"$VENV/made-in"
  fi
  require_recent "$VENV/bin/python"
}

# is_from_elsewhere: the programs in .venv begin with the path that this folder had when they were installed; a link to
# another folder's .venv is left as it is
is_from_elsewhere() {
  [[ ! -L $VENV && -w $VENV && -f $VENV/made-in && $(<"$VENV/made-in") != "$PWD" ]] || return
  say "This folder has been moved or copied: $VENV is made anew."
}

# advise_python: what to try where packages may not be there yet for a Python so new
advise_python() {
  if works "$VENV/bin/python" -c "import sys; sys.exit(sys.version_info[:2] <= (${NEWEST_PYTHON/./,}))"; then
    printf ' It may be too new: expected Python %s to %s; remove %s and put one of these first in PATH.' \
      $OLDEST_PYTHON $NEWEST_PYTHON $VENV
  fi
}

works() { "$@" >/dev/null 2>&1; }

# require_recent PYTHON
require_recent() {
  local code=0
  "$1" -c "import sys; sys.exit(3 * (sys.version_info < (${OLDEST_PYTHON/./,})))" || code=$?
  case $code in
    0) ;;
    3) die "$1 is $("$1" --version 2>&1), expected Python $OLDEST_PYTHON or newer." \
      "Put a newer python3 first in PATH; if the old one made $VENV, remove that folder." ;;
    *) die "$1 does not start; its reason is above." "If PYTHONPATH is set, unset it; else install Python again." ;;
  esac
}

install_ensurepip() {
  local advice="Run as root: apt-get install python3-venv"
  if ((EUID != 0)) || ! works command -v apt-get; then die "this Python cannot make $VENV: it lacks ensurepip." "$advice"; fi
  say "This Python lacks ensurepip; installing Debian's python3-venv."
  { run apt-get update --quiet=2 && run apt-get install --yes --quiet=2 python3-venv; } ||
    die "apt-get could not install python3-venv; its reason is above." "$advice"
}

source .deploy/local.sh
source .deploy/gcloud.sh
source .deploy/cloud.sh
source .deploy/bucket.sh
source .deploy/service.sh
source .deploy/train.sh
main "$@"
