"""What bytes a text file holds, in one quick pass: whether they are UTF-8, and how many quotes and line ends."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from .records import END_OF_FILE

_PART = 1 << 20
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # the marks of UTF-32 come first: one begins like that of UTF-16


@dataclass(frozen=True)
class Survey:
    """The bytes of a file.

    size : int, in bytes
    mark : the encoding that a byte order mark names; empty if there is none
    is_utf8 : whether all bytes are UTF-8
    last : the last byte
    counts : how often each byte that matters to a CSV is there, and the pair of a CR and LF
    """

    size: int
    mark: str
    is_utf8: bool
    last: bytes
    counts: dict[bytes, int]

    @property
    def is_plain(self) -> bool:
        """True where lines are rows and delimiters part cells, whoever reads: no quotes, and every line ends alike."""
        if self.last == END_OF_FILE.encode() or self.counts[codecs.BOM_UTF8] > bool(self.mark):
            return False
        ends = {self.counts[end] for end in (b"\r", b"\r\n")}
        alike = ends in ({0}, {self.counts[b"\n"]})
        return self.is_utf8 and alike and not self.counts[b'"'] and not self.counts[b"\0"]


def survey(file: Path) -> Survey:
    """Read a file's bytes once.

    Parameters
    ----------
    file : Path

    Returns
    -------
    Survey
    """
    counts = dict.fromkeys([b'"', b"\0", b"\r", b"\n", b"\r\n", b",", b";", b"\t", b"|", codecs.BOM_UTF8], 0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, is_utf8, mark, last = 0, True, "", b""
    with file.open("rb") as stream:
        while part := stream.read(_PART):
            mark = mark if size else find_mark(part)
            is_utf8 = is_utf8 and _decodes(decoder, part)
            for sign in counts:
                counts[sign] += part.count(sign)
            counts[b"\r\n"] += last == b"\r" and part[:1] == b"\n"
            size, last = size + len(part), part[-1:]
    return Survey(size, mark, is_utf8 and _decodes(decoder, b"", final=True), last, counts)


def find_mark(head: bytes) -> str:
    """Return the encoding that a byte order mark names; empty if there is none."""
    return next((encoding for mark, encoding in _BOMS.items() if head.startswith(mark)), "")


def _decodes(decoder: codecs.IncrementalDecoder, part: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(part, final)
    except UnicodeDecodeError:
        return False
    return True
