# shellcheck shell=bash
# How gcloud's commands are set up and called, and what its errors mean; sourced by deploy.sh.

readonly GO_ON="The same command goes on from here."

# read_options COMMAND VALUES SWITCHES OPTION...: set the variables of these names; what follows -- is left in rest
read_options() {
  local command=$1 values=" $2 " switches=" $3 " option
  shift 3
  rest=()
  while (($#)); do
    if [[ $1 == --*=* ]]; then
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
      if [[ "${switches}dry-run yes " == *" ${1#--} "* ]]; then misuse "$1: expected no value, found '$2'"; fi
    fi
    case $1 in
      -h | --help) usage && exit ;;
      --) rest=("${@:2}") && return ;;
      --dry-run) dry_run=true ;;
      --yes) yes=true ;;
      -*)
        [[ $1 =~ ^--[a-z-]+$ ]] || misuse "$command: unknown option '$1'"
        if [[ $switches == *" ${1#--} "* ]]; then
          option=${1#--}
          printf -v "${option//-/_}" true
        elif [[ $values == *" ${1#--} "* ]]; then
          [[ -n ${2-} && ${2-} != --* ]] || misuse "$1: expected a value"
          printf -v "${1#--}" '%s' "$2"
          shift
        else
          misuse "$command: unknown option '$1'"
        fi
        ;;
      *) misuse "$command: unknown word '$1'; options start with --" ;;
    esac
    shift
  done
}

check_place() {
  expect --project "$project" '[a-z][a-z0-9-]{4,28}[a-z0-9]' "a project's id, 6 to 30 lower-case letters, digits and hyphens"
  if [[ $bucket == goog* || $bucket == *google* ]]; then
    misuse "--bucket: expected a name that has no google in it and does not begin with goog, as Google wants it, found '$bucket'"
  fi
  expect --region "$region" '[a-z]+-[a-z]+[0-9]+' "a region, for example us-central1"
}

# expect OPTION VALUE PATTERN DESCRIPTION
expect() { works matches "$2" "$3" || misuse "$1: expected $4, found '$2'"; }

matches() (
  LC_ALL=C # in other places "é" is between "a" and "z"
  [[ $1 =~ ^$2$ ]]
)

# make_scratch: $work (see deploy.sh) for what is private, $stage for what is made for an upload and where a download is
# looked at. Both are of this run alone, and removed at its end.
make_scratch() {
  make_work
  stage=.build
  trap 'clean_up $?' EXIT
  trap 'trap "" INT; die "stopped; what has been done so far stays." "$GO_ON"' INT TERM HUP # gcloud ends first: its words would mislead
  if $dry_run; then return; fi
  stage=$(mktemp -d .build.XXXXXX) || die "this folder cannot be written to; the reason is above." "Copy the project to one that can."
}

# clean_up CODE
clean_up() {
  rm -rf "$work" "$stage"
  if (($1 == 0)) || $told; then return; fi
  printf 'error: a command on this machine failed; its reason is above. What has been done so far stays.\n       %s\n' "$GO_ON" >&2
}

# copy_listed TARGET PATH...: only what the project knows is published or uploaded, not what else lies in its folders
copy_listed() {
  local target=$1
  shift
  run mkdir -p "$target"
  say "+ git ls-files $* | tar --create --file - --files-from - | tar --extract --file - --directory $target"
  if $dry_run; then return; fi
  list_files "$@" | tar --create --file - --files-from - | tar --extract --file - --directory "$target"
}

# list_files PATH...: what git tracks in them, but for READMEs; in a tree without git, what .deploy/files.txt names
list_files() {
  local file
  if works git ls-files --error-unmatch deploy.sh; then
    git -c core.quotePath=off ls-files -- "$@"
  else
    for file in "$@"; do grep -E "^$file(/|$)" .deploy/files.txt; done
  fi | while IFS= read -r file; do if [[ -f $file && $file != */README.md ]]; then printf '%s\n' "$file"; fi; done
}

check_gcloud() {
  if $dry_run; then return; fi
  works command -v gcloud || die "gcloud is missing." "Install it: https://cloud.google.com/sdk/docs/install"
  export CLOUDSDK_CORE_USER_OUTPUT_ENABLED=true # its words are read here, whatever it is set to
  if [[ ${CLOUDSDK_CORE_VERBOSITY-} != debug ]]; then export CLOUDSDK_CORE_VERBOSITY=warning; fi
  step "use gcloud's login" gcloud auth print-access-token --quiet >/dev/null
}

# step WHAT COMMAND...: a failure says what failed, why and what to do
step() { attempt "${@:2}" || explain "$1"; }

# attempt COMMAND...: its errors are shown and kept
attempt() {
  show "$@"
  if $dry_run; then return; fi
  { "$@" 2>&1 >&3 | tee "$work/stderr" >&2; } 3>&1
}

# ask WHAT COMMAND...: set reply to what the command prints
ask() {
  if found "$@" || $dry_run; then return; fi
  cat "$work/stderr" >&2
  explain "$1"
}

