"""Finds out what a table file is, and opens it: CSV, Parquet, a workbook or JSON, in an archive or not."""

import re
import shutil
import stat
from dataclasses import replace
from pathlib import Path

from ..engines.engine import Csv, Engine, EngineError, Table, Url, identifier, matches
from . import archive, csv_file, json_file, workbook
from .errors import DataError, NoFileError
from .layout.layout import HEAD, find_layout
from .source import UNSAID, FileOptions, Source
from .survey import find_mark

_BLANK = r"[\s\p{Z}]*"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_FOREIGN = {
    b"%PDF": "a PDF; export it as CSV",
    archive.GZIP: "a gzip archive; unpack it",
    b"BZh": "a bzip2 archive; unpack it",
    b"\xfd7zXZ": "an xz archive; unpack it",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive; unpack it",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
    b"ARROW1": "a Feather file; save it as Parquet",
    b"Obj\x01": "an Avro file; save it as Parquet",
    b"ORC": "an ORC file; save it as Parquet",
    b"\x89HDF": "an HDF5 file; save it as Parquet",
    b"\x89PNG": "a picture; export the table as CSV",
    b"\xff\xd8\xff": "a picture; export the table as CSV",
    b"MIME-Version:": "a web page; open it in a spreadsheet and save it as CSV",
    b"ID;P": "a SYLK file; save it as CSV",
    b"{\\rtf": "a text document; export it as CSV",
    b"SQLite format 3": "a SQLite database; export it as CSV",
}


_PAGE = re.compile(
    r"\s*<(?:!doctype|!--|html|head|meta|body|table|style|div|script|title|center|font|p|br|tr|td)\b|\s*<!--", re.I
)
"""How a web page begins, which shops' programs save as .xls."""

_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+://")

_NO_LETTER = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes in a file's name that are no UTF-8."""


def open_table(engine: Engine, table: str, options: FileOptions = UNSAID) -> Source:
    """Recognise a table, and read it once from end to end.

    Parameters
    ----------
    engine : Engine
    table : str, path of a CSV, Parquet, JSON or Excel file, or of a pipe, packed by gzip or zip or not; with Spark of a
        CSV or Parquet file or a folder of such files, in a bucket or not, or the name of a table
    options : FileOptions

    Returns
    -------
    Source

    Raises
    ------
    NoFileError
        There is no such file, or it cannot be read.
    DataError
        It is empty, it is not a table, or a line is not a row of the table.
    """
    path = engine.location(table)
    if isinstance(path, Path) and _ADDRESS.match(table):
        raise NoFileError(
            f"{table}: expected a file, found an address; download it, or read a bucket with --engine spark"
        )
    return replace(_open(engine, path, options), options=options)


