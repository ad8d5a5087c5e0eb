# shellcheck shell=bash
# The function and the page on Google Cloud; sourced by deploy.sh.

readonly SERVICES=(
  artifactregistry.googleapis.com
  cloudbuild.googleapis.com
  cloudfunctions.googleapis.com
  iam.googleapis.com
  run.googleapis.com
  storage.googleapis.com
)
readonly LABEL=segment-page # on the bucket: "created" by this command, or "used" because it was there

deploy() {
  cloud_options gcp "$@"
  tries=7 # a new permission takes up to a minute to reach every server
  check_tools
  check_model
  step "switch on the services" gcloud services enable "${SERVICES[@]}" "${flags[@]}"
  make_account
  make_bucket
  deploy_function
  publish_page
  check_deployed
}

status() {
  cloud_options status "$@"
  check_tools
  read_url
  check_deployed
}

destroy() {
  cloud_options destroy "$@"
  assume_found=true
  check_tools
  confirm "Remove the function $name, its service account and the page in $bucket from the project $project?" removed
  if found "look for the function" gcloud functions describe "$name" "${function_flags[@]}"; then
    step "remove the function" gcloud functions delete "$name" "${function_flags[@]}"
  fi
  if found "look for the service account" gcloud iam service-accounts describe "$account" "${flags[@]}"; then
    step "remove the service account" gcloud iam service-accounts delete "$account" "${flags[@]}"
  fi
  if find_bucket; then remove_page; fi
}

