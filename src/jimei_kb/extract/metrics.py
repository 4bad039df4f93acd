"""Numbers that can be checked: `培训覆盖率达80%`, `每季度至少召开1次`, `引进100名左右`.

A number becomes a metric where it is a share, is compared (不少于, 以上 …), comes back each period, or
counts what a verb of target governs (建设, 引进 …). What names a set (等4个方面), picks out a group
(500万元及以下的小微企业), is a date, a formula, a fine, a point of a scoring table or a fact told is none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jimei_kb.extract.masks import FILLER, Places, read
from jimei_kb.extract.scan import matches
from jimei_kb.numerals import numeral
from jimei_kb.records import Metric
from jimei_kb.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jimei_kb.records import Comparator, Document


_TARGETS = "(?:<<targets>>)(?:<<edge>>?(?:<<targets>>))*"
_HARD_PAUSE = re.compile(r"[。；\n]")
_PHRASE_STOP = "，。；：\n"
_PHRASE_MARK = re.compile("[，。；：\n()“”]")
_LONGEST_SIDE = 120  # characters of a phrase before and behind its number
_SHARES = ("%", "‰", "个百分点")


class _Rules:
    """The wording of `metrics.toml`, compiled."""

    def __init__(self) -> None:
        book = load_rules("metrics", ("anchor", "comparator"))
        self.before = tuple(rule for rule in book.rules if rule.id.startswith("before."))
        self.after = tuple(rule for rule in book.rules if rule.id.startswith("after."))
        self.digits, self.share, self.words, self.limit, self.copies = (
            book[f"number.{name}"] for name in ("digits", "share", "words", "limit", "copies")
        )
        self.period, self.span, self.bearer = (book[f"per.{name}"].pattern for name in ("period", "span", "bearer"))
        self.not_before, self.not_after, self.fine = (book[f"not.{name}"].pattern for name in ("before", "after", "fine"))
        self.told_sum, self.told_year = (book[f"told.{name}"].pattern for name in ("sum", "year"))
        self.set_reached, self.set_listed = (book[f"set.{name}"].pattern for name in ("reached", "listed"))
        self.limit_of_time, self.limit_measured = (book[f"limit.{name}"].pattern for name in ("of_time", "measured"))
        self.parting_cue, self.parting_joint = (book[f"parting.{name}"].pattern for name in ("cue", "joint"))
        self.name_tail, self.name_joint = (book[f"name.{name}"].pattern for name in ("tail", "joint"))
        self.name_taken, self.counted_off, self.name_number = (book[f"name.{name}"].pattern for name in ("taken", "counted_off", "number"))
        self.definition, self.condition, self.forbidden = (book[name].pattern for name in ("definition", "condition", "forbidden"))
        self.each_one, self.kind_share, self.behind_cue = (book[name].pattern for name in ("each.one", "share.of_a_kind", "behind.cue"))
        self.target = book.compile("<<targets>>")
        self.told = book.compile("<<told>>")
        self.set = book.compile("^(?:<<sets>>)")
        self.governed = book.compile(f"(?P<verbs>{_TARGETS})(?:<<near>>)?$")
        self.opener = book.compile("^(?:<<openers>>)+")
        self.head = book.compile(f"^(?:(?:<<openers>>|和|、)*(?P<verbs>{_TARGETS}))")
        self.time_before = book.compile("^(?:<<time>>)")
        self.label = book.compile("^(?:<<label>>)")
        self.group = book.compile("^(?P<group>.+(?:<<groups>>))(?P<name>[^的占]{2,14}(?:<<rate_names>>))$")
        self.durations = book.words["durations"]
        self.copied = book["name.copies"].pattern
        self.compared = book.words["compared"]
        self.measures = book.words["measures"]
        self.set_units = book.words["set_units"]
        self.persons = book.words["persons"]
        self.quantities = tuple(book.words["quantities"])
        self.word_cue = book.compile("(?:<<cue>>)$")
        self.span_cue = book.compile("(?:<<span_cue>>)$")
        self.limit_cue = book.compile("(?:<<limit_cue>>)$")
        self.times = book.words["times"]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    """The rules, loaded when they are first asked for."""
    return _Rules()


class _Number(NamedTuple):
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


class _Found(NamedTuple):
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
    label = _rules().label.match(text[start : start + 8])
    return label.end() if label else 0


def _each(text: str) -> Iterator[_Found]:
    """一村一名大学生村官: a number for each, said in words."""
    for match in _rules().each_one.finditer(text):
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
    copies = {match.start("low"): match for match in matches(_rules().copies, text)}
    for start, match in copies.items():
        if value := numeral(match["low"]):
            yield _Number(start, match.end(), value, None, match["unit"], "number.copies")
    for match in matches(_rules().digits, text):
        if match.start("low") in copies:
            continue
        unit = (match["unit"] + (match["per"] or "")).replace("•", "·").replace("个工作日", "工作日")
        low, high = numeral(match["low"]), numeral(match["high"]) if match["high"] else None
        if low is not None:
            yield _Number(*match.span(), low, high, unit, "number.digits", more=bool(match["more"]))
    for match in matches(_rules().share, text):
        if value := numeral(match["low"]):
            yield _Number(*match.span(), value, None, "%", "number.share")
    for match in matches(_rules().words, text):
        start = match.start()
        cued = _rules().word_cue.search(text, max(0, start - 24), start)
        if not cued and match["unit"] in _rules().times:  # 两个月安排一次
            cued = _rules().span_cue.search(text, max(0, start - 24), start)
        if cued and (value := numeral(match["low"])):
            yield _Number(*match.span(), value, None, match["unit"], "number.words")
    for match in matches(_rules().limit, text):
        start = match.start()
        if _rules().limit_cue.search(text, max(0, start - 16), start) and (value := numeral(match["low"])):
            yield _Number(*match.span(), value, None, match["unit"], "number.limit")


def _bounded(text: str, numbers: list[_Number]) -> list[_Number]:
    """The numbers with the bounds of their phrases; two in one phrase part at the 、 or 和 between them."""
    bounded: list[_Number] = []
    for i, number in enumerate(numbers):
        left, right = _phrase(text, number.start, number.end)
        aside = bounded and text[bounded[-1].right : bounded[-1].right + 1] == ")"  # 规模以上（指…5万吨以上）企业不低于50%
        if (
            bounded
            and bounded[-1].right > left
            and not aside
            and not _rules().not_after.search(text[bounded[-1].end : bounded[-1].end + 20])
        ):
            left = max(left, bounded[-1].right)
            while left < number.start and text[left] in "、和及与":
                left += 1
        if i + 1 < len(numbers) and numbers[i + 1].start < right:
            right = _parting(text, number.end, numbers[i + 1].start)
        bounded.append(number._replace(left=left, right=max(right, number.end)))
    return bounded


def _phrase(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the phrase around text[start:end] begins and ends: at commas and at the brackets that enclose it."""
    left, depth = max(0, start - _LONGEST_SIDE), 0
    for mark in _PHRASE_MARK.finditer(text[left:start][::-1]):
        if mark[0] in _PHRASE_STOP or (depth == 0 and mark[0] in "(“"):
            left = start - mark.start()
            break
        depth += 1 if mark[0] in ")”" else -1
    right, depth = min(len(text), end + _LONGEST_SIDE), 0
    for mark in _PHRASE_MARK.finditer(text, end, right):
        if mark[0] in _PHRASE_STOP or (depth == 0 and mark[0] in ")”"):
            right = mark.start()
            break
        depth += 1 if mark[0] in "(“" else -1
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
    joint = _rules().parting_joint.search(between)
    if joint:
        return end + joint.start()
    cue = _rules().parting_cue.match(between)
    return end + (cue.end() if cue else 0)


