"""Numbers that can be checked: `培训覆盖率达80%`, `每季度至少召开1次`, `引进100名左右`.

A number becomes a metric where it is a share, is compared (不少于, 以上 …), comes back each period, or
counts what a verb of target governs (建设, 引进 …). What names a set (等4个方面), picks out a group
(500万元及以下的小微企业), is a date, a formula, a fine, a point of a scoring table or a fact told is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jimei_kb.extract.masks import FILLER, Places, read
from jimei_kb.extract.numerals import numeral
from jimei_kb.extract.scan import matches
from jimei_kb.records import Metric
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.records import Comparator, Document

_RULES = load_rules("metrics", ("anchor", "comparator"))
_BEFORE = tuple(rule for rule in _RULES.rules if rule.id.startswith("before."))
_AFTER = tuple(rule for rule in _RULES.rules if rule.id.startswith("after."))
_DIGITS, _SHARE, _WORDS, _LIMIT = (_RULES[f"number.{name}"] for name in ("digits", "share", "words", "limit"))
_PERIOD, _SPAN, _BEARER = (_RULES[f"per.{name}"].pattern for name in ("period", "span", "bearer"))
_NOT_BEFORE, _NOT_AFTER, _FINE = (_RULES[f"not.{name}"].pattern for name in ("before", "after", "fine"))
_TOLD_SUM, _TOLD_YEAR = (_RULES[f"told.{name}"].pattern for name in ("sum", "year"))
_SET_REACHED, _SET_LISTED = (_RULES[f"set.{name}"].pattern for name in ("reached", "listed"))
_LIMIT_OF_TIME, _LIMIT_MEASURED = (_RULES[f"limit.{name}"].pattern for name in ("of_time", "measured"))
_PARTING_CUE, _PARTING_JOINT = (_RULES[f"parting.{name}"].pattern for name in ("cue", "joint"))
_NAME_COUNT, _NAME_TAIL, _NAME_JOINT = (_RULES[f"name.{name}"].pattern for name in ("count", "tail", "joint"))
_NAME_TAKEN, _COUNTED_OFF, _NAME_NUMBER = (_RULES[f"name.{name}"].pattern for name in ("taken", "counted_off", "number"))
_DEFINITION, _CONDITION, _FORBIDDEN = (_RULES[name].pattern for name in ("definition", "condition", "forbidden"))
_EACH_ONE, _KIND_SHARE, _BEHIND_CUE = (_RULES[name].pattern for name in ("each.one", "share.of_a_kind", "behind.cue"))

_TARGET = _RULES.compile("<<targets>>")
_TARGETS = "(?:<<targets>>)(?:<<edge>>?(?:<<targets>>))*"
_TOLD = _RULES.compile("<<told>>")
_SET = _RULES.compile("^(?:<<sets>>)")
_GOVERNED = _RULES.compile(f"(?P<verbs>{_TARGETS})(?:<<near>>)?$")
_OPENER = _RULES.compile("^(?:<<openers>>)+")
_HEAD = _RULES.compile(f"^(?:(?:<<openers>>|和|、)*(?P<verbs>{_TARGETS}))")
_TIME_BEFORE = _RULES.compile("^(?:<<time>>)")
_LABEL = _RULES.compile("^(?:<<label>>)")
_GROUP = _RULES.compile("^(?P<group>.+(?:<<groups>>))(?P<name>[^的占]{2,14}(?:<<rate_names>>))$")
_COMPARED = _RULES.words["compared"]
_MEASURES = _RULES.words["measures"]
_PERSONS = _RULES.words["persons"]
_HARD_PAUSE = re.compile(r"[。；\n]")
_PHRASE_STOP = "，。；：\n"
_QUANTITIES = tuple(_RULES.words["quantities"])
_WORD_CUE = _RULES.compile("(?:<<cue>>)$")
_LIMIT_CUE = _RULES.compile("(?:<<limit_cue>>)$")
_SHARES = ("%", "‰", "个百分点")
_TIMES = _RULES.words["times"]


@dataclass(frozen=True, slots=True)
class _Number:
    """One number with its unit, and the phrase it stands in: `left` and `right` bound what belongs to it."""

    start: int
    end: int
    low: str
    high: str | None
    unit: str
    rule: str
    more: bool = False
    left: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A metric before its place in the document is known."""

    start: int
    end: int
    rule: str
    indicator: str
    group: tuple[str, ...]
    comparator: Comparator
    value: str
    unit: str


