# shellcheck shell=bash
# Training on Google Cloud: a batch of Dataproc Serverless that runs `fit` on Spark; sourced by deploy.sh.

readonly TRAINING_SERVICES=(
  cloudresourcemanager.googleapis.com
  dataproc.googleapis.com
  dataprocrm.googleapis.com # the batch asks it for machines
  storage.googleapis.com
)
readonly SPARK_RUNTIME=3.0 # Spark 4.0, Java 21
readonly SPARK_PYTHON=3.12 # of that runtime
readonly RESULT=(report.html README.md segmenter.joblib)

train() {
  train_options "$@"
  check_gcloud
  run ./deploy.sh install requirements.txt
  step "switch on the services" gcloud services enable "${TRAINING_SERVICES[@]}" "${flags[@]}"
  check_table
  confirm "Train on $table with Google's machines, which costs money (see README)?" started
  make_staging_bucket
  upload_packages
  upload_code
  run_batch
  fetch_model
}

# train_options OPTION... [-- FIT_OPTION...]
train_options() {
  project='' table='' bucket='' region=us-central1 out='' subnet='' fit_options=() playbook='' yes=false assume_found=false
  read_options train "project table bucket region out subnet" "" "$@"
  check_place
  expect --table "$table" 'gs://[^/ ]+/[^ ]+' "a file or folder in a bucket, for example gs://my-shop-data/customers/"
  bucket=${bucket:-$project-training}
  expect --bucket "$bucket" '[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]' "a bucket's name"
  batch=training-$(TZ=UTC printf '%(%Y%m%d-%H%M%S)T')
  if $dry_run; then batch=training-20260101-000000; fi
  place=gs://$bucket/$batch
  out=${out:-$place}
  expect --out "$out" 'gs://[^/ ]+/[^ ]*[^/ ]' "a folder in a bucket, for example gs://my-shop-models/latest"
  read_fit_options
  flags=(--project="$project" --quiet)
  batch_flags=(--region="$region" "${flags[@]}")
  make_scratch
}

# What fit is told about files of this machine must travel, and where it writes is ours to say.
read_fit_options() {
  local given=("${rest[@]}") i
  for ((i = 0; i < ${#given[@]}; i++)); do
    case ${given[i]} in
      --playbook) playbook=${given[i + 1]-} i=$((i + 1)) ;;
      --playbook=*) playbook=${given[i]#*=} ;;
      --out | --out=* | --engine | --engine=*) misuse "train: '${given[i]%%=*}' cannot follow --; the batch decides it" ;;
      *) fit_options+=("${given[i]}") ;;
    esac
  done
  if [[ -z $playbook ]]; then return; fi
  [[ -f $(from_caller "$playbook") ]] || misuse "--playbook: no file $playbook"
  playbook=$(from_caller "$playbook")
}

check_table() {
  if found "look for the table" gcloud storage ls "$table" "${flags[@]}"; then return; fi
  if $dry_run; then return; fi
  die "there is no table $table." "Look: gcloud storage ls ${table%/*}/"
}

# Only a bucket of this project is used: code that runs comes from it, and its name can be guessed.
make_staging_bucket() {
  if find_bucket; then return; fi
  step "create the bucket" gcloud storage buckets create "gs://$bucket" --location="$region" \
    --uniform-bucket-level-access --public-access-prevention "${flags[@]}"
}

