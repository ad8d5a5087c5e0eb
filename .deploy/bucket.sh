# shellcheck shell=bash
# The page's bucket: whose it is, what goes in and out, and who may read it; sourced by deploy.sh.

readonly LABEL=segment-page # on the bucket: "created" by this command, or "used" because it was there; on objects: version
readonly YEAR="public, max-age=31536000, immutable"

# Until open_bucket it is as closed as it was, or closed if it is new.
make_bucket() {
  local label=created
  if find_bucket; then
    label=${reply:-used}
    confirm_bucket
  else
    step "create the bucket" gcloud storage buckets create "gs://$bucket" --location="$region" \
      --uniform-bucket-level-access --public-access-prevention --lifecycle-file=.deploy/bucket.json "${flags[@]}"
    : >"$work/objects.json" >"$work/foreign"
  fi
  write_step "set up the bucket" gcloud storage buckets update "gs://$bucket" --update-labels="$LABEL=$label" \
    --uniform-bucket-level-access "${flags[@]}"
}

# The bucket if it is the project's: what somebody else owns is never written to, though it may be open to all. Sets
# reply to its label. gcloud cannot set one when it makes a bucket: a run that was stopped before it did is told by the rule
# in .deploy/bucket.json, which does nothing and which a bucket made here has from its beginning.
find_bucket() {
  local listed label rule
  ask "look for the bucket" gcloud storage buckets list --filter="name=$bucket" \
    --format="csv[no-heading](name,labels.$LABEL,lifecycle_config.rule[0].condition.matchesPrefix[0])" "${flags[@]}"
  if $dry_run; then
    $assume_found
    return
  fi
  IFS=, read -r listed label rule <<<"$reply"
  [[ $listed == "$bucket" ]] || return
  if [[ $rule == "$LABEL/" ]]; then label=${label:-created}; fi
  reply=$label
}

# write_step WHAT COMMAND...: a step that writes to the bucket, which may have got another owner while something else was done
write_step() { own_bucket "$1" && step "$@"; }

# own_bucket WHAT: or else the step is not done
own_bucket() {
  if find_bucket || $dry_run; then return; fi
  die "could not $1: the bucket $bucket is no longer one of the project $project." \
    "See whose it is: gcloud storage buckets describe gs://$bucket"
}

# The page takes the whole bucket: what else is in there is not removed unasked.
confirm_bucket() {
  list_objects
  list_foreign >"$work/foreign"
  if [[ ! -s $work/foreign ]]; then return; fi
  confirm "The bucket $bucket holds $(count "$work/foreign" file) without this command's mark: somebody else's, or put there \
by its version 0.1. Delete them and give the bucket to the page?" removed
}

# list_objects: what the bucket holds, in $work/objects.json and by name in $work/objects
list_objects() {
  : >"$work/objects.json" >"$work/objects"
  if found "look into the bucket" gcloud storage objects list "gs://$bucket/**" --format=json "${flags[@]}"; then
    if $dry_run; then return; fi
    cp "$work/stdout" "$work/objects.json"
    "$VENV/bin/python" .deploy/page.py names <"$work/objects.json" >"$work/objects"
  fi
}

list_foreign() { "$VENV/bin/python" .deploy/page.py foreign <"$work/objects.json" | sort; }

# count FILE WHAT: "1 file", "3 files"
count() {
  local n
  n=$(($(wc -l <"$1")))
  printf '%s %s%s' "$n" "$2" "$( ((n == 1)) || printf s)"
}