def find_metrics(document: Document, masked: str) -> tuple[Metric, ...]:
    """Every number that can be checked, in text order.

    `masked` is the document's text from `mask_citations`. `建设1到2个基地` is two records, >= 1 and <= 2.
    """
    reading = read(masked)
    places = Places(document)
    metrics = []
    for found in sorted([*_counted(reading.text, _year_of(document)), *_each(reading.text)], key=lambda f: (f.start, f.end)):
        span = reading.span(found.start + _label_length(reading.text, found.start), found.end)
        clause = places.clause(span)
        if clause is None:
            continue
        metrics.append(
            Metric(
                clause=clause.id,
                span=span,
                quote=span.of(document.text),
                rule=f"metric.{found.rule}",
                indicator=found.indicator,
                comparator=found.comparator,
                value=found.value,
                unit=found.unit,
                group=found.group,
            )
        )
    return tuple(metrics)


def _year_of(document: Document) -> int:
    """The year the document is of; 0 where neither its date nor its number says."""
    named = re.search("(?:19|20)[0-9]{2}", f"{document.head.date or ''} {document.head.number or ''}")
    return int(named[0]) if named else 0


def _label_length(text: str, start: int) -> int:
    """How long the clause number at `start` is, which no quotation takes in: `（三）园区内…`."""
    if start and text[start - 1] != "\n":
        return 0
    label = _LABEL.match(text[start : start + 8])
    return label.end() if label else 0


def _each(text: str) -> Iterator[_Found]:
    """一村一名大学生村官: a number for each, said in words."""
    for match in _EACH_ONE.finditer(text):
        value, unit = numeral(match["low"]) or "", f"{match['unit']}/{match['bearer']}"
        yield _Found(*match.span(), "each.one", f"每{match['bearer']}{match['noun']}数", (), ">=" if match["more"] else "=", value, unit)


def _counted(text: str, year: int) -> Iterator[_Found]:
    """Numbers with units; `year` is the document's: what an earlier one held is told, not asked."""
    numbers = _bounded(text, sorted(_numbers(text), key=lambda n: n.start))
    for number in numbers:
        comparator, rule = _comparator(text, number)
        if not _is_metric(text, number, comparator, rule) or _is_told(text, number, year):
            continue
        indicator, group = _indicator(text, number)
        unit = _unit(text, number)
        values: list[tuple[Comparator, str]] = [(comparator, number.low)]
        if number.high is not None:
            values = [(">=", number.low), ("<=", number.high)]
        for sign, value in values:
            yield _Found(number.left, number.right, rule, indicator, group, sign, value, unit)


# ---- numbers and the phrase around them -------------------------------------------------------------------------


def _numbers(text: str) -> Iterator[_Number]:
    for match in matches(_DIGITS, text):
        unit = match["unit"] + (match["per"] or "").replace("•", "·")
        low, high = numeral(match["low"]), numeral(match["high"]) if match["high"] else None
        if low is not None:
            yield _Number(*match.span(), low, high, unit, "number.digits", more=bool(match["more"]))
    for match in matches(_SHARE, text):
        if value := numeral(match["low"]):
            yield _Number(*match.span(), value, None, "%", "number.share")
    for match in matches(_WORDS, text):
        start = match.start()
        if _WORD_CUE.search(text, max(0, start - 24), start) and (value := numeral(match["low"])):
            yield _Number(*match.span(), value, None, match["unit"], "number.words")
    for match in matches(_LIMIT, text):
        start = match.start()
        if _LIMIT_CUE.search(text, max(0, start - 16), start) and (value := numeral(match["low"])):
            yield _Number(*match.span(), value, None, match["unit"], "number.limit")


