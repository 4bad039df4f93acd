"""The knowledge base that comes with the repository is the one its notices give."""

from pathlib import Path

from jimei_kb import build_kb, open_kb

ROOT = Path(__file__).parent.parent


def test_a_rebuild_from_the_notices_gives_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    """kb/documents holds what data/raw says and kb/review what was not placed, so a change of the rules shows itself as a change of kb/ in the same commit."""
    build_kb([ROOT / "data/raw"], tmp_path / "kb")
    for folder in ("documents", "review"):
        built = {path.name: path.read_bytes() for path in (tmp_path / "kb" / folder).iterdir()}
        committed = {path.name: path.read_bytes() for path in (ROOT / "kb" / folder).glob("*.jsonl")}
        assert committed == built


def test_the_committed_base_opens_and_answers() -> None:
    """A clone has a base to ask before anything is built."""
    answer = open_kb(ROOT / "kb").who("智能预警装置")

    assert answer.stated
    assert answer.findings[0].evidence.quote == "社区留守老人、低保特困老人、残疾人智能预警装置安装率达100%"