# All but index.html stands in a folder named by its content; index.html comes last and names it.
publish_page() {
  local mark
  copy_listed "$stage" static
  write_config
  run "$VENV/bin/python" .deploy/page.py build "$stage/static" "$stage/page" "$url" ${training_url:+"$training_url"}
  version=VERSION mark=VERSION
  if ! $dry_run; then
    version=$(basename "$stage"/page/*/)
    mark=$("$VENV/bin/python" .deploy/page.py mark "$version" <"$work/objects.json")
  fi
  write_step "upload the page" gcloud storage cp "$stage/page/$version" "gs://$bucket/" --recursive --gzip-local-all \
    --cache-control="$YEAR" --custom-metadata="$LABEL=$version" "${flags[@]}"
  step "upload the page" gcloud storage cp "$stage/page/index.html" "gs://$bucket/" --gzip-local-all \
    --cache-control=no-cache --custom-metadata="$LABEL=$mark" "${flags[@]}"
}

write_config() {
  say "+ echo \"$(config "$url" "$training_url")\" > $stage/static/config.js"
  if $dry_run; then return; fi
  config "$url" "$training_url" >"$stage/static/config.js"
}

# What the question named, and versions that no open tab needs.
remove_obsolete() {
  list_objects
  if $dry_run; then return; fi
  list_foreign >"$work/now"
  if [[ -n $(comm -13 "$work/foreign" "$work/now") ]]; then
    die "somebody else puts files into the bucket $bucket; they are still there, and the bucket is as open as it was." \
      "See what they are: gcloud storage ls -l gs://$bucket/**" "Then run the same command again."
  fi
  { cat "$work/now" && "$VENV/bin/python" .deploy/page.py obsolete <"$work/objects.json"; } >"$work/obsolete"
  if [[ ! -s $work/obsolete ]]; then return; fi
  remove_objects "remove what the page does not need" "$work/obsolete"
  list_objects
  [[ -z $(list_foreign) ]] || die "the bucket $bucket holds files that are not the page's; it is as open as it was." \
    "See what they are: gcloud storage ls -l gs://$bucket/**"
}

# remove_objects WHAT NAMES_FILE: gcloud takes brackets, stars and question marks in names for patterns
remove_objects() {
  sed -e 's/[[*?]/[&]/g' -e "s|^|gs://$bucket/|" "$2" >"$work/urls"
  write_step "$1" gcloud storage rm --read-paths-from-stdin "${flags[@]}" <"$work/urls"
}

# Last of all, when nothing but the page is in there.
open_bucket() {
  write_step "open the bucket with the page" gcloud storage buckets update "gs://$bucket" \
    --web-main-page-suffix=index.html --no-public-access-prevention "${flags[@]}"
  step "make the page readable by everyone" gcloud storage buckets add-iam-policy-binding "gs://$bucket" \
    --member=allUsers --role=roles/storage.objectViewer --format=none "${flags[@]}"
}

# The version that index.html names.
read_version() {
  version=VERSION
  if $dry_run; then return; fi
  follow_gcloud
  version=$(curl --silent --compressed --max-time 20 "$(stored)/index.html" | sed -n 's|.*src="\([0-9a-f]*\)/[a-z]*\.js".*|\1|p') || true
}

remove_page() {
  local state=$reply
  if $dry_run; then state=created; fi
  if [[ -z $state ]]; then
    say "The bucket $bucket is not the page's: left as it is."
    return
  fi
  list_objects
  if [[ -s $work/objects ]] || $dry_run; then
    write_step "remove the page" gcloud storage rm "gs://$bucket/**" "${flags[@]}"
  fi
  if [[ $state == created ]]; then
    write_step "remove the bucket" gcloud storage buckets delete "gs://$bucket" "${flags[@]}"
  else
    write_step "end the public access" gcloud storage buckets remove-iam-policy-binding "gs://$bucket" \
      --member=allUsers --role=roles/storage.objectViewer --format=none "${flags[@]}"
    step "undo the bucket's settings" gcloud storage buckets update "gs://$bucket" \
      --clear-web-main-page-suffix --remove-labels="$LABEL" "${flags[@]}"
    say "The bucket $bucket was there before and stays, empty; this removes it: gcloud storage buckets delete gs://$bucket"
  fi
}

# The address of the bucket's objects.
stored() {
  if [[ $bucket == *.* ]]; then printf 'https://storage.googleapis.com/%s' "$bucket"; return; fi
  printf 'https://%s.storage.googleapis.com' "$bucket"
}