def _open(engine: Engine, path: Path | Url, options: FileOptions) -> Source:
    try:
        file, packed = path if isinstance(path, Url) else _regular(engine, path), ""
        head = engine.head(str(file), HEAD)
        if not isinstance(file, Url) and archive.is_archive(head, file):
            unpacked = engine.scratch()
            file, packed = unpacked, archive.unpack(path, file, unpacked)
            head = engine.head(str(file), HEAD)
    except OSError as error:
        raise NoFileError(f"{path}: cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
    source = _open_bytes(engine, path, file, head, options)
    return replace(source, notes=(f"Read from {packed} in the archive.", *source.notes)) if packed else source


def _open_bytes(engine: Engine, path: Path | Url, file: Path | Url, head: bytes, options: FileOptions) -> Source:
    if not head.strip():
        raise DataError(f"{path}: expected a customer table, found an empty file")
    if head.startswith(b"PAR1"):
        return _open_parquet(engine, path, file)
    kind = next((name for magic, name in _FOREIGN.items() if head.lstrip().startswith(magic)), None)
    kind = kind or _kind_of_text(head.decode(find_mark(head) or "latin-1", errors="ignore").lstrip())
    if kind:
        raise DataError(f"{path}: expected a CSV, Parquet, JSON or Excel table, found {kind}")
    if isinstance(path, Url) or isinstance(file, Url):
        return _open_with_spark(engine, Url(path), head, options)
    if head.startswith((archive.ZIP, _OLD_WORKBOOK)):
        return workbook.open_workbook(engine, path, file, options.sheet, options.header)
    if options.sheet:
        raise DataError(f"{path}: expected an Excel workbook for --sheet, found another file; leave out --sheet")
    mark = find_mark(head)
    wide = mark.startswith(("utf-16", "utf-32"))
    if json_file.looks_like_json(head.decode(mark, errors="ignore").encode() if wide else head):
        return json_file.open_json(engine, path, file)
    return csv_file.open_csv(engine, path, file, options)


def _kind_of_text(beginning: str) -> str:
    """Return what a text is that is no table; empty where it may be one."""
    if beginning.startswith("<?xml"):
        return "XML; open it in a spreadsheet and save it as CSV"
    return "a web page; open it in a spreadsheet and save it as CSV" if _PAGE.match(beginning) else ""


def _regular(engine: Engine, path: Path) -> Path:
    """Return the file itself, a link of another name where an engine could not say its own, or a copy of a pipe."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        if str(path).isascii() or not _NO_LETTER.search(str(path)):
            return path
        link = engine.scratch()
        link.symlink_to(path.absolute())
        return link
    copy = engine.scratch()
    with path.open("rb") as pipe, copy.open("wb") as out:
        shutil.copyfileobj(pipe, out)
    return copy


def _open_parquet(engine: Engine, path: Path | Url, file: Path | Url) -> Source:
    try:
        table = engine.parquet(str(file))
        rows = int(engine.rows(f"SELECT count(*) FROM {table.sql}")[0][0])
    except EngineError as error:
        raise DataError(f"{path}: starts like a Parquet file but cannot be read; is it complete?") from error
    place = "" if isinstance(path, Url) else "row {}"
    return Source(path, table, rows, place.format, file, is_text=False)


def _open_with_spark(engine: Engine, path: Url, head: bytes, options: FileOptions) -> Source:
    """Open a CSV of many files, or one that is elsewhere, from the first bytes of its first file."""
    if (
        head.startswith((archive.ZIP, _OLD_WORKBOOK))
        or json_file.looks_like_json(head)
        or options.sheet
        or not options.header
    ):
        raise DataError(
            f"{path}: expected CSV or Parquet with a header for Spark; leave out --engine spark, or export it as CSV"
        )
    encoding = options.encoding or find_mark(head) or "utf-8-sig"
    whole = head[: head.rfind(b"\n") + 1 or None]
    try:
        text = whole.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(f"{path}: expected {encoding}, found other letters; say which with --encoding") from error
    layout = find_layout(path, text, options.delimiter)
    if layout.above or layout.announced:
        raise DataError(
            f"{path}: expected the columns' names first; remove the lines above them in every file for Spark"
        )
    if layout.notes:
        raise DataError(f"{path}: expected names and then rows for Spark, found a table of text: {layout.notes[0]}")
    table = engine.csv(str(path), Csv(dict.fromkeys(layout.names, "VARCHAR"), layout.delimiter, encoding))
    try:
        table, rows, notes = _without_blanks(engine, table)
    except EngineError as error:
        raise DataError(
            f"{path}: expected {len(layout.names)} fields in each line, as in the header, found others"
        ) from error
    return Source(path, table, rows, "".format, path, layout.delimiter, notes=notes)


def _without_blanks(engine: Engine, table: Table) -> tuple[Table, int, tuple[str, ...]]:
    """Leave out rows without a cell that holds anything; also return how many are left. Each cell is looked at."""
    cells = ", ".join(f"coalesce({identifier(header)}, '')" for header in table.columns)
    filled = f"NOT {matches(f'concat({cells})', _BLANK)}"
    every_row, rows = engine.rows(f"SELECT count(*), count(CASE WHEN {filled} THEN 1 END) FROM {table.sql}")[0]
    if not (blank := every_row - rows):
        return table, rows, ()
    note = "1 line left out: it is blank." if blank == 1 else f"{blank:,} lines left out: they are blank."
    return table._replace(sql=engine.define(f"SELECT * FROM {table.sql} WHERE {filled}").sql), rows, (note,)