# ---- judging ----------------------------------------------------------------------------------------------------


def _comparator(text: str, number: _Number) -> tuple[Comparator, str]:
    """How the number compares, and the rule that says so; a plain count is `=`."""
    after = text[number.end : number.right]
    for rule in _rules().after:
        if rule.pattern.search(after):
            return rule.fields["comparator"], rule.id
    before = text[number.left : number.start]
    best, found = -1, None
    for rule in _rules().before:
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
    if number.rule != "number.copies" and _rules().not_before.search(before) and rule not in ("before.at_least", "before.at_most"):
        return False
    if text[number.end : number.end + 1] in "×÷=" and text[number.end : number.end + 1]:
        return False
    sentence = _HARD_PAUSE.split(text[max(0, number.start - 100) : number.start])[-1]
    around = sentence + text[number.end : number.right]
    if _rules().fine.search(around) or _rules().fine.search(text[number.end : number.end + 16]):
        return False
    alone = number.right - number.left - (number.end - number.start) < 2
    if alone and "\n" in text[number.left - 1 : number.left] + text[number.right : number.right + 1]:
        return False  # the cell of a table
    conditional = bool(_rules().not_after.search(after)) and not _rules().governed.search(text, number.left, number.start)
    if rule in ("before.at_least", "before.at_most"):  # 最高不超过300万元的贷款 is a limit, 达到25%的，… a condition
        conditional = _rules().condition.match(after) is not None
    if _names_set(text, number) or _rules().definition.match(text[number.left : number.start]):
        return False
    if unit in _SHARES:
        return not (conditional and rule.startswith("after.") and _rules().kind_share.search(before))
    if "/" in number.unit and not conditional:  # 1000元/生·年 is a rate
        return True
    compared = rule.startswith(("before.", "after."))
    governed = _rules().target.search(sentence if _counts_heads(unit) else text[number.left : number.start])
    if compared:
        if unit in _rules().durations and _rules().limit_of_time.match(after) and not _rules().limit_measured.search(before):
            return False  # 2小时内 is a time limit: a schedule
        if comparator in "<>" and number.right > number.end:
            return False  # 超过800米的…: a condition, unless the phrase ends with the number
        return not conditional and not _rules().forbidden.search(text, number.left, number.start)
    if number.rule in ("number.words", "number.copies"):
        return True
    if number.high is not None:  # 3—12个月: a range is a limit on both sides
        return governed is not None
    if (unit in _rules().compared and not number.unit.startswith(("万", "亿"))) or _rules().set.match(after):
        return False
    return governed is not None or ("元" in unit and _paid_to_each(text, number))


