"""An answer: who, in which part, how that is known, and the words it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jimei_kb.records import BY_HAND
from jimei_kb.view.shown import MUTED, Shown, clean, element, escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from jimei_kb.records import Actor, Answer, Basis, Bearer, Evidence, Finding, QuestionKind

NOT_STATED = "文中未载明"
NOBODY = "文中未写明"
URGED = "督促对象"
KINDS: dict[QuestionKind, str] = {
    "who": "谁负责",
    "what": "做什么",
    "when": "何时",
    "how_many": "多少",
    "citation": "引用",
    "chain": "责任链",
    "compare": "比较",
    "meta": "文件要素",
    "interpretation": "释义",
}
BASES: dict[Basis, str] = {
    "explicit": "明文",
    "ellipsis": "承前省略",
    "addressee": "推定为主送机关，原文未写主语",
    "inferred": "推断，原文未写明",
}
# the same in a word, for tables
BRIEFLY: dict[Basis, str] = {"explicit": "明文", "ellipsis": "承前省略", "addressee": "推定", "inferred": "推断"}
COLUMNS = {
    "question": "问题",
    "stated": "文中载明",
    "clause": "条款",
    "heading": "条款标题",
    "who": "谁",
    "quote": "引文",
    "sentence": "原文",
    "start": "起",
    "end": "止",
    "rule": "规则",
    "page": "页",
    "note": "说明",
}
_MARK = "background:#fff3bf"


def show_answer(answer: Answer) -> Shown:
    """`answer` in both forms. Every bearer stands with its part and basis, every quotation with its clause."""
    question, note = clean(answer.question), clean(answer.note)
    verdict = f"问：{question}" if answer.stated else f"问：{question}\n答：{NOT_STATED}。"
    looked_up = _looked_up(answer)
    blocks = ["\n".join(filter(None, (verdict, looked_up, note)))]
    title = element("p", element("b", escape(f"问：{question}")), "" if answer.stated else escape(f"　答：{NOT_STATED}。"))
    items = []
    for i, finding in enumerate(answer.findings, 1):
        blocks.append(_finding_text(finding, i))
        items.append(_finding_html(finding))
    if not answer.stated and items:
        blocks.insert(1, "最接近的条款：")
    parts = [title]
    if looked_up:
        parts.append(element("p", escape(looked_up), style=MUTED))
    if note:
        parts.append(element("p", escape(note), style=MUTED))
    if items:
        parts.append("" if answer.stated else element("p", "最接近的条款："))
        parts.append(element("ol", *items))
    return Shown("\n\n".join(blocks), element("div", *parts))


def _looked_up(answer: Answer) -> str:
    """类别：何时　查找：消防会议　换词：“开会”→“召开”; nothing where an answer does not say it."""
    said = [f"类别：{KINDS[answer.kind]}"] if answer.kind else []
    said += [f"查找：{answer.topic}"] if answer.topic else []
    if answer.replaced:
        said.append("换词：" + "，".join(f"“{word}”→“{term}”" for word, term in answer.replaced))
    return clean("　".join(said))


def answer_rows(answer: Answer) -> list[dict[str, Any]]:
    """A row with `COLUMNS` for each finding; one without a place where there is none."""
    said = {"question": answer.question, "stated": answer.stated, "note": answer.note or None}
    rows = [
        {
            "clause": finding.evidence.clause,
            "heading": finding.heading,
            "who": "；".join(f"{name}{basis}" for name, basis in _who(finding)) or None,
            "quote": finding.evidence.quote,
            "sentence": finding.sentence or None,
            "start": finding.evidence.start,
            "end": finding.evidence.end,
            "rule": finding.evidence.rule,
            "page": finding.evidence.page,
        }
        for finding in answer.findings
    ]
    return [dict.fromkeys(COLUMNS) | said | row for row in rows or [{}]]


def name_bearers(bearers: Sequence[Bearer | Actor]) -> list[tuple[str, str, str]]:
    """(role, names, how it is known), bearers with the same role and basis together, in order of first mention."""
    return [(role, names, BASES[basis]) for role, names, basis in _grouped(bearers)]


def brief_bearers(bearers: Sequence[Bearer | Actor]) -> str:
    """责任：街道、社区（推定）, for cells of a table; empty without bearers."""
    return "；".join(f"{role}：{names}（{BRIEFLY[basis]}）" for role, names, basis in _grouped(bearers))


def _grouped(bearers: Sequence[Bearer | Actor]) -> list[tuple[str, str, Basis]]:
    groups: dict[tuple[str, Basis], list[str]] = {}
    for bearer in bearers:
        groups.setdefault((bearer.role, bearer.basis), []).append(clean(bearer.name))
    return [(role, "、".join(dict.fromkeys(names)), basis) for (role, basis), names in groups.items()]


def _who(finding: Finding) -> list[tuple[str, str]]:
    """(what stands for itself, what explains it) of each line: bearers, those who are urged, the parts of nobody, other facts."""
    lines = [(f"{role}：{names}", f"（{basis}）") for role, names, basis in name_bearers(finding.actors)]
    lines += [(f"{URGED}：{'、'.join(map(clean, finding.urged))}", "")] if finding.urged else []
    lines += [(f"{role}：{NOBODY}", "") for role in finding.unstated]
    return lines + [(f"{clean(name)}：{clean(value)}", "") for name, value in finding.facts if value]


def _finding_text(finding: Finding, number: int) -> str:
    evidence = finding.evidence
    who = _who(finding)
    lines = [f"{number}. {clean(evidence.clause)}　{clean(finding.heading or '')}".rstrip("　") + on_page(evidence.page)]
    lines += [f"   {said}{basis}" for said, basis in who]
    if who:
        lines.append(f"   依据：“{clean(evidence.quote)}”{_decided(evidence)}".replace("\n", ""))
    sentence = clean(finding.sentence)
    if sentence and sentence != clean(evidence.quote):
        lines.append(f"   原文：{sentence}".replace("\n", ""))
    elif not who:
        lines.append(f"   原文：{clean(evidence.quote)}".replace("\n", ""))
    return "\n".join(lines)


def on_page(page: int | None, said: str = "（第{}页）") -> str:
    """（第3页）, or as it is to be `said`; nothing where the source does not show its pages."""
    return said.format(page) if page is not None else ""


def _decided(evidence: Evidence) -> str:
    """That people and not the rules say so, where they do."""
    return "（经分析人员更正）" if evidence.rule.startswith(BY_HAND) else ""


def _finding_html(finding: Finding) -> str:
    evidence = finding.evidence
    place = element("code", escape(evidence.clause)) + escape(f"　{finding.heading or ''}".rstrip("　") + on_page(evidence.page))
    who = [
        element("div", element("b", escape(said)), element("span", escape(basis), style=MUTED) if basis else "")
        for said, basis in _who(finding)
    ]
    before, found, after = finding.sentence.partition(evidence.quote)
    if found and who:
        said = escape(before) + element("mark", escape(found), style=_MARK) + escape(after)
    else:
        said = escape(finding.sentence or evidence.quote)
    decided = element("span", _decided(evidence), style=MUTED) if _decided(evidence) else ""
    return element("li", element("div", place), *who, element("div", said, decided), style="margin-bottom:8px")
