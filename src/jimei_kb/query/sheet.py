"""A sheet of questions: a YAML file with a list `questions`, each with an `id` and the question `q`; other keys are left alone."""

from __future__ import annotations

from pathlib import Path

from jimei_kb.errors import FormatError, line_of, reason_of

# a sheet is written by hand; a bigger file is another thing
_MOST_BYTES = 5_000_000


def read_sheet(path: str | Path) -> list[tuple[str, str]]:
    """The questions of a sheet as (id, question), in file order.

    Raises FormatError where the file is no such sheet, or an id stands twice.
    """
    import yaml

    path = Path(path)
    if path.is_file() and path.stat().st_size > _MOST_BYTES:
        raise FormatError(f"{path} 有 {path.stat().st_size} 字节；问题表最多 {_MOST_BYTES} 字节；请分成几份")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FormatError(f"{path} 不能读：{reason_of(error)}；应为写有问题的 YAML 文件") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} 不是 UTF-8 的 YAML{line_of(error)}；请改正，或按 jimei-kb ask --help 的例子重写") from error
    rows = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise FormatError(f"{path} 中没有 questions 列表；应有一个，每项有 id 和 q")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        key, question = (row.get("id"), row.get("q")) if isinstance(row, dict) else (None, None)
        if key is None or not isinstance(question, str) or not question.strip():
            raise FormatError(f"{path} 第 {number} 个问题：读到 {str(row)[:60]!r}；应有 id 和文字 q")
        if str(key) in found:
            raise FormatError(f"{path} 第 {number} 个问题：编号 {key} 重复；每个问题应有自己的编号")
        found[str(key)] = question
    return list(found.items())
