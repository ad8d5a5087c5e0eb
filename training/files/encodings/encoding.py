"""Which encoding a text file has: its bytes decide, and where they leave it open the user is asked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import DataError
from ..survey import Survey
from .alphabets import LATIN, has_plain_letters, has_sign_at_letter, languages
from .known_words import is_known
from .scripts import MARGIN, likelihoods

_WORDS, _ENOUGH, _MOST = 2000, 5, 0.9
_TITLES = {
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "iso8859_2": "ISO 8859-2 (Central Europe)",
    "iso8859_15": "ISO 8859-15 (Western Europe)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp850": "code page 850 (DOS)",
    "cp852": "code page 852 (Central Europe, DOS)",
    "cp857": "code page 857 (Turkish, DOS)",
    "mac_roman": "Mac Roman",
    "gb18030": "GB 18030 (GBK, Chinese)",
    "big5": "Big5 (Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "CP949 (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "koi8_u": "KOI8-U (Ukrainian)",
    "cp866": "code page 866 (Cyrillic, DOS)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "mac_cyrillic": "Mac Cyrillic",
    "cp1253": "Windows-1253 (Greek)",
    "iso8859_7": "ISO 8859-7 (Greek)",
    "cp737": "code page 737 (Greek, DOS)",
    "mac_greek": "Mac Greek",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp862": "code page 862 (Hebrew, DOS)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp874": "Windows-874 (Thai)",
}
_SAMPLE, _ZEROS = 64 * 1024, 0.1  # even a table of Chinese has plain delimiters, digits and line ends
_ALIKE = 0.05  # less likeness to a language says nothing


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file.

    name : as Python has it
    note : a sentence on what it was taken from; empty where the bytes leave no doubt
    """

    name: str
    note: str = ""


def find_encoding(path: object, file: Path, survey: Survey, wanted: str = "") -> Encoding:
    """Find out a file's encoding.

    Parameters
    ----------
    path : what messages call the file
    file : Path
    survey : Survey of the file
    wanted : what the user says it is; empty to find out

    Returns
    -------
    Encoding

    Raises
    ------
    DataError
        The file's bytes fit none, or several that read different letters.
    """
    if survey.mark or wanted:
        return Encoding(wanted or survey.mark)
    wide = _find_wide(file) if survey.counts[b"\0"] else ""
    if wide:
        return Encoding(wide, "Read as UTF-16, though the file does not begin with its mark.")
    if survey.is_utf8:
        return Encoding("utf-8-sig")
    words = list(_words(file))
    in_utf8 = sum(map(_decodes, words))
    candidates = [] if 2 * in_utf8 > len(words) else _with_known_words(words, _detect(words))
    if 2 * in_utf8 >= len(words) and not candidates:  # a few words of other encodings are UTF-8 by chance
        line = next(number for number, text in enumerate(_lines(file), start=1) if not _decodes(text))
        raise DataError(
            f"{path}: line {line}: expected UTF-8 as in other lines, found letters that are not; correct them, or say "
            "how the file is written with --encoding"
        )
    if len(candidates) == 1:
        letters = _letters(words, candidates[0])
        return Encoding(
            candidates[0],
            f"Not UTF-8; read as {_TITLES[candidates[0]]}, with the letters {letters}; if they are wrong, say how the "
            "file is written with --encoding.",
        )
    readings = " or ".join(f"{_TITLES[name]}: {_letters(words, name)}" for name in candidates[:3])
    could_be = f"that could be {readings}" if readings else "of no encoding that is known here"
    raise DataError(f"{path}: expected UTF-8, found letters {could_be}; say which with --encoding")


def _find_wide(file: Path) -> str:
    """Return UTF-16 with the order of its bytes, told by where the zeros of plain letters are; "" if it is another."""
    with file.open("rb") as stream:
        head = stream.read(_SAMPLE)
    for name, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        told = zeros.count(0) > _ZEROS * len(zeros) and letters.count(0) < _ZEROS * zeros.count(0)
        text = head.decode(name, errors="ignore") if told else ""
        has_lines = "\n" in text or "\r" in text  # a few zeros in a file of bytes make no line end of two
        if has_lines and all(letter.isprintable() or letter in "\t\r\n" for letter in text):
            return name
    return ""