# found WHAT COMMAND...: as ask, but fails where the thing does not exist
found() {
  show "${@:2}"
  reply=''
  if $dry_run; then
    $assume_found
    return
  fi
  if "${@:2}" >"$work/stdout" 2>"$work/stderr"; then
    reply=$(<"$work/stdout")
    return
  fi
  # who has never used an API has nothing of it
  if grep -qE ' not found: 404|NOT_FOUND:|status=\[404\]|matched no objects|API has not been used' "$work/stderr"; then return 1; fi
  cat "$work/stderr" >&2
  explain "$1"
}

# confirm QUESTION DONE: without a yes nothing is done
confirm() {
  local answer=''
  if $yes || $dry_run; then return; fi
  printf '%s [y/N] ' "$1" # by read it would be seen on a terminal only
  read -r answer || say
  [[ $answer == [yY]* ]] || die "not confirmed: nothing was $2." "Answer y, or add --yes."
}

# explain WHAT: end with what gcloud's message means and what to do
explain() {
  local why advice
  case $(<"$work/stderr") in
    *'No space left on device'*)
      why="the disk is full" advice="Make room, or set TMPDIR to a folder on another disk." ;;
    *'HTTPError 409'*'Try another name'* | *'HTTPError 409'*'name is not available'*)
      why="the bucket $bucket belongs to another project" advice="Choose another name with --bucket." ;;
    *'unable to queue the operation'* | *'already own it'* | *ALREADY_EXISTS* | *'already exists'*)
      why="another command does so at the same time" advice="Wait until that one has ended." ;;
    *'Build failed'* | *'Healthcheck failed'*)
      why="the function does not build or does not start" advice="Read the build's message above. If it lacks a permission, \
give the role roles/cloudbuild.builds.builder to the project's default build service account." ;;
    *'Max retries exceeded'* | *'Connection'*'refused'* | *'timed out'* | *'find the server'*)
      why="Google Cloud cannot be reached" advice="Check the network and the proxy: gcloud info --run-diagnostics" ;;
    *'active account'* | *'auth login'* | *UNAUTHENTICATED* | *'[401]'*)
      why="gcloud is not logged in" advice="Log in: gcloud auth login" ;;
    *'Batch job is FAILED'*)
      why="its batch failed, and models/ is as it was" advice="The reason is above. All that the batch printed: \
https://console.cloud.google.com/dataproc/batches/${region}/${batch-}?project=$project" ;;
    *[Bb]illing*)
      why="the project has no billing account" advice="Link one: https://console.cloud.google.com/billing/linkedaccount?project=$project" ;;
    *RESOURCE_EXHAUSTED* | *'[429]'* | *[Qq]uota*)
      why="a quota of the project is used up" advice="Wait a minute, or raise it: https://console.cloud.google.com/iam-admin/quotas?project=$project" ;;
    *'Permission denied on secret'*)
      why="Google does not know everywhere yet that the training service may read its key" advice="Wait a minute." ;;
    *'has not been used in project'* | *SERVICE_DISABLED*)
      why="one of the project's services is not switched on everywhere yet" advice="Wait a minute." ;;
    *'unrecognized arguments'* | *'Invalid choice'*)
      why="this gcloud is too old" advice="Bring it up to date, gcloud components update, or install it again: \
https://cloud.google.com/sdk/docs/install" ;;
    *"locations/$region' (or it may not exist)"* | *'location constraint is not valid'*)
      why="Google has no region $region, or not for this project" advice="Choose another with --region: gcloud functions regions list" ;;
    *'constraints/gcp.resourceLocations'*)
      why="a policy of the organization forbids the region $region" advice="Choose another with --region." ;;
    *'permitted customer'* | *'ublic access prevention'* | *'constraints/storage.publicAccess'*)
      why="a policy of the organization forbids it" advice="Ask its administrator to allow public access for the project." ;;
    *'constraints/'*)
      why="a policy of the organization forbids it" advice="Ask its administrator to allow it for the project; the policy is named above." ;;
    *'storage.buckets.get access'*)
      why="the bucket $bucket belongs to another project" advice="Choose another name with --bucket." ;;
    *'storage.objects.'*' access'*)
      why="the account may not use that bucket" advice="Give it the role roles/storage.objectUser there: gcloud config get account" ;;
    *PERMISSION_DENIED* | *'not have permission'* | *'[403]'* | *'Status code: 403'*)
      why="the account may not do this, or the project $project does not exist" \
        advice="Check both: gcloud config get account; gcloud projects list. An owner of the project may do all of this." ;;
    *"@$project.iam.gserviceaccount.com"*'not exist'* | *"@$project.iam.gserviceaccount.com"*'not found'*)
      why="Google does not know the service account yet" advice="Wait a minute." ;;
    *'[404]'* | *'not found: 404'* | *NOT_FOUND:*)
      why="it does not exist" advice="Deploy it first: ./deploy.sh gcp" ;;
    *)
      why="gcloud's reason is above" advice="Run it again with CLOUDSDK_CORE_VERBOSITY=debug to see more." ;;
  esac
  die "could not $1: $why." "$advice" "$GO_ON"
}
