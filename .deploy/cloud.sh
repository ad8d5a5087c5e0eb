# shellcheck shell=bash
# The commands gcp, status and destroy, and the function on Google Cloud; sourced by deploy.sh.

readonly SERVICES=(
  artifactregistry.googleapis.com
  cloudbuild.googleapis.com
  cloudfunctions.googleapis.com
  iam.googleapis.com
  run.googleapis.com
  storage.googleapis.com
)

deploy() {
  cloud_options gcp "$@"
  tries=7 # a new permission takes up to a minute to reach every server
  check_tools
  check_model
  switch_on_services
  check_region
  decide_on_training
  make_account "$account" "Function $name"
  if $training; then prepare_training; fi
  make_bucket
  deploy_function
  if $training; then deploy_training; fi
  publish_page
  remove_obsolete
  open_bucket
  if $without_training; then remove_training; fi
  check_deployed
}

status() {
  cloud_options status "$@"
  check_tools
  check_region
  [[ $reply ]] || $dry_run || die "there is no function $name in the project $project." \
    "Deploy it first, ./deploy.sh gcp, or give the options that gcp had."
  read_url
  if find_training; then training=true; fi
  read_version
  check_deployed
}

destroy() {
  cloud_options destroy "$@"
  assume_found=true
  check_tools
  check_region
  if [[ -z $reply ]] && ! $dry_run; then say "There is no function $name in the project $project."; fi
  local files=''
  if ! find_bucket; then
    say "There is no bucket $bucket in the project $project."
  elif [[ -n $reply ]] && ! $dry_run; then
    list_objects
    list_foreign >"$work/foreign"
    files=" and $(count "$work/objects" file) in $bucket"
    if [[ -s $work/foreign ]]; then files+=" ($(count "$work/foreign" file) without this command's mark)"; fi
  fi
  confirm "Remove the function $name, the training service if there is one, what both have of their own (service accounts, \
key)$files from the project $project?" removed
  if found "look for the function" gcloud functions describe "$name" "${function_flags[@]}"; then
    step "remove the function" gcloud functions delete "$name" "${function_flags[@]}"
  fi
  remove_account "$account"
  remove_training
  if find_bucket; then remove_page; fi
}

remove_account() {
  if find_account "$1"; then step "remove the service account" gcloud iam service-accounts delete "$1" "${flags[@]}"; fi
}