def _bounded(text: str, numbers: list[_Number]) -> list[_Number]:
    """The numbers with the bounds of their phrases; two in one phrase part at the 、 or 和 between them."""
    bounded: list[_Number] = []
    for i, number in enumerate(numbers):
        left, right = _phrase(text, number.start, number.end)
        aside = bounded and text[bounded[-1].right : bounded[-1].right + 1] == ")"  # 规模以上（指…5万吨以上）企业不低于50%
        if bounded and bounded[-1].right > left and not aside and not _NOT_AFTER.search(text[bounded[-1].end : bounded[-1].end + 20]):
            left = max(left, bounded[-1].right)
            while left < number.start and text[left] in "、和及与":
                left += 1
        if i + 1 < len(numbers) and numbers[i + 1].start < right:
            right = _parting(text, number.end, numbers[i + 1].start)
        bounded.append(
            _Number(number.start, number.end, number.low, number.high, number.unit, number.rule, number.more, left, max(right, number.end))
        )
    return bounded


def _phrase(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the phrase around text[start:end] begins and ends: at commas and at the brackets that enclose it."""
    left, depth = start, 0
    while left > 0 and start - left < 120:
        sign = text[left - 1]
        if sign in _PHRASE_STOP or (depth == 0 and sign in "(“"):
            break
        depth += (sign in ")”") - (sign in "(“")
        left -= 1
    right, depth = end, 0
    while right < len(text) and right - end < 120:
        sign = text[right]
        if sign in _PHRASE_STOP or (depth == 0 and sign in ")”"):
            break
        depth += (sign in "(“") - (sign in ")”")
        right += 1
    return left, right


def _parting(text: str, end: int, start: int) -> int:
    """Where the words of the number before `end` stop and those of the number at `start` begin."""
    between = text[end:start]
    if len(between) < 2:
        return end
    for mark in "和及与":
        if between.endswith(mark):
            return start - 1
    comma = between.rfind("、")
    if comma >= 0:
        return end + comma
    joint = _PARTING_JOINT.search(between)
    if joint:
        return end + joint.start()
    cue = _PARTING_CUE.match(between)
    return end + (cue.end() if cue else 0)


# ---- judging ----------------------------------------------------------------------------------------------------


def _comparator(text: str, number: _Number) -> tuple[Comparator, str]:
    """How the number compares, and the rule that says so; a plain count is `=`."""
    after = text[number.end : number.right]
    for rule in _AFTER:
        if rule.pattern.search(after):
            return rule.fields["comparator"], rule.id
    before = text[number.left : number.start]
    best, found = -1, None
    for rule in _BEFORE:
        for match in rule.pattern.finditer(before):
            if match.start() > best:
                best, found = match.start(), rule
    if found is not None and len(before) - best <= 24:
        return found.fields["comparator"], found.id
    if number.more:
        return ">", "number.more"
    return "=", number.rule


def _is_metric(text: str, number: _Number, comparator: Comparator, rule: str) -> bool:
    before, after = text[max(0, number.start - 12) : number.start], text[number.end : number.end + 20]
    unit = re.sub(r"^[万亿千百]+|/.*$", "", number.unit) or number.unit
    if _NOT_BEFORE.search(before) and rule not in ("before.at_least", "before.at_most"):
        return False
    if text[number.end : number.end + 1] in "×÷=" and text[number.end : number.end + 1]:
        return False
    sentence = _HARD_PAUSE.split(text[max(0, number.start - 100) : number.start])[-1]
    around = sentence + text[number.end : number.right]
    if _FINE.search(around) or _FINE.search(text[number.end : number.end + 16]):
        return False
    alone = number.right - number.left - (number.end - number.start) < 2
    if alone and "\n" in text[number.left - 1 : number.left] + text[number.right : number.right + 1]:
        return False  # the cell of a table
    conditional = bool(_NOT_AFTER.search(after)) and not _GOVERNED.search(text, number.left, number.start)
    if rule in ("before.at_least", "before.at_most"):  # 最高不超过300万元的贷款 is a limit, 达到25%的，… a condition
        conditional = _CONDITION.match(after) is not None
    if _names_set(text, number) or _DEFINITION.match(text[number.left : number.start]):
        return False
    if unit in _SHARES:
        return not (conditional and rule.startswith("after.") and _KIND_SHARE.search(before))
    if "/" in number.unit and not conditional:  # 1000元/生·年 is a rate
        return True
    compared = rule.startswith(("before.", "after."))
    governed = _TARGET.search(sentence if _counts_heads(unit) else text[number.left : number.start])
    if compared:
        if unit in ("天", "个月", "小时", "分钟") and _LIMIT_OF_TIME.match(after) and not _LIMIT_MEASURED.search(before):
            return False  # 2小时内 is a time limit: a schedule
        if comparator in "<>" and number.right > number.end:
            return False  # 超过800米的…: a condition, unless the phrase ends with the number
        return not conditional and not _FORBIDDEN.search(text, number.left, number.start)
    if number.rule == "number.words":
        return True
    if number.high is not None:  # 3—12个月: a range is a limit on both sides
        return governed is not None
    if (unit in _COMPARED and not number.unit.startswith(("万", "亿"))) or _SET.match(after):
        return False
    return governed is not None or ("元" in unit and _paid_to_each(text, number))


def _is_told(text: str, number: _Number, year: int) -> bool:
    """Whether the sentence reports: 目前 …, 已 …, 2003年 … in a document of 2005."""
    sentence = _HARD_PAUSE.split(text[max(0, number.start - 100) : number.start])[-1]
    if _TOLD.search(sentence) or (number.unit not in _SHARES and _TOLD_SUM.search(sentence)):
        return True
    years = [int(named["year"]) for named in _TOLD_YEAR.finditer(sentence)]
    return bool(years) and years[-1] < year


def _paid_to_each(text: str, number: _Number) -> bool:
    """Whether a sum is paid for each one: 按人均3000元对用人单位补贴."""
    return bool(_BEARER.search(text, number.left, number.start) and _TARGET.search(text, number.end, number.right))


def _counts_heads(unit: str) -> bool:
    """Whether the unit counts persons or things one by one: then a verb of the phrase before may govern it."""
    return unit not in _MEASURES and "元" not in unit


def _names_set(text: str, number: _Number) -> bool:
    """Whether the count sums up what is listed before it (北京、天津、上海、重庆4个直辖市) or behind it (5项：…)."""
    if number.unit in _RULES.words["set_units"] and number.high is None and _SET_LISTED.match(text[number.end : number.end + 2]):
        return True
    listed = text[number.left : number.start].rpartition("、")
    return bool(
        listed[1]
        and number.unit in _RULES.words["set_units"]
        and number.high is None
        and _noun_behind(text[number.end : number.right])
        and not _TARGET.search(listed[2])
        and not _SET_REACHED.search(listed[2])
    )


# ---- naming -----------------------------------------------------------------------------------------------------


def _unit(text: str, number: _Number) -> str:
    """The unit with what it is reckoned by: `每人每年补助2万元` → 万元/人/年."""
    unit = number.unit
    if unit in _SHARES or "/" in unit:
        return unit
    left, _ = _phrase(text, number.start, number.end)
    before = text[left : number.start]
    for bearer in list(_BEARER.finditer(before))[-1:]:
        unit += "/" + bearer["bearer"]
    for period in list(_PERIOD.finditer(before))[-1:]:
        name = "年" if period["year"] else {"季": "季度", "星期": "周", "天": "日"}.get(period["unit"], period["unit"])
        return f"{unit}/{numeral(period['every']) if period['every'] else ''}{name}"
    span = _SPAN.search(text, left, number.end)
    if span and span.end() <= number.start:
        return f"{unit}/{numeral(span['every'][0])}{span['every'][1:].lstrip('个')}"
    return unit


def _indicator(text: str, number: _Number) -> tuple[str, tuple[str, ...]]:
    """What is measured, and over whom: 在校群体 + 宣传教育覆盖率; 引进的…人数; …会议次数."""
    before = _plain(text[number.left : number.start].replace(FILLER, ""))
    behind = _noun_behind(text[number.end : number.right].replace(FILLER, ""))
    if number.unit in _SHARES:
        return _rate(text, number, before, behind)
    verbs, noun = _verbs_and_noun(text, number, before, behind)
    if number.unit.removeprefix("万") in _TIMES:
        return _short(behind or _OPENER.sub("", _PERIOD.sub("", before)).strip("“”、")) + "次数", ()
    ending = "人数" if number.unit in _PERSONS else "金额" if "元" in number.unit else "数"
    if noun.endswith(_QUANTITIES):
        ending = ""
    return (f"{verbs}的" if verbs and noun else verbs) + noun + ending, ()


def _verbs_and_noun(text: str, number: _Number, before: str, behind: str) -> tuple[str, str]:
    """`重点引进` 100名 `管理人才` → 引进, 管理人才; `培养资助博士后研究人员` 不少于400名 → 培养资助, 博士后研究人员."""
    close = _GOVERNED.search(before)
    head = _HEAD.match(before)
    if behind and close:
        return _OPENER.sub("", close["verbs"]), _short(behind)
    if head and not (behind and len(before) == head.end()):
        return _OPENER.sub("", head["verbs"]), _short(behind or _OPENER.sub("", before[head.end() :]))
    rest = _OPENER.sub("", before)
    if not behind and len(rest) >= 4:
        return "", _short(rest)
    return _governing(text, number, before), _short(behind or rest)


def _rate(text: str, number: _Number, before: str, behind: str) -> tuple[str, tuple[str, ...]]:
    name = _OPENER.sub("", before).strip("“”、")
    if len(name) < 2:  # ，达到85%以上: the name stands in the phrase before
        left, _ = _phrase(text, max(number.left - 1, 0), max(number.left - 1, 0))
        name = _OPENER.sub("", _plain(_NAME_NUMBER.sub("", text[left : max(number.left - 1, left)]))) or behind
    name = _NAME_TAIL.sub("", _NAME_TAKEN.split(name)[-1])
    split = _GROUP.match(name)
    if split:
        group = re.split("、(?!.*等)", split["group"]) if "等" not in split["group"] else [split["group"]]
        return split["name"], tuple(part for part in group if part)
    tail = name.rsplit("的", 1)[-1]
    return (tail if len(tail) >= 4 else name[-40:]), ()


def _plain(before: str) -> str:
    """What stands before a number without comparator, clause number, 一是 and time: `（一）2026年底前覆盖率达` → 覆盖率."""
    return _TIME_BEFORE.sub("", _COUNTED_OFF.sub("", _LABEL.sub("", _without_cue(before))))


def _without_cue(before: str) -> str:
    """`before` up to its last comparator: `安装率达` → `安装率`; a comparator at its head leaves the rest (至少召开)."""
    for rule in _BEFORE:
        for match in rule.pattern.finditer(before):
            if match.end() == len(before):
                return before[: match.start()]
            if match.start() == 0 or rule.id in ("before.at_least", "before.at_most"):
                before = before[: match.start()] + before[match.end() :]
                break
    return _NAME_JOINT.sub("", before)


def _noun_behind(after: str) -> str:
    """The noun a count stands before: `名市管企业中高级经营管理人才` without comparator and brackets."""
    noun = _BEHIND_CUE.sub("", after)
    return noun.split("(")[0] if not noun.startswith("(") else ""


def _governing(text: str, number: _Number, before: str) -> str:
    """The verb that governs the count: in its phrase, else the last one before it in the sentence."""
    for place in (before, _HARD_PAUSE.split(text[max(0, number.start - 80) : number.left])[-1]):
        verbs = list(_TARGET.finditer(place))
        if verbs:
            last = verbs[-1]
            first = verbs[-2] if len(verbs) > 1 and re.fullmatch("[和、]?", place[verbs[-2].end() : last.start()]) else last
            return place[first.start() : last.end()]
    return ""


def _short(noun: str, longest: int = 24) -> str:
    """A long noun phrase from behind its last 的: `具有前景的创业项目` → `创业项目`."""
    if noun.count("“") != noun.count("”"):
        noun = noun.strip("“”")
    elif noun.startswith("“") and noun.endswith("”"):
        noun = noun[1:-1]
    if len(noun) > longest or "的" in noun:
        tail = noun.rsplit("的", 1)[-1]
        noun = tail if len(tail) >= 2 else noun
    return noun[:60]