def _is_told(text: str, number: _Number, year: int) -> bool:
    """Whether the sentence reports: 目前 …, 已 …, 2003年 … in a document of 2005."""
    sentence = _HARD_PAUSE.split(text[max(0, number.start - 100) : number.start])[-1]
    if _rules().told.search(sentence) or (number.unit not in _SHARES and _rules().told_sum.search(sentence)):
        return True
    years = [int(named["year"]) for named in _rules().told_year.finditer(sentence)]
    return bool(years) and years[-1] < year


def _paid_to_each(text: str, number: _Number) -> bool:
    """Whether a sum is paid for each one: 按人均3000元对用人单位补贴."""
    return bool(_rules().bearer.search(text, number.left, number.start) and _rules().target.search(text, number.end, number.right))


def _counts_heads(unit: str) -> bool:
    """Whether the unit counts persons or things one by one: then a verb of the phrase before may govern it."""
    return unit not in _rules().measures and "元" not in unit


def _names_set(text: str, number: _Number) -> bool:
    """Whether the count sums up what is listed before it (北京、天津、上海、重庆4个直辖市) or behind it (5项：…)."""
    if number.unit in _rules().set_units and number.high is None and _rules().set_listed.match(text[number.end : number.end + 2]):
        return True
    listed = text[number.left : number.start].rpartition("、")
    return bool(
        listed[1]
        and number.unit in _rules().set_units
        and number.high is None
        and _noun_behind(text[number.end : number.right])
        and not _rules().target.search(listed[2])
        and not _rules().set_reached.search(listed[2])
    )


# ---- naming -----------------------------------------------------------------------------------------------------


def _unit(text: str, number: _Number) -> str:
    """The unit with what it is reckoned by: `每人每年补助2万元` → 万元/人/年."""
    unit = number.unit
    if unit in _SHARES or "/" in unit:
        return unit
    left, _ = _phrase(text, number.start, number.end)
    before = text[left : number.start]
    for bearer in list(_rules().bearer.finditer(before))[-1:]:
        unit += "/" + bearer["bearer"]
    for period in list(_rules().period.finditer(before))[-1:]:
        name = "年" if period["year"] else {"季": "季度", "星期": "周", "天": "日"}.get(period["unit"], period["unit"])
        return f"{unit}/{numeral(period['every']) if period['every'] else ''}{name}"
    span = _rules().span.search(text, left, number.end)
    if span and span.end() <= number.start:
        return f"{unit}/{numeral(span['every'][0])}{span['every'][1:].lstrip('个')}"
    return unit