# cloud_options COMMAND OPTION...
cloud_options() {
  project='' bucket='' region=us-central1 name=segment origin='' private=false yes=false assume_found=false tries=1
  training=false without_training=false new_key=false
  read_options "$1" "project bucket region name origin" "private training without-training new-key" "${@:2}"
  ((${#rest[@]} == 0)) || misuse "$1: unknown option '--'"
  check_options
  flags=(--project="$project" --quiet)
  function_flags=(--gen2 --region="$region" "${flags[@]}")
  account=$name-function@$project.iam.gserviceaccount.com
  training_names
  make_scratch
}

check_options() {
  check_place
  expect --name "$name" '[a-z][a-z0-9-]{0,18}[a-z0-9]' "2 to 20 lower-case letters, digits and hyphens"
  [[ $name != *-train ]] || misuse "--name: expected a name without -train at its end, which is the training service's, found '$name'"
  if $training && $without_training; then misuse "--training and --without-training exclude each other"; fi
  if $new_key && ! $training; then misuse "--new-key: expected --training with it"; fi
  if [[ -n $origin ]]; then
    expect --origin "$origin" 'https?://[a-z0-9.-]+(:[0-9]+)?' "scheme and host without a path, for example https://www.example.com"
    if [[ $origin == https://*:443 || $origin == http://*:80 ]]; then
      misuse "--origin: expected no :${origin##*:}, which browsers leave out"
    fi
    expect --bucket "$bucket" '[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]' "a bucket's name"
  else # every bucket has an origin of its own, but only where its name is one label of a host name
    expect --bucket "$bucket" '[a-z0-9][a-z0-9-]{1,61}[a-z0-9]' "a bucket's name of lower-case letters, digits and hyphens"
    origin=https://$bucket.storage.googleapis.com
  fi
}

check_tools() {
  check_gcloud
  if $dry_run; then return; fi
  works command -v curl || die "curl is missing." "Install it (Debian: apt-get install curl)."
}

# From here on curl takes the way that gcloud takes.
follow_gcloud() {
  local type address port authority
  if $dry_run; then return; fi
  gcloud config list --quiet \
    --format='csv[no-heading](proxy.type,proxy.address,proxy.port,core.custom_ca_certs_file)' >"$work/network"
  IFS=, read -r type address port authority <"$work/network"
  if [[ -n $address ]]; then export https_proxy=${type/http_no_tunnel/http}://$address:$port; fi
  if [[ -n $authority ]]; then export CURL_CA_BUNDLE=$authority; fi
}

check_model() {
  run ./deploy.sh install requirements.txt
  loads models/segmenter.joblib ||
    die "models/segmenter.joblib does not load or does not reproduce its golden vectors; its reason is above." \
      "Train it again: .venv/bin/python -m training fit TABLE"
}

# loads MODEL
loads() {
  run "$VENV/bin/python" -c "from pathlib import Path; from function.model import load; load(Path('$1'))"
}

switch_on_services() {
  local services=("${SERVICES[@]}")
  if $training; then services+=("$KEY_SERVICE"); fi
  step "switch on the services" gcloud services enable "${services[@]}" "${flags[@]}"
}

# A function of this name in another region would stay there, and both would have one service account.
check_region() {
  found "look for the function in all regions" gcloud functions list --v2 \
    --filter="name~/functions/$name\$ AND environment=GEN_2" --format='value(name.scope(locations).segment(0))' \
    "${flags[@]}" || return 0
  if [[ -z $reply || $'\n'$reply$'\n' == *$'\n'$region$'\n'* ]]; then return; fi
  die "the function $name is in ${reply//$'\n'/ and }, not in $region." \
    "Add --region with where it is; another function needs another --name."
}

# A training service that is there is updated without being asked for: a page must go with both its functions.
decide_on_training() {
  if $training || ! find_training; then return; fi
  if $without_training; then
    confirm "Remove the training service $training_name, its key and its service account?" removed
    training_url=''
    return
  fi
  say "The training service $training_name is there and is updated too; --without-training removes it."
  training=true
}

# make_account ACCOUNT DISPLAY_NAME: a function's own identity. It has no role in the project: whoever breaks into the
# function can do nothing there.
make_account() {
  if find_account "$1"; then return; fi
  step "create the service account" gcloud iam service-accounts create "${1%@*}" --display-name="$2" "${flags[@]}"
  await_account "$1"
}

find_account() { found "look for the service account" gcloud iam service-accounts describe "$1" "${flags[@]}"; }

# Google shows a new account after a while, usually within seconds.
await_account() {
  local try
  for ((try = 0; try < 10; try++)); do
    if find_account "$1" || $dry_run; then return; fi
    sleep 3
  done
  die "the service account $1 was created, but Google does not show it after 30 s." "Wait a minute, then run the same command again."
}

deploy_function() {
  local access=--allow-unauthenticated
  if $private; then access=--no-allow-unauthenticated; fi
  local options=(
    --runtime=python313
    --source="$stage/function" # .gcloudignore lists what travels
    --entry-point=segment
    --trigger-http
    --set-build-env-vars=GOOGLE_FUNCTION_SOURCE=function/main.py
    --set-env-vars="ALLOWED_ORIGINS=$origin,GOOGLE_CLOUD_PROJECT=$project"
    --service-account="$account"
    --memory=256Mi    # 40 MB at the start, 70 MB after 40 batches of 10,000, 20 at a time
    --cpu=1           # the least that may answer several requests at once
    --concurrency=80  # an answer takes well under a millisecond: many fit one instance, and one instance is cheapest
    --min-instances=0 # while nobody calls nothing is paid; the page says that the function wakes up
    --max-instances=3 # the ceiling of the bill, see README
    --timeout=30s     # the largest batch takes about a second
    --ingress-settings=all
    --serve-all-traffic-latest-revision
  )
  stage_function
  deploy_patiently "deploy the function" gcloud functions deploy "$name" "${options[@]}" "$access" "${function_flags[@]}"
  read_url
}

# deploy_patiently WHAT COMMAND...: tries for half a minute while not every part of Google knows a new service account, or
# that it may read its key
deploy_patiently() {
  local try
  for ((try = 0; ; try++)); do
    if attempt "${@:2}"; then return; fi
    if ((try == 10)) || ! account_unknown; then explain "$1"; fi
    say "Google does not know the new service account everywhere yet: trying again."
    sleep 3
  done
}

account_unknown() {
  grep -F "@$project.iam.gserviceaccount.com" "$work/stderr" | grep -qE 'not (exist|found)|Permission denied on secret'
}

# gcloud insists on a main.py beside requirements.txt, whatever GOOGLE_FUNCTION_SOURCE says. The repository has none, so
# gcloud is given copies and an empty one, which .gcloudignore leaves behind.
stage_function() {
  copy_listed "$stage/function" function
  run cp requirements.txt "$stage/function"
  stage_model "$stage/function"
}

# stage_model FOLDER: last into it, with what gcloud wants to see in a function's folder
stage_model() {
  run mkdir -p "$1/models"
  run cp models/segmenter.joblib "$1/models"
  run cp .gcloudignore "$1"
  run touch "$1/main.py"
  run chmod -R a+rX "$1" # modes travel too, and there another user reads what a checkout under umask 077 keeps to itself
}

read_url() {
  ask "find the function" gcloud functions describe "$name" --format='value(serviceConfig.uri)' "${function_flags[@]}"
  url=$reply
  if $dry_run; then url=https://FUNCTION; fi
}

check_deployed() {
  follow_gcloud
  if $private; then
    call 403 "$url/health" "the function refuses callers without permission"
  else
    call 200 "$url/health" "the function answers"
  fi
  call 200 "$(stored)/index.html" "the page answers"
  call 200 "$(stored)/$version/config.js" "the page knows the function"
  if $training; then check_training; fi
  printf '\nFunction  %s\nPage      %s\n' "$url" "$origin/index.html"
  if $training; then announce_training; fi
}

# call STATUS URL EXPECTATION [CURL_OPTION...]
call() {
  local command=(curl --silent --show-error --output /dev/null --write-out '%{http_code}' --max-time 20 "${@:4}" "$2") status try
  show "${command[@]}"
  if $dry_run; then return; fi
  for ((try = 0; try < tries; try++)); do
    if ((try)); then sleep 10; fi
    status=$("${command[@]}") || true
    if [[ $status == "$1" ]]; then return; fi
  done
  die "expected that $3, found status $status at $2." "Wait a minute, then: ./deploy.sh status with the options that gcp had"
}
