"""A sheet of questions: a YAML file with a list `questions`, each with an `id` and the question `q`; other keys are left alone."""

from __future__ import annotations

from pathlib import Path

from jimei_kb.errors import FormatError

# a sheet is written by hand; a bigger file is another thing
_MOST_BYTES = 5_000_000


def read_sheet(path: str | Path) -> list[tuple[str, str]]:
    """The questions of a sheet as (id, question), in file order.

    Raises FormatError where the file is no such sheet, or an id stands twice.
    """
    import yaml

    path = Path(path)
    if path.is_file() and path.stat().st_size > _MOST_BYTES:
        raise FormatError(f"{path} has {path.stat().st_size} bytes; expected a sheet of questions of at most {_MOST_BYTES}")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}; give a YAML file of questions") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} is not YAML in UTF-8: {' '.join(str(error).split())}") from error
    rows = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise FormatError(f"{path} has no list `questions`; expected one, each question with id and q")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        key, question = (row.get("id"), row.get("q")) if isinstance(row, dict) else (None, None)
        if key is None or not isinstance(question, str) or not question.strip():
            raise FormatError(f"{path}, question {number}: expected an id and a text q, found {str(row)[:60]!r}")
        if str(key) in found:
            raise FormatError(f"{path}, question {number}: the id {key} stands twice; give each question its own")
        found[str(key)] = question
    return list(found.items())
