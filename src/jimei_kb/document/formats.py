"""File → raw text: one reader for each suffix, in READERS.

To add a format: one function `bytes, path → (text, encoding)` and one entry.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from jimei_kb.errors import FormatError, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_BYTES = 20 * 1024 * 1024
MIN_CHINESE = 10
_CHINESE = re.compile("[一-鿿]")
# how Python holds bytes of a file name that its system cannot decode
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
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
    if os.path.isdir(path):  # noqa: PTH112  # that of Path raises for a name that is too long
        raise FormatError(f"{path} 是文件夹；应为一份文件；请写出其中的文件")
    if not os.path.lexists(path):
        raise FormatError(f"{path}：没有这个文件；应为一份通知（{_known()}）；请检查路径")
    if _HALF_CHARACTER.search(path.stem):
        raise FormatError(f"{path} 的文件名不是 UTF-8；库中以文件名称呼文件，应为能写出的文字；请改名")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FormatError(f"{path} 的扩展名是 {path.suffix or '空的'}；能读的格式有 {_known()}；请另存为其中一种")
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise FormatError(f"{path} 不是普通文件（设备、管道之类）；应为一份通知；请写文件的路径")
        if size > MAX_BYTES:
            raise FormatError(f"{path} 有 {size:,} 字节；一份通知最多 {MAX_BYTES:,} 字节；请拆成几份")
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path} 不能读：{reason_of(error)}；请检查它是不是文件、有没有读的权限") from error
    if not data.strip():
        raise FormatError(f"{path} 是空的（{len(data)} 字节）；应有通知的正文；请重新导出")
    text, encoding = reader(data, path)
    chinese = sum(1 for _ in _CHINESE.finditer(text))
    if chinese < MIN_CHINESE:
        raise FormatError(f"{path} 的 {len(text)} 个字符中只有 {chinese} 个汉字；应为中文通知；请检查是不是这份文件（按 {encoding} 读的）")
    return RawText(path.stem, text, encoding, hashlib.sha256(data).hexdigest())


def _known() -> str:
    return "、".join(sorted(READERS))


def _read_plain(data: bytes, path: Path) -> tuple[str, str]:
    """Plain text or Markdown: UTF-8, UTF-16 with a byte order mark, or GB18030."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _decode(data, encoding, path), encoding
    binary = _BINARY.search(data)
    if binary:
        raise FormatError(
            f"{path} 不是文本：第 {binary.start()} 字节是 0x{data[binary.start()]:02x}；应为 UTF-8、带 BOM 的 UTF-16 或 GB18030；"
            "请把通知另存为纯文本"
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
            f"{path} 不能按 {encoding} 解读：第 {error.start} 字节起不合；应为 UTF-8、带 BOM 的 UTF-16 或 GB18030；请另存为 UTF-8"
        ) from error


READERS: Mapping[str, Callable[[bytes, Path], tuple[str, str]]] = MappingProxyType({".txt": _read_plain, ".md": _read_plain})
