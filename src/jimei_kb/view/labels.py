"""The Chinese for codes in rows: recurring, explicit, P3M, >=, True. Files for people have these words; rows and JSON keep the codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jimei_kb.view.answers import BASES
from jimei_kb.view.documents import CERTAINTIES, SIGNS, TIMES, spoken_period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Label = Callable[[Any], Any]

# kinds of targets
TARGETS = {"metric": "指标", "recurring": "定期工作", "zero": "零发生", "deadline": "期限"}
_PARTS = {
    "document": "文件",
    "collective": "统称",
    "gap": "缺项",
    "body": "主送机关、承担者",
    "handing": "下达",
    "duty": "职责",
    "mention": "提到",
    "tie": "督促、报告、指挥",
    "unassigned": "监管盲区",
    "contested": "推诿扯皮",
}
COMPARED = {"target": "目标", "deadline": "期限", "duty": "职责", "clause": "条款", "untaken": "落空", "citation": "引用"}
CHANGES = {
    "added": "新增",
    "dropped": "取消",
    "reworded": "改写",
    "raised": "提高",
    "lowered": "降低",
    "incomparable": "不可比",
    "same": "未变",
    "untaken": "下级未承接",
    "own": "上级自担",
    "citation": "引用",
}


def spoken_truth(value: Any) -> Any:
    """是 or 否."""
    return {True: "是", False: "否"}.get(value, value)


def _of(words: Mapping[Any, str]) -> Label:
    """The word for a code, or for each of several that are joined by ；."""

    def label(value: Any) -> Any:
        return "；".join(words.get(one, one) for one in value.split("；")) if isinstance(value, str) else value

    return label


SPOKEN_TARGETS: Mapping[str, Label] = {
    "kind": _of(TARGETS),
    "comparator": _of(SIGNS),
    "period": lambda value: spoken_period(value) or None,
    "derived": spoken_truth,
    "basis": _of(BASES),
}
SPOKEN_CALENDAR: Mapping[str, Label] = {
    "kind": _of(TIMES),
    "period": lambda value: spoken_period(value) or None,
    "late": spoken_truth,
    "basis": _of(BASES),
}
SPOKEN_COMPARISON: Mapping[str, Label] = {"what": _of(COMPARED), "status": _of(CHANGES)}
SPOKEN_CITATIONS: Mapping[str, Label] = {"collective": spoken_truth, "held": spoken_truth, "certainty": _of(CERTAINTIES)}
SPOKEN_CHAINS: Mapping[str, Label] = {
    "part": _of(_PARTS),
    "basis": _of(BASES),
    "certainty": _of(CERTAINTIES),
    "about": spoken_truth,
    "linked": spoken_truth,
}
