"""gcloud kept warm: it is imported once, and each call is a fork of that process.

Most of what a call of gcloud takes is the import of its modules, 0.6 s of a processor, and the tests call it a thousand
times. What a call does then is gcloud's own: its arguments, environment, folder and streams are the caller's.

::

    warm.py SOCKET LIB  wait for the calls of `client.py`; LIB is gcloud's folder of this name
"""

import atexit
import contextlib
import gc
import importlib
import marshal
import os
import signal
import socket
import struct
import sys
import threading
import time

LENGTH = struct.Struct("!Q")
PAUSE_SECONDS = 0.1
"""The longest pause between two questions to the cloud."""
APIS = (
    "cloudbuild.v1",
    "cloudfunctions.v1",
    "cloudfunctions.v2",
    "cloudresourcemanager.v1",
    "dataproc.v1",
    "eventarc.v1",
    "iam.v1",
    "run.v1",
    "secretmanager.v1",
    "serviceusage.v1",
    "storage.v1",
    "vpcaccess.v1",
)
MODULES = (
    "googlecloudsdk.gcloud_main",
    "googlecloudsdk.api_lib.container.api_adapter",
    "googlecloudsdk.calliope.parser_completer",
    "googlecloudsdk.command_lib.concepts.concept_managers",
    "googlecloudsdk.command_lib.functions.v1.decorator",
    "googlecloudsdk.command_lib.secrets.fmt",
    "googlecloudsdk.command_lib.storage.resources.shim_format_util",
    "googlecloudsdk.core.credentials.google_auth_credentials",
    "googlecloudsdk.core.credentials.p12_service_account",
    "google.oauth2.reauth",
    "_strptime",
    "multiprocessing.queues",
    "proto",
    "surface.config.list",
    "surface.dataproc.batches.submit.pyspark",
    "surface.functions.delete",
    "surface.functions.deploy",
    "surface.iam.service_accounts.delete",
    "surface.secrets.create",
    "surface.services.enable",
    "surface.storage.buckets.update",
    "surface.storage.cp",
    *(f"googlecloudsdk.generated_clients.apis.{api}.{api.replace('.', '_')}_client" for api in APIS),
    *(f"googlecloudsdk.generated_clients.apis.{api}.resources" for api in APIS),
)
"""With what these import, nearly all that the commands of deploy.sh do; what is missing a call imports itself."""


def serve(path, lib):
    """Answer calls without end, all at once."""
    sys.path.insert(0, lib)
    gcloud = importlib.import_module("gcloud")  # the file that bin/gcloud runs
    for module in MODULES:
        with contextlib.suppress(ImportError):  # another release of gcloud
            importlib.import_module(module)
    shorten_pauses()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        while True:
            client, _ = server.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                server.close()
                answer(client, gcloud.main)
            client.close()


def shorten_pauses():
    """Have no call wait longer than `PAUSE_SECONDS` before it asks again."""
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(float(seconds), PAUSE_SECONDS))


def answer(client, main):
    """Do what the caller asks for and say how it ended."""
    length, streams, _, _ = socket.recv_fds(client, LENGTH.size, 3)
    message = client.makefile("rb").read(*LENGTH.unpack(length))
    become(streams, *marshal.loads(message))
    code = run(main)
    client.send(bytes([code % 256]))
    os._exit(code)


def run(main):
    """Return main's exit code, after all that is done at the end of a Python.

    But for its clearing up of each module: that would copy all memory that is shared, half of what a call took.
    """
    try:
        code = main()
    except SystemExit as ending:
        code = ending.code
    threading._shutdown()  # type: ignore[attr-defined]  # as Python does, and as pools of threads need it
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


def become(streams, arguments, folder, environment):
    """Take the caller's place."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environb.update(environment)
    sys.argv[:] = ["gcloud", *arguments]


if __name__ == "__main__":
    serve(*sys.argv[1:])
