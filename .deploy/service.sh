# shellcheck shell=bash
# The training service on Google Cloud, a second function beside the first; sourced by deploy.sh.

readonly KEY_SERVICE=secretmanager.googleapis.com

# training_names: what the training service's parts are called
training_names() {
  training_name=$name-train
  training_account=$training_name@$project.iam.gserviceaccount.com
  secret=$name-training-key
  training_url='' key=''
}

# find_training: once there it is updated by every deployment, asked for or not, as the page goes with it
find_training() {
  found "look for the training service" gcloud functions describe "$training_name" --format='value(serviceConfig.uri)' \
    "${function_flags[@]}" || return
  training_url=$reply
  if $dry_run; then training_url=https://TRAINING; fi
}

# Before the function is deployed, which gives the new permission time to reach every server.
prepare_training() {
  make_account "$training_account" "Training service of $name"
  make_key
  step "let the training service read its key" gcloud secrets add-iam-policy-binding "$secret" \
    --member="serviceAccount:$training_account" --role=roles/secretmanager.secretAccessor --format=none "${flags[@]}"
}

# The key is made once. It goes to gcloud by a pipe: no file and no list of processes has it.
make_key() {
  if has_key && ! $new_key; then return; fi
  if ! found "look for the secret" gcloud secrets describe "$secret" "${flags[@]}"; then
    step "create the secret" gcloud secrets create "$secret" --replication-policy=user-managed --locations="$region" "${flags[@]}"
  fi
  if ! $dry_run; then key=$("$VENV/bin/python" -c 'import secrets; print(secrets.token_urlsafe(32))'); fi
  step "keep the key" gcloud secrets versions add "$secret" --data-file=- --format=none "${flags[@]}" < <(printf '%s' "$key")
}

# has_key: an earlier run may have ended between the secret and its key
has_key() {
  found "look for the key" gcloud secrets versions describe latest --secret="$secret" --format='value(state)' "${flags[@]}" &&
    [[ ${reply^^} == ENABLED ]]
}

# Keys before the latest, which the service no longer takes, cost as long as they exist.
remove_old_keys() {
  local number numbers
  ask "look for older keys" gcloud secrets versions list "$secret" --filter='state!=DESTROYED' --format='value(name.basename())' \
    "${flags[@]}"
  if $dry_run; then return; fi
  mapfile -t numbers < <(sort --numeric-sort --reverse <<<"$reply" | tail -n +2)
  for number in "${numbers[@]}"; do
    step "remove an older key" gcloud secrets versions destroy "$number" --secret="$secret" --format=none "${flags[@]}"
  done
}

deploy_training() {
  local options=(
    --runtime=python313
    --source="$stage/training"
    --entry-point=train
    --trigger-http
    --set-build-env-vars=GOOGLE_FUNCTION_SOURCE=training/service.py
    --set-env-vars="ALLOWED_ORIGINS=$origin"
    --set-secrets="TRAINING_KEY=$secret:latest"
    --service-account="$training_account"
    --memory=2Gi # what a job may have
    --cpu=1
    --concurrency=1 # a job is one processor's work
    --min-instances=0
    --max-instances=1 # the ceiling of the bill, see README
    --timeout=300s    # as long as a job may take
    --ingress-settings=all
    --serve-all-traffic-latest-revision
    --allow-unauthenticated # the service asks for its key itself
  )
  stage_training
  deploy_patiently "deploy the training service" gcloud functions deploy "$training_name" "${options[@]}" "${function_flags[@]}"
  ask "find the training service" gcloud functions describe "$training_name" --format='value(serviceConfig.uri)' \
    "${function_flags[@]}"
  training_url=$reply
  if $dry_run; then training_url=https://TRAINING; fi
  remove_old_keys
}

# As the function's; of it training reads the model and which pages may call, and score takes the deployed model where none is
# sent.
stage_training() {
  copy_listed "$stage/training" function/__init__.py function/model function/origins.py training
  run cp training/requirements.txt "$stage/training"
  stage_model "$stage/training"
}

check_training() {
  call 200 "$training_url/health" "the training service answers"
  call 401 "$training_url/fit" "the training service refuses who has no key" --data ''
}

announce_training() {
  printf 'Training  %s\n' "$training_url"
  if [[ $key ]]; then
    printf 'Link      %s/index.html#training-key=%s\n' "$origin" "$key"
    printf '          Who opens the page by this link may train; the browser keeps the key. It is shown only now.\n'
  fi
  printf 'Its key   gcloud secrets versions access latest --secret=%s --project=%s\n' "$secret" "$project"
}

# What is left of a deployment that failed half-way goes too.
remove_training() {
  if find_training; then
    step "remove the training service" gcloud functions delete "$training_name" "${function_flags[@]}"
  fi
  if found "look for the secret" gcloud secrets describe "$secret" "${flags[@]}"; then
    step "remove the secret" gcloud secrets delete "$secret" "${flags[@]}"
  fi
  remove_account "$training_account"
}
