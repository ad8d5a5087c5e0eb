"""What a batch on Dataproc runs: batch.py MASTER PLACE OUT FIT_ARGUMENT..., with our packages on the path.

PLACE and OUT are folders in buckets: OUT gets the new model, its card and its report, PLACE what `fit` said.
"""

import contextlib
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from training.commands import main
from training.commands.options import CARD, MODEL, MODELS, REPORT

PLAYBOOK = MODELS / "playbook.toml"
OUTPUT = "output.txt"


def fit(arguments: list[str], folder: Path, out: str) -> int:
    """Fit into a folder, as the command does, continue the model that came with the code, and keep what is said."""
    if (MODELS / MODEL).exists():
        shutil.copy(MODELS / MODEL, folder)
    if PLAYBOOK.exists():
        arguments = [*arguments, "--playbook", str(PLAYBOOK)]
    code, said = 0, io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(["fit", *arguments, "--engine", "spark", "--out", str(folder)], prog_name="training")
        except SystemExit as end:
            code = int(end.code or 0)
    (folder / OUTPUT).write_text(said.getvalue().replace(str(folder), out), encoding="utf-8")
    return code


def publish(session: SparkSession, folder: Path, out: str, names: list[str]) -> None:
    """Put files into a bucket: all of them under other names first, then each in its place, the last one last."""
    jvm: Any = session.sparkContext._jvm
    hadoop = jvm.org.apache.hadoop.fs
    files = hadoop.Path(out).getFileSystem(session.sparkContext._jsc.hadoopConfiguration())
    places = [(hadoop.Path(f"{out}/.{name}.partial"), hadoop.Path(f"{out}/{name}")) for name in names]
    for name, (partial, _) in zip(names, places, strict=True):
        files.copyFromLocalFile(False, True, hadoop.Path((folder / name).as_uri()), partial)
    for partial, place in places:
        files.delete(place, False)
        if not files.rename(partial, place):
            raise OSError(f"{place}: cannot be written")


if __name__ == "__main__":
    master, place, out, *arguments = sys.argv[1:]
    session = SparkSession.builder.master(master).getOrCreate()
    with tempfile.TemporaryDirectory() as name:
        code = fit(arguments, Path(name), out)
        print((Path(name) / OUTPUT).read_text(encoding="utf-8"))
        publish(session, Path(name), place, [OUTPUT])
        if code == 0:
            publish(session, Path(name), out, [REPORT, CARD, MODEL])
    session.stop()
    sys.exit(code)
