"""A stand-in of the Google Cloud APIs that the real gcloud reaches through a proxy.

See `proxy` (network), `apis` (Functions, Run, Service Usage, IAM), `storage` (Cloud Storage), `platform` (runs what was
uploaded) and `gcloud` (runs deploy.sh). It is written from what gcloud 528 sends; a request that it does not know is
answered 400 and kept in `Cloud.unknown`.
"""
