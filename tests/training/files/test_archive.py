"""A table in an archive is read; what could be several tables, or too much, is refused."""

import gzip
import io
import zipfile

import pytest

from training.files import archive
from training.files.formats import open_table
from training.files.source import DataError

TABLE = "id,age\nC0,20\nC1,41\n"


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """Return a zip file of files: name -> text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as parts:
        for name, text in files.items():
            parts.writestr(name, text)
    return stream.getvalue()


def named(name):
    """Return a zip file of a table that is called what no system calls a file."""
    part = zipfile.ZipInfo("orders.csv")
    part.filename = name
    return zipped({part: TABLE})


OF_A_MAC = {"may/orders.csv": TABLE, "__MACOSX/may/._orders.csv": "x", "may/.DS_Store": "x"}
READ = {
    "gzip": (gzip.compress(TABLE.encode()), ""),
    "zip": (zipped({"orders.csv": TABLE}), "orders.csv"),
    "zip that packs nothing": (zipped({"orders.csv": TABLE}, zipfile.ZIP_STORED), "orders.csv"),
    "zip of a Mac": (zipped(OF_A_MAC), "may/orders.csv"),
}
"""What is read, on the page too, and the name of the file in it."""

SEVERAL = zipped({"a.csv": TABLE, "b.csv": TABLE})
LOCKED = zipped({"orders.csv": TABLE}).replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08")


@pytest.fixture
def opened(engine, tmp_path):
    def opened(data, name="orders.csv.gz"):
        path = tmp_path / name
        path.write_bytes(data)
        return open_table(engine, str(path))

    return opened


@pytest.mark.parametrize("kind", READ)
def test_a_table_in_an_archive_is_read(opened, engine, kind):
    data, name = READ[kind]
    source = opened(data)
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("C0", "20"), ("C1", "41")]
    assert source.notes == ((f"Read from {name} in the archive.",) if name else ())
    assert source.where(2).endswith("orders.csv.gz: line 3")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (SEVERAL, "expected one file in the archive, found a.csv, b.csv; unpack it, and name"),
        (zipped({}), "expected a CSV, Parquet, JSON or Excel table, found"),
        (gzip.compress(TABLE.encode())[:-9], "starts like an archive but cannot be unpacked; is it complete"),
        (gzip.compress(TABLE.encode()) + b"more", "starts like an archive but cannot be unpacked; is it complete"),
        (gzip.compress(gzip.compress(TABLE.encode())), "found a gzip archive; unpack it"),
        (gzip.compress(b""), "found an empty file"),
        (gzip.compress(b"%PDF-1.7"), "found a PDF"),
        (LOCKED, "without a password"),
        (zipped({"orders.csv": TABLE}, zipfile.ZIP_LZMA), "expected an archive that is packed by deflate, as most are"),
        (named("."), "expected one file in the archive, found none"),
        (named(""), "expected one file in the archive, found none"),
    ],
    ids=range(11),  # no bytes: a zip has the time in which it was made, which differs between processes
)
def test_an_archive_of_other_than_one_table_is_refused_with_what_to_do(opened, data, message):
    with pytest.raises(DataError, match=message):
        opened(data)


@pytest.mark.parametrize(
    "data", [gzip.compress(bytes(10_000)), zipped({"orders.csv": " " * 10_000})], ids=["gzip", "zip"]
)
def test_an_archive_that_holds_far_more_than_its_size_is_refused(opened, monkeypatch, data):
    monkeypatch.setattr(archive, "_ROOM", 1000)
    monkeypatch.setattr(archive, "_TIMES", 2)
    with pytest.raises(DataError, match="found an archive that holds more than 1,000 bytes; unpack it"):
        opened(data)