# The libraries, as locked, for the batch's Python and not for this machine's: uploaded once for each lock. The batch
# needs no way to the internet then, and computes with the versions that were tested.
upload_packages() {
  packages=gs://$bucket/packages/$(cksum <training/requirements.txt | tr ' ' -)-python$SPARK_PYTHON.tar.gz
  if found "look for the packages" gcloud storage ls "$packages" "${flags[@]}"; then return; fi
  local pip=("$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --target="$stage/packages"
    --requirement=training/requirements.txt --no-deps --no-compile --only-binary=:all:
    --implementation=cp --python-version="$SPARK_PYTHON" --platform=manylinux_2_28_x86_64
    --platform=manylinux_2_27_x86_64 --platform=manylinux2014_x86_64)
  run mkdir -p "$stage/packages"
  run "${pip[@]}" || die "pip could not collect the packages; its reason is above." "Check the network, then run this again."
  # Spark reads the tables and nothing is served: without DuckDB and uvloop it is 67 instead of 108 MB.
  # By gzip -1 it is a tenth larger, in a third of the time.
  run tar --use-compress-program='gzip -1' -cf "$stage/packages.tar.gz" \
    --exclude='./duckdb' --exclude='./_duckdb*' --exclude='./uvloop' -C "$stage/packages" .
  write_step "upload the packages" gcloud storage cp "$stage/packages.tar.gz" "$packages" "${flags[@]}"
}

upload_code() {
  code=$place/code.tar.gz
  copy_listed "$stage/code" function training
  run mkdir -p "$stage/code/models"
  if [[ -f models/segmenter.joblib ]]; then run cp models/segmenter.joblib "$stage/code/models"; fi
  if [[ -n $playbook ]]; then run cp "$playbook" "$stage/code/models/playbook.toml"; fi
  run tar -czf "$stage/code.tar.gz" --exclude='.?*' --exclude=__pycache__ -C "$stage/code" function training models
  write_step "upload the code" gcloud storage cp "$stage/code.tar.gz" "$code" "${flags[@]}"
  write_step "upload the code" gcloud storage cp .deploy/batch.py "$place/batch.py" "${flags[@]}"
}

run_batch() {
  local options=(
    --batch="$batch"
    --version="$SPARK_RUNTIME"
    --archives="$packages#packages,$code#code"
    --properties="spark.dataproc.driverEnv.PYTHONPATH=./code:./packages,spark.dynamicAllocation.maxExecutors=25"
    --ttl=4h # with 25 executors of 4 cores the ceiling of the bill, see README
  )
  if [[ -n $subnet ]]; then options+=(--subnet="$subnet"); fi
  say "The batch goes on if this terminal goes away: gcloud dataproc batches wait $batch --region=$region --project=$project"
  own_bucket "train" # what the batch runs lies there
  # Left alone, runtime 3.0 runs a batch on one core of its driver; "dataproc" are its executors.
  attempt gcloud dataproc batches submit pyspark "$place/batch.py" "${options[@]}" --format=none "${batch_flags[@]}" \
    -- dataproc "$place" "$out" "$table" "${fit_options[@]}" || explain_batch
  ask "read how the batch ended" gcloud dataproc batches describe "$batch" --format='value(state)' "${batch_flags[@]}"
  if [[ $reply != SUCCEEDED ]] && ! $dry_run; then die "the batch ended as $reply; models/ is as it was."; fi
}

# What fit said, if it came that far, tells more than the batch's own message.
explain_batch() {
  mv "$work/stderr" "$work/batch"
  if found "read what fit said" gcloud storage cp "$place/output.txt" "$work" "${flags[@]}"; then cat "$work/output.txt" >&2; fi
  mv "$work/batch" "$work/stderr"
  explain "train"
}

fetch_model() {
  run mkdir -p "$stage/models" models
  step "fetch the model" gcloud storage cp "$place/output.txt" "${RESULT[@]/#/$out/}" "$stage/models/" "${flags[@]}"
  loads "$stage/models/segmenter.joblib" ||
    die "the new model does not load or does not reproduce its golden vectors; models/ is as it was." "It is in $out."
  run cat "$stage/models/output.txt"
  run mv "${RESULT[@]/#/"$stage/models/"}" models/
  printf '\nModel     models/segmenter.joblib\nKept in   %s\nServe it  ./deploy.sh gcp --project %s --bucket BUCKET\n' "$out" "$project"
}