def explain(path: object, file: Path, encoding: str) -> DataError:
    """Return the error of a file that is not written in an encoding, with the line if it can be told."""
    where = str(path)
    if not encoding.startswith(("utf-16", "utf-32")):  # there the byte that ends lines is part of letters too
        line = next((number for number, text in enumerate(_lines(file), start=1) if not _decodes(text, encoding)), 0)
        where = f"{path}: line {line}" if line else where
    expected = encoding.removesuffix("-sig")
    return DataError(f"{where}: expected {expected}, found bytes that are not; say how it is written with --encoding")


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield from stream


def _words(file: Path) -> Iterable[bytes]:
    """Return different words with letters beyond ASCII, the first of the file."""
    words: dict[bytes, None] = {}
    for line in _lines(file):
        if not line.isascii():
            words.update(dict.fromkeys(word for word in re.split(rb'[\s,;|"]+', line) if not word.isascii()))
        if len(words) > _WORDS:
            break
    return words


def _decodes(text: bytes, encoding: str = "utf-8") -> bool:
    try:
        text.decode(encoding)
    except UnicodeError:
        return False
    return True


def _detect(words: list[bytes]) -> list[str]:
    """Return the encodings that the words may have; of those that read the same letters, one."""
    latin = _detect_latin(words)
    if latin:
        return latin
    logs = likelihoods(words)
    logs = {name: log for name, log in logs.items() if all(_decodes(word, name) for word in words)} or logs
    likely = [name for name in logs if logs[name] > max(logs.values()) - MARGIN]
    if len(likely) < 2:
        return likely
    from charset_normalizer import from_bytes  # noqa: PLC0415 - seldom needed

    matches = list(from_bytes(b"\n".join(words), cp_isolation=likely, preemptive_behaviour=False))
    coherent = [match.encoding for match in matches if match.coherence > _ALIKE and len(words) >= _ENOUGH]
    return coherent if len(coherent) == 1 else _different(words, sorted(likely, key=lambda name: -logs[name]))


def _with_known_words(words: list[bytes], encodings: list[str]) -> list[str]:
    """Return the encoding in which alone there is a word that tables often have; all where none or several have one."""
    if len(encodings) < 2:
        return encodings
    known = [encoding for encoding in encodings if any(is_known(word, encoding) for word in words)]
    return known if len(known) == 1 else encodings


def _detect_latin(words: list[bytes]) -> list[str]:
    """Return the encodings in which languages of Latin script could write the words, most of them with plain letters.

    Of several it is the one in which a single language has the most of them, those apart that have signs at letters;
    of several alike, the most common encoding, or all if there are too few words to tell.
    """
    ranks = {}
    for encoding, alphabets in LATIN.items():
        written = [languages(word, encoding) for word in words]
        plain = sum(has_plain_letters(word, encoding) for word in words)
        if sum(map(bool, written)) >= _MOST * len(words) and 2 * plain > len(words):
            most = max(sum(alphabet in each for each in written) for alphabet in alphabets)
            signs = sum(has_sign_at_letter(word, encoding) for word in words)
            ranks[encoding] = (most - signs, most)
    best = [encoding for encoding in ranks if ranks[encoding] == max(ranks.values())]
    return _different(words, best) if len(words) < _ENOUGH else best[:1]


def _different(words: list[bytes], encodings: list[str]) -> list[str]:
    """Return the encodings that read the words differently, of those that read them alike the first."""
    texts: dict[str, str] = {}
    for encoding in encodings:
        texts.setdefault(b"\n".join(words).decode(encoding, errors="replace"), encoding)
    return list(texts.values())


def _letters(words: list[bytes], encoding: str, count: int = 12) -> str:
    """Return the first different letters beyond ASCII: no customer's value, but enough to tell."""
    text = b" ".join(words).decode(encoding, errors="ignore")
    letters = dict.fromkeys(letter for letter in text if not letter.isascii() and letter.isprintable())
    return " ".join(list(letters)[:count])
