"""Files where Spark has them, by Hadoop's file API: on this machine, or in a bucket whose connector it has."""

import errno
import os
from typing import Any

from py4j.protocol import Py4JError, Py4JJavaError

from .engine import EngineError
from .unfinished import partial_name, unfinished


class Files:
    """The files that a Spark session reaches.

    Parameters
    ----------
    session : SparkSession
    """

    def __init__(self, session: Any) -> None:
        self._context = session.sparkContext

    def path(self, name: str) -> Any:
        """Return Hadoop's path of a path or URL."""
        return self._context._jvm.org.apache.hadoop.fs.Path(name)

    def system(self, name: str) -> Any:
        """Return the file system that a path or URL is in; raises EngineError if Spark has no connector for it."""
        try:
            return self.path(name).getFileSystem(self._context._jsc.hadoopConfiguration())
        except Py4JError as error:
            scheme = name.partition("://")[0]
            raise EngineError(
                f"{name}: Spark cannot open {scheme}:// here: its connector is missing or not set up; add the "
                "connector's jar (spark.jars), or copy the files to this machine"
            ) from error

    def check_place(self, out: str) -> None:
        """Make a folder beside `out`, in the lowest that is there, and remove it: only this tells who may write.

        Raises
        ------
        EngineError, OSError
            It cannot be made.
        """
        files = self.system(out)
        try:
            above = files.makeQualified(self.path(out)).getParent()
            while above.getParent() and not files.exists(above):
                above = above.getParent()
            probe = f"{above.toString()}/{partial_name()}"
            with unfinished(probe, lambda: files.delete(self.path(probe), True)):
                if not files.mkdirs(self.path(probe)):
                    raise OSError(errno.EACCES, os.strerror(errno.EACCES), out)
        except Py4JJavaError as error:
            reason = error.java_exception.getClass().getSimpleName()
            message = f"{out}: Spark cannot write there ({reason}): check its name, and who may write"
            raise EngineError(message) from error