def _indicator(text: str, number: _Number) -> tuple[str, tuple[str, ...]]:
    """What is measured, and over whom: 在校群体 + 宣传教育覆盖率; 引进的…人数; …会议次数."""
    before = _plain(text[number.left : number.start].replace(FILLER, ""))
    behind = _noun_behind(text[number.end : number.right].replace(FILLER, ""))
    if number.unit in _SHARES:
        return _rate(text, number, before, behind)
    if number.unit in _rules().durations and _rules().limit_measured.search(before + _before_phrase(text, number)):
        return _measured(before) or _measured(_before_phrase(text, number)), ()
    if number.rule == "number.copies":
        return _short(_rules().copied.sub("", _rules().opener.sub("", before)).strip("“”、")) + "份数", ()
    verbs, noun = _verbs_and_noun(text, number, before, behind)
    if number.unit.removeprefix("万") in _rules().times:
        return _short(behind or _rules().opener.sub("", _rules().period.sub("", before)).strip("“”、")) + "次数", ()
    ending = "人数" if number.unit in _rules().persons else "金额" if "元" in number.unit else "数"
    if not verbs + noun and number.left > 1:  # 普通高中（1900元/生·年）: the name stands before the bracket
        left, _ = _phrase(text, number.left - 1, number.left - 1)
        noun = _short(_rules().opener.sub("", _plain(text[left : number.left - 1].replace(FILLER, ""))))
    if noun.endswith(_rules().quantities):
        ending = ""
    return (f"{verbs}的" if verbs and noun else verbs) + noun + ending, ()


def _verbs_and_noun(text: str, number: _Number, before: str, behind: str) -> tuple[str, str]:
    """`重点引进` 100名 `管理人才` → 引进, 管理人才; `培养资助博士后研究人员` 不少于400名 → 培养资助, 博士后研究人员."""
    close = _rules().governed.search(before)
    head = _rules().head.match(before)
    if behind and close:
        return _rules().opener.sub("", close["verbs"]), _short(behind)
    if head and not (behind and len(before) == head.end()):
        return _rules().opener.sub("", head["verbs"]), _short(behind or _rules().opener.sub("", before[head.end() :]))
    rest = _rules().opener.sub("", before)
    if not behind and len(rest) >= 4:
        return "", _short(rest)
    return _governing(text, number, before), _short(behind or rest)


def _before_phrase(text: str, number: _Number) -> str:
    """The phrase before that of the number, without its own number: 审核时间不少于5个工作日，|最长不超过15个工作日."""
    left, _ = _phrase(text, max(number.left - 1, 0), max(number.left - 1, 0))
    return _rules().name_number.sub("", text[left : max(number.left - 1, left)])


def _measured(phrase: str) -> str:
    """The length of time that a phrase measures: 合法性审核时间一般不少于 → 合法性审核时间; "" where it names none."""
    measured = _rules().limit_measured.search(phrase)
    return _short(_rules().opener.sub("", phrase[: measured.end()])) if measured else ""


def _rate(text: str, number: _Number, before: str, behind: str) -> tuple[str, tuple[str, ...]]:
    name = _rules().opener.sub("", before).strip("“”、")
    if len(name) < 2:  # ，达到85%以上: the name stands in the phrase before
        name = _rules().opener.sub("", _plain(_before_phrase(text, number))) or behind
    name = _rules().name_tail.sub("", _rules().name_taken.split(name)[-1])
    split = _rules().group.match(name)
    if split:
        group = re.split("、(?!.*等)", split["group"]) if "等" not in split["group"] else [split["group"]]
        return split["name"], tuple(part for part in group if part)
    tail = name.rsplit("的", 1)[-1]
    return (tail if len(tail) >= 4 else name[-40:]), ()


def _plain(before: str) -> str:
    """What stands before a number without comparator, clause number, 一是 and time: `（一）2026年底前覆盖率达` → 覆盖率."""
    return _rules().time_before.sub("", _rules().counted_off.sub("", _rules().label.sub("", _without_cue(before))))


def _without_cue(before: str) -> str:
    """`before` up to its last comparator: `安装率达` → `安装率`; a comparator at its head leaves the rest (至少召开)."""
    for rule in _rules().before:
        for match in rule.pattern.finditer(before):
            if match.end() == len(before):
                return before[: match.start()]
            if match.start() == 0 or rule.id in ("before.at_least", "before.at_most"):
                before = before[: match.start()] + before[match.end() :]
                break
    return _rules().name_joint.sub("", before)


def _noun_behind(after: str) -> str:
    """The noun a count stands before: `名市管企业中高级经营管理人才` without comparator and brackets."""
    noun = _rules().behind_cue.sub("", after)
    return noun.split("(")[0] if not noun.startswith("(") else ""


def _governing(text: str, number: _Number, before: str) -> str:
    """The verb that governs the count: in its phrase, else the last one before it in the sentence."""
    for place in (before, _HARD_PAUSE.split(text[max(0, number.start - 80) : number.left])[-1]):
        verbs = list(_rules().target.finditer(place))
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
