"""Which encoding a text file has: its bytes decide, and where they leave it open the user is asked."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .alphabets import LATIN, is_cased_alike, languages
from .errors import DataError
from .survey import Survey

_WORDS, _ENOUGH, _MOST = 2000, 5, 0.9
_DOUBLE = {"gb18030", "big5", "cp932", "euc_jp", "cp949"}
_TITLES = {
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp850": "code page 850 (DOS)",
    "mac_roman": "Mac Roman",
    "gb18030": "GB 18030 (GBK, Chinese)",
    "big5": "Big5 (Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "CP949 (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp866": "code page 866 (Cyrillic, DOS)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp874": "Windows-874 (Thai)",
}
_OTHERS = [name for name in _TITLES if name not in LATIN]
_ALIKE = 0.05  # two readings whose measures of disorder differ by less may both be right


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
    if survey.is_utf8:
        return Encoding("utf-8-sig")
    words = list(_words(file))
    if sum(map(_decodes, words)) * 2 > len(words):
        line = next(number for number, text in enumerate(_lines(file), start=1) if not _decodes(text))
        raise DataError(
            f"{path}: line {line}: expected UTF-8 as in most of the file, found letters that are not; correct them, or "
            "say how the file is written with --encoding"
        )
    candidates = _detect(words)
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
            words.update(dict.fromkeys(word for word in re.split(rb'[\s,;"]+', line) if not word.isascii()))
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
        return [latin]
    from charset_normalizer import from_bytes  # noqa: PLC0415 - seldom needed

    sample = b"\n".join(words)
    matches = list(from_bytes(sample, cp_isolation=_OTHERS, preemptive_behaviour=False))
    matches = [match for match in matches if _is_plausible(str(match))]
    least = min((match.chaos for match in matches), default=0)
    matches = [match for match in matches if match.chaos < least + _ALIKE]
    if len(words) >= _ENOUGH and any(match.encoding in _DOUBLE for match in matches):
        matches = [
            match for match in matches if match.encoding in _DOUBLE
        ]  # by chance not all words have pairs of bytes
    coherent = [match for match in matches if match.coherence > _ALIKE and len(words) >= _ENOUGH]
    texts = {str(match): match.encoding for match in (coherent if len(coherent) == 1 else matches)}
    return list(texts.values())


def _detect_latin(words: list[bytes]) -> str:
    """Return the encoding in which languages of Latin script could write the words; empty if there is none.

    Of several it is the one in which a single language has the most of them; of equals, the most common encoding.
    """
    shares = {}
    for encoding, alphabets in LATIN.items():
        written = [languages(word, encoding) for word in words]
        if sum(map(bool, written)) >= _MOST * len(words):
            shares[encoding] = max(sum(alphabet in each for each in written) for alphabet in alphabets)
    return max(shares, key=lambda encoding: shares[encoding], default="")


def _is_plausible(text: str) -> bool:
    """Return True where most words are letters of one script that do not begin with a mark, and are cased alike."""
    words = text.split()
    return sum(map(_is_plausible_word, words)) >= _MOST * len(words)


def _is_plausible_word(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word))
    return len(_scripts(word)) <= 1 and is_cased_alike(letters) and not unicodedata.combining(word[0])


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha() or not letter.isascii())
    return {{"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}.get(name, name) for name in names}


def _letters(words: list[bytes], encoding: str, count: int = 12) -> str:
    """Return the first different letters beyond ASCII: no customer's value, but enough to tell."""
    text = b" ".join(words).decode(encoding, errors="ignore")
    letters = dict.fromkeys(letter for letter in text if not letter.isascii() and letter.isprintable())
    return " ".join(list(letters)[:count])
