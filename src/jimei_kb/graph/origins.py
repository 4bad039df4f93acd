"""What each document of a base was read from: `<base>/.origins.json`, a memory of the builds made here.

It is no truth and may be deleted; it saves reading what has not changed, and knows which documents of the base came from
a folder, so that a file that is gone takes its own records with it. A path in it leads from the base to the source, so
base and sources may move together.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Origin:
    """Digests of the source, of the rules that read it, and of the two files that the reading gave.

    `source` is the way from the base to the source file; `folder` whether it was read as one of a folder, which takes its
    document away when the file is gone, or by itself.
    """

    sha256: str
    rules: str
    source: str = ""
    document: str = ""
    review: str = ""
    folder: bool = True

    def wrote(self, document: bytes, review: bytes) -> bool:
        """Whether these are the two files as the reading gave them."""
        return (self.document, self.review) == (digest_of(document), digest_of(review))

    def place(self, base: Path) -> Path:
        """Where the source file lies, or lay."""
        return Path(os.path.normpath(Path(os.path.realpath(base), self.source)))


def way_to(file: Path, base: Path) -> str:
    """How a source file is reached from the folder `base`."""
    real = os.path.realpath(file)
    try:
        return Path(os.path.relpath(real, os.path.realpath(base))).as_posix()
    except ValueError:  # on another drive there is no way from here
        return Path(real).as_posix()


def digest_of_file(file: Path) -> str:
    """The digest of the bytes of a file; empty for one that cannot be read, which is for its reader to say."""
    try:
        with file.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError:
        return ""


def digest_of(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def encode_origins(origins: Mapping[str, Origin]) -> str:
    """`origins` by slug as JSON, one a line."""
    rows = [f"{json.dumps(slug)}: {json.dumps(asdict(origins[slug]))}" for slug in sorted(origins)]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def decode_origins(text: str) -> dict[str, Origin]:
    """What `encode_origins` wrote; nothing where it is damaged: then everything is read again."""
    try:
        return {slug: Origin(**row) for slug, row in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
