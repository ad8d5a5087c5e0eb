"""What deploy.sh makes of gcloud's words, and of an end that nobody told the reason of: its own functions, by bash."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.helpers.service import PATIENCE_SECONDS, ROOT

GO_ON = "       The same command goes on from here.\n"
BEGIN = "set -- --help; source ./deploy.sh >/dev/null; "
"""The script's functions without one of its commands."""
SETTINGS = "project=my-shop bucket=my-shop-segments region=us-central1 stage=.build; "


def bash(script, **options):
    return subprocess.Popen(
        ["bash", "-c", BEGIN + SETTINGS + script],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            "HTTPError 409: Your previous request to create the named bucket succeeded and you already own it.",
            "another command does so at the same time.",
        ),
        (
            "ResponseError: status=[409], message=[unable to queue the operation]",
            "another command does so at the same time.",
        ),
        (
            "HTTPError 409: The requested bucket name is not available.",
            "the bucket my-shop-segments belongs to another project.",
        ),
        (
            "HTTPError 409: A Cloud Storage bucket named 'my-shop-segments' already exists. Try another name.",
            "the bucket my-shop-segments belongs to another project.",
        ),
        ("OSError: [Errno 28] No space left on device", "the disk is full."),
        (
            "Container Healthcheck failed: ConnectionError: Connection refused, timed out",
            "the function does not build or does not start.",
        ),
        ("unrecognized arguments: --concurrency", "this gcloud is too old."),
        (
            "status=[403], message=[Permission denied on 'locations/us-central1' (or it may not exist)]",
            "Google has no region us-central1, or not for this project.",
        ),
        (
            "Constraint constraints/iam.disableServiceAccountCreation violated",
            "a policy of the organization forbids it.",
        ),
        ("Max retries exceeded with url", "Google Cloud cannot be reached."),
        ("a word that nobody knows", "gcloud's reason is above."),
    ],
)
def test_gcloud_s_words_are_told_by_what_they_mean(tmp_path, words, why):
    (tmp_path / "stderr").write_text(f"ERROR: (gcloud.some.command) {words}\n")
    with bash("work=$WORK; explain 'do it'", env=os.environ | {"WORK": str(tmp_path)}) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert errors.startswith(f"error: could not do it: {why}\n")
    assert errors.endswith(GO_ON)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_before_anything_is_begun(tmp_path):
    full = 'mktemp() { mkdir "$TMPDIR/work"; ln -s /dev/full "$TMPDIR/work/probe"; echo "$TMPDIR/work"; }; '
    with bash(full + "make_scratch", env=os.environ | {"TMPDIR": str(tmp_path), "LC_ALL": "C"}) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "No space left on device\nerror: there is no room for temporary files; the reason is above.\n" in errors
    assert list(tmp_path.iterdir()) == []


def test_after_ctrl_c_gcloud_s_last_words_are_not_explained(tmp_path):
    gcloud = "trap 'exit 1' INT; kill -INT 0"  # to the whole group, as a terminal does
    script = f'dry_run=true; make_scratch; dry_run=false; step "do it" sh -c "{gcloud}"'
    with bash(script, start_new_session=True, env=os.environ | {"TMPDIR": str(tmp_path)}) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert errors == "error: stopped; what has been done so far stays.\n" + GO_ON
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_fails_without_a_word_of_ours_is_told_too(tmp_path):
    script = "dry_run=true; make_scratch; cp /no/such/file /tmp"
    with bash(script, env=os.environ | {"TMPDIR": str(tmp_path), "LC_ALL": "C"}) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert (
        "\nerror: a command on this machine failed; its reason is above. What has been done so far stays.\n" in errors
    )
    assert errors.endswith(GO_ON)