# cloud_options COMMAND OPTION...
cloud_options() {
  project='' bucket='' region=us-central1 name=segment origin='' private=false yes=false assume_found=false tries=1
  read_options "$1" "project bucket region name origin" "private" "${@:2}"
  ((${#rest[@]} == 0)) || misuse "$1: unknown option '--'"
  check_options
  flags=(--project="$project" --quiet)
  function_flags=(--gen2 --region="$region" "${flags[@]}")
  account=$name-function@$project.iam.gserviceaccount.com
  make_scratch
}

check_options() {
  check_place
  expect --name "$name" '[a-z][a-z0-9-]{0,18}[a-z0-9]' "2 to 20 lower-case letters, digits and hyphens"
  if [[ -n $origin ]]; then
    expect --origin "$origin" 'https?://[a-z0-9.-]+(:[0-9]+)?' "scheme and host without a path, for example https://www.example.com"
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

# The function's own identity. It has no role: whoever breaks into the function can do nothing in the project.
make_account() {
  if found "look for the service account" gcloud iam service-accounts describe "$account" "${flags[@]}"; then return; fi
  step "create the service account" gcloud iam service-accounts create "${account%@*}" \
    --display-name="Function $name" "${flags[@]}"
}

make_bucket() {
  local state=created
  if find_bucket; then
    state=${reply:-used}
    if [[ -z $reply ]]; then confirm_bucket; fi
  else
    step "create the bucket" gcloud storage buckets create "gs://$bucket" --location="$region" \
      --uniform-bucket-level-access --no-public-access-prevention "${flags[@]}"
  fi
  step "set up the bucket" gcloud storage buckets update "gs://$bucket" --update-labels="$LABEL=$state" \
    --web-main-page-suffix=index.html --uniform-bucket-level-access --no-public-access-prevention "${flags[@]}"
  step "make the page readable by everyone" gcloud storage buckets add-iam-policy-binding "gs://$bucket" \
    --member=allUsers --role=roles/storage.objectViewer --format=none "${flags[@]}"
}

find_bucket() {
  found "look for the bucket" gcloud storage buckets describe "gs://$bucket" --format="value(labels.$LABEL)" "${flags[@]}"
}

# The page takes the whole bucket: a bucket that holds anything else is not taken unasked.
confirm_bucket() {
  if found "look into the bucket" gcloud storage ls "gs://$bucket/**" "${flags[@]}"; then
    confirm "The bucket $bucket was not made by this command. Remove everything in it and put the page there?" removed
  fi
}

deploy_function() {
  local access=--allow-unauthenticated
  if $private; then access=--no-allow-unauthenticated; fi
  local options=(
    --runtime=python313
    --source="$STAGE/function" # .gcloudignore lists what travels
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
  step "deploy the function" gcloud functions deploy "$name" "${options[@]}" "$access" "${function_flags[@]}"
  read_url
}

# gcloud insists on a main.py beside requirements.txt, whatever GOOGLE_FUNCTION_SOURCE says. The repository has none, so
# gcloud is given copies and an empty one, which .gcloudignore leaves behind.
stage_function() {
  run rm -rf $STAGE
  run mkdir -p $STAGE/function
  run cp -R .gcloudignore requirements.txt function models $STAGE/function
  run touch $STAGE/function/main.py
}

read_url() {
  ask "find the function" gcloud functions describe "$name" --format='value(serviceConfig.uri)' "${function_flags[@]}"
  url=$reply
  if $dry_run; then url=https://FUNCTION; fi
}

# Pages come last, so that none is served before what it refers to; a browser asks for them anew each time.
publish_page() {
  local file fresh=("$STAGE/config.js") lasting=()
  write_config
  for file in static/*; do
    case $file in
      static/config.js) ;;
      *.html) fresh+=("$file") ;;
      *) lasting+=("$file") ;;
    esac
  done
  step "upload the page" gcloud storage cp "${lasting[@]}" "gs://$bucket/" \
    --recursive --cache-control="public, max-age=3600" "${flags[@]}"
  step "upload the page" gcloud storage cp "${fresh[@]}" "gs://$bucket/" --cache-control=no-cache "${flags[@]}"
  remove_obsolete
}

write_config() {
  say "+ echo \"$(config "$url")\" > $STAGE/config.js"
  if $dry_run; then return; fi
  config "$url" >$STAGE/config.js
}

remove_obsolete() {
  local obsolete
  ask "list the bucket" gcloud storage ls "gs://$bucket/**" "${flags[@]}"
  mapfile -t obsolete < <(comm -23 <(sort <<<"$reply") <(find static -type f | sed "s|^static|gs://$bucket|" | sort))
  if [[ -n ${obsolete[*]} ]]; then
    step "remove what is no longer in static/" gcloud storage rm "${obsolete[@]}" "${flags[@]}"
  fi
}

remove_page() {
  local state=$reply
  if $dry_run; then state=created; fi
  if [[ -z $state ]]; then
    say "The bucket $bucket is not the page's: left as it is."
    return
  fi
  if found "look into the bucket" gcloud storage ls "gs://$bucket/**" "${flags[@]}"; then
    step "remove the page" gcloud storage rm "gs://$bucket/**" "${flags[@]}"
  fi
  if [[ $state == created ]]; then
    step "remove the bucket" gcloud storage buckets delete "gs://$bucket" "${flags[@]}"
  else
    step "end the public access" gcloud storage buckets remove-iam-policy-binding "gs://$bucket" \
      --member=allUsers --role=roles/storage.objectViewer --format=none "${flags[@]}"
    step "undo the bucket's settings" gcloud storage buckets update "gs://$bucket" \
      --clear-web-main-page-suffix --remove-labels="$LABEL" "${flags[@]}"
  fi
}

check_deployed() {
  local stored=https://$bucket.storage.googleapis.com
  if [[ $bucket == *.* ]]; then stored=https://storage.googleapis.com/$bucket; fi
  follow_gcloud
  if $private; then
    call 403 "$url/health" "the function refuses callers without permission"
  else
    call 200 "$url/health" "the function answers"
  fi
  call 200 "$stored/index.html" "the page answers"
  call 200 "$stored/config.js" "the page knows the function"
  printf '\nFunction  %s\nPage      %s\n' "$url" "$origin/index.html"
}

# call STATUS URL EXPECTATION
call() {
  local command=(curl --silent --show-error --output /dev/null --write-out '%{http_code}' --max-time 20 "$2") status try
  show "${command[@]}"
  if $dry_run; then return; fi
  for ((try = 0; try < tries; try++)); do
    if ((try)); then sleep 10; fi
    status=$("${command[@]}") || true
    if [[ $status == "$1" ]]; then return; fi
  done
  die "expected that $3, found status $status at $2." "Wait a minute, then: ./deploy.sh status with the same options"
}
