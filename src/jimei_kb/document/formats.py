"""File → raw text: one reader for each suffix, in READERS.

To add a format: one function `bytes, path → (text, encoding)` and one entry.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from jimei_kb.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_BYTES = 20 * 1024 * 1024
MIN_CHINESE = 10
_CHINESE = re.compile("[一-鿿]")
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class RawText:
    """What a file holds: its text as decoded, the encoding found, and the digest of its bytes."""

    slug: str
    text: str
    encoding: str
    sha256: str


def read_raw(path: str | Path) -> RawText:
    """The raw text of the file `path`.

    Raises FormatError for a file that is missing, a folder, of unknown format, empty, too long, binary, undecodable or without
    Chinese text.
    """
    path = Path(path)
    if path.is_dir():
        raise FormatError(f"{path} is a folder; expected one file. Name a file in it.")
    if not path.exists():
        raise FormatError(f"{path}: there is no such file; expected a notice ({_known()}). Check the path.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FormatError(f"{path} ends in {path.suffix or 'no suffix'!r}; known formats are {_known()}. Save the notice as one of them.")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FormatError(f"{path} has {size:,} bytes; expected a notice of at most {MAX_BYTES:,}. Split the file.")
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}. Check that it is a file and that you may read it.") from error
    if not data.strip():
        raise FormatError(f"{path} is empty ({len(data)} bytes); expected the text of a notice. Export it again.")
    text, encoding = reader(data, path)
    chinese = sum(1 for _ in _CHINESE.finditer(text))
    if chinese < MIN_CHINESE:
        raise FormatError(
            f"{path} holds {chinese} Chinese characters among {len(text)}; expected a Chinese notice. Check that this is the right file"
            f" (it was read as {encoding})."
        )
    return RawText(path.stem, text, encoding, hashlib.sha256(data).hexdigest())


def _known() -> str:
    return ", ".join(sorted(READERS))


def _read_plain(data: bytes, path: Path) -> tuple[str, str]:
    """Plain text or Markdown: UTF-8, UTF-16 with a byte order mark, or GB18030."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _decode(data, encoding, path), encoding
    binary = _BINARY.search(data)
    if binary:
        raise FormatError(
            f"{path} is no text: byte 0x{data[binary.start()]:02x} at offset {binary.start()}; expected UTF-8, UTF-16 with a byte"
            " order mark or GB18030. Export the notice as plain text."
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode(data, "gb18030", path), "gb18030"


def _decode(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{path} cannot be decoded as {encoding}: {error.reason} at byte {error.start}; expected UTF-8, UTF-16 with a byte order mark"
            " or GB18030. Save it as UTF-8."
        ) from error


READERS: Mapping[str, Callable[[bytes, Path], tuple[str, str]]] = MappingProxyType({".txt": _read_plain, ".md": _read_plain})
