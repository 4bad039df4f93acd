"""The whole calculation: what holds for any evidence, the order of the steps, and how a score shows itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.document import read_document
from jimei_kb.errors import SchemeError
from jimei_kb.results.facts import ANY, Award, Awards, Event, Events, Judgement, Known, Movement, NotApplicable, Proof, Share, Unknown
from jimei_kb.results.scheme import read_scheme
from jimei_kb.results.scoring import NOT_ASSESSED, NOTHING_APPLIES, score, score_units

if TYPE_CHECKING:
    import random

YEAR = date(2024, 1, 1)
EVERY_RULE = read_scheme(Path(__file__).parent / "every-rule.toml")


def k(number):
    return Known(Decimal(number))


def complete():
    """Facts that earn every point of every-rule.toml but the bonus."""
    return {
        "within": k(1),
        "plan": k(1),
        "meetings": Events(tuple(Event(date(2024, month, day)) for month in (1, 4, 7, 10) for day in (8, 9)), k(0)),
        "coverage": Share(k(80), k(100)),
        "illiterate": Share(k(0), k(50)),
        "impression": Judgement(Decimal(0), "评分人甲"),
        "number": k(1),
        "injured": k(0),
        "deaths": Movement(k(100), k(93)),
        "festival": Events((), k(0)),
        "reports": k(9),
        "results": k(10),
        "major": k(0),
        "award": Awards((), k(0)),
        "concealed": k(0),
        "criticised": k(0),
    }


# --- evidence of any kind, and more of it --------------------------------------------------------------------------------

WHOLE = st.integers(0, 6).map(Decimal)
DAYS = st.integers(0, 365).map(lambda number: YEAR + timedelta(days=number))


@st.composite
def amounts(draw):
    if draw(st.booleans()):
        return Known(draw(WHOLE))
    least = draw(WHOLE)
    return Unknown(least, draw(st.sampled_from([least, least + 2, ANY.most])))


@st.composite
def events(draw):
    dated = tuple(Event(draw(st.one_of(st.none(), DAYS))) for _ in range(draw(st.integers(0, 6))))
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Events(dated, draw(amounts()), draw(st.sampled_from([None, (first, last)])))


@st.composite
def shares(draw):
    whole = draw(amounts())
    return Share(draw(amounts()), whole if whole.most else Known(Decimal(3)))


AWARDS = st.lists(st.builds(Award, st.sampled_from(["市", "省"]), st.sampled_from(["甲", "乙"])), max_size=3).map(tuple)
EVIDENCE = {
    **dict.fromkeys(("within", "plan", "number", "injured", "reports", "major", "concealed", "criticised"), amounts()),
    **dict.fromkeys(("meetings", "festival"), events()),
    **dict.fromkeys(("coverage", "illiterate"), shares()),
    "impression": st.sampled_from([0, 2, 6]).map(lambda points: Judgement(Decimal(points), "甲")),
    "deaths": st.builds(Movement, amounts(), amounts()),
    "results": amounts(),
    "award": st.builds(Awards, AWARDS, amounts()),
}


@st.composite
def facts(draw):
    """Some of the facts of every-rule.toml, known or not."""
    return {name: draw(EVIDENCE[name]) for name in EVIDENCE if draw(st.booleans())}


def narrower(draw, amount, *, to_the_end):
    """`amount` with less left open; with nothing left `to_the_end`."""
    if isinstance(amount, Known):
        return amount
    top = int(min(amount.most, amount.least + 4))
    least = Decimal(draw(st.integers(int(amount.least), top)))
    if to_the_end:
        return Known(least)
    return Unknown(least, draw(st.sampled_from([amount.most, Decimal(max(top, least))])))


def dated(draw, found, *, to_the_end):
    """Events with some of those that were unknown found, and with days."""
    rest = narrower(draw, found.rest, to_the_end=to_the_end)
    first, last = found.within or (YEAR, YEAR + timedelta(days=365))
    inside = st.integers(0, (last - first).days).map(lambda number: first + timedelta(days=number))
    known = tuple(Event(draw(DAYS)) if one.day is None and (to_the_end or draw(st.booleans())) else one for one in found.known)
    new = int(rest.least) if to_the_end else draw(st.integers(0, int(rest.least)))
    rest = Known(rest.value - new) if isinstance(rest, Known) else Unknown(rest.least - new, rest.most - new)
    return Events((*known, *(Event(draw(inside)) for _ in range(new))), rest, found.within)


def more(draw, fact, *, to_the_end):
    """`fact` with more known about it."""
    match fact:
        case Known() | Unknown():
            return narrower(draw, fact, to_the_end=to_the_end)
        case Events():
            return dated(draw, fact, to_the_end=to_the_end)
        case Share(part=part, whole=whole):
            found = narrower(draw, whole, to_the_end=to_the_end)
            return Share(narrower(draw, part, to_the_end=to_the_end), found if found.most else Known(Decimal(1)))
        case Movement(before=before, now=now):
            return Movement(narrower(draw, before, to_the_end=to_the_end), narrower(draw, now, to_the_end=to_the_end))
        case Awards(known=known, rest=rest):
            left = narrower(draw, rest, to_the_end=to_the_end)
            new = int(left.least) if to_the_end else draw(st.integers(0, int(left.least)))
            left = Known(left.value - new) if isinstance(left, Known) else Unknown(left.least - new, left.most - new)
            found = tuple(Award(draw(st.sampled_from(["市", "省"])), draw(st.sampled_from(["甲", "丙"]))) for _ in range(new))
            return Awards((*known, *found), left)
    return fact


UNSAID = {
    **dict.fromkeys(("meetings", "festival"), Events((), ANY)),
    **dict.fromkeys(("coverage", "illiterate"), Share(ANY, ANY)),
    "deaths": Movement(ANY, ANY),
    "award": Awards((), ANY),
}


def with_more(draw, known, *, to_the_end=False):
    """The same facts with more of them known; with all of them `to_the_end`."""
    found = {}
    for name, any_evidence in EVIDENCE.items():
        if name in known:
            found[name] = more(draw, known[name], to_the_end=to_the_end)
        elif name == "impression":
            if to_the_end or draw(st.booleans()):
                found[name] = draw(any_evidence)
        elif to_the_end or draw(st.booleans()):
            found[name] = more(draw, UNSAID.get(name, ANY), to_the_end=to_the_end)
    return found


def usable(known):
    """Facts that the rule can use: what is reported for the unlisted points is at most these."""
    return {name: fact for name, fact in known.items() if name != "results" or fact.least <= 10}


def within(inner, outer):
    return outer.worst <= inner.worst <= inner.best <= outer.best


@settings(max_examples=300)
@given(st.data())
def test_more_evidence_never_widens_a_score(data):
    """Neither the worst case falls nor the best rises, of no item, no component, not of the total, and no new grade is possible."""
    known = usable(data.draw(facts()))
    before = score(EVERY_RULE, "甲", known)
    after = score(EVERY_RULE, "甲", usable(with_more(data.draw, known)))
    assert within(after.total, before.total)
    assert set(after.grades) <= set(before.grades)
    for old, new in zip(before.components, after.components, strict=True):
        assert within(new.points, old.points)
        assert all(within(b.points, a.points) for a, b in zip(old.items, new.items, strict=True))
    assert all(within(b.points, a.points) for a, b in zip(before.adjustments, after.adjustments, strict=True))


@settings(max_examples=300)
@given(st.data())
def test_a_score_contains_that_of_every_completion(data):
    """Whatever the unknown turns out to be: the score lies within, and so does the grade."""
    known = usable(data.draw(facts()))
    before = score(EVERY_RULE, "甲", known)
    after = score(EVERY_RULE, "甲", usable(with_more(data.draw, known, to_the_end=True)))
    assert within(after.total, before.total)
    assert set(after.grades) <= set(before.grades)


@given(facts())
def test_floors_and_caps_hold(known):
    found = score(EVERY_RULE, "甲", usable(known))
    assert 0 <= found.total.worst <= found.total.best <= 110
    for one in (item for component in found.components for item in component.items):
        assert one.points.best <= one.item.max
        assert one.item.negative or one.points.worst >= 0
    (_, award) = found.adjustments
    assert 0 <= award.points.worst <= award.points.best <= 5


@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(known, chance: random.Random):
    """Facts, events, awards and units in any order: the same numbers, and the same sums."""

    def shuffled(values):
        values = list(values)
        chance.shuffle(values)
        return tuple(values)

    def mixed(fact):
        return replace(fact, known=shuffled(fact.known)) if isinstance(fact, Events | Awards) else fact

    units = {"甲": usable(known), "乙": complete(), "丙": {}}
    again = {name: {key: mixed(units[name][key]) for key in shuffled(units[name])} for name in shuffled(units)}
    assert score_units(EVERY_RULE, units).rows() == score_units(EVERY_RULE, again).rows()


# --- the steps ---------------------------------------------------------------------------------------------------------------


def test_all_points(every_rule):
    """80 become 60; 50 count 0.8 times: 40."""
    found = score(every_rule, "甲", complete(), [{"reports": k(8)}])
    assert (found.total, found.total_of, found.grades) == ((100, 100), 100, ("优秀",))
    assert found.deductions() == []


def test_an_item_may_be_negative_only_where_the_scheme_says_so(every_rule):
    """Six accidents, one of them let pass: 10 − 20 = −10, and that lowers the component: 50 − 20 = 30, times 0.8."""
    found = score(every_rule, "甲", {**complete(), "number": k(6)})
    (_, results) = found.components
    (accidents, *_) = results.items
    assert accidents.points == (-10, -10)
    assert results.points == (24, 24)


@pytest.mark.parametrize(
    ("changed", "total", "grade"),
    [
        ({"major": k(1)}, 80, "良好"),  # −20, and the cap has nothing left to do
        ({"concealed": k(1)}, 100, "不合格"),
        ({"award": Awards((Award("省", "甲"), Award("市", "甲"), Award("市", "乙")), k(0))}, 104, "优秀"),  # 甲 once, at its highest
        ({"award": Awards((Award("省", "甲"), Award("省", "乙")), k(0))}, 105, "优秀"),  # capped at 5
        ({"major": k(1), "award": Awards((Award("省", "甲"), Award("省", "乙")), k(0))}, 85, "良好"),
        ({"within": k(0)}, 100, NOT_ASSESSED),
    ],
)
def test_after_the_sum(every_rule, changed, total, grade):
    found = score(every_rule, "甲", {**complete(), **changed}, [{"reports": k(8)}])
    assert (found.total, found.grades) == ((total, total), (grade,))


def test_a_cap_lowers_the_grade_and_a_veto_comes_behind_it(every_rule):
    """95 points with an event that costs nothing: the cap makes 良好 of 优秀, a veto 不合格 of that; perhaps is each of them."""
    (event,) = every_rule.penalties
    free = replace(every_rule, penalties=(replace(event, points=Decimal(0)),))
    perhaps = Unknown(Decimal(0), Decimal(1))
    grades = [
        score(free, "甲", {**complete(), "major": major, "concealed": concealed}, [{"reports": k(8)}]).grades
        for major, concealed in ((k(1), k(0)), (k(1), k(1)), (perhaps, k(0)), (perhaps, perhaps))
    ]
    assert grades == [("良好",), ("不合格",), ("优秀", "良好"), ("优秀", "良好", "不合格")]


@pytest.mark.parametrize(
    ("rule_id", "total", "total_of"),
    [
        ("plan", "100", "100"),  # redistribute: the other 70 points count as 80
        ("impression", "100", "100"),  # full
        ("reports", "92", "92"),  # drop: 10 × 0.8 can no longer be reached
    ],
)
def test_an_item_that_does_not_apply(every_rule, rule_id, total, total_of):
    found = score(every_rule, "甲", {**complete(), rule_id: NotApplicable("没有")}, [{"reports": k(8)}])
    assert (found.total, found.total_of) == ((Decimal(total), Decimal(total)), Decimal(total_of))


def test_points_that_are_spread_follow_the_weight(every_rule):
    """Without the plan 70 points stand for 80: half of the training lost is 15 × 80 / 70 of 80, that × 60 / 80 of the total."""
    facts = {**complete(), "plan": NotApplicable("没有"), "coverage": Share(k(20), k(100))}
    (work, _) = score(every_rule, "甲", facts).components
    assert work.raw == (Decimal("62.9"), Decimal("62.9"))  # 55 × 80 / 70
    assert work.points == (Decimal("47.1"), Decimal("47.1"))


def test_where_nothing_applies_there_is_no_grade(every_rule):
    item = replace(every_rule.components[0].items[1], max=Decimal(100))
    scheme = replace(every_rule, components=(replace(every_rule.components[0], items=(item,)),), preconditions=())
    found = score(scheme, "甲", {"meetings": NotApplicable("无")})
    assert (found.total_of, found.grades) == (0, (NOTHING_APPLIES,))


def test_a_half_is_rounded_as_a_half(every_rule):
    """7 of 70 are 3 of 30 exactly, though 30/70 has no end."""
    work = replace(every_rule.components[0], items=(), unlisted=Decimal(70), max=Decimal(70), rescale_to=Decimal(30))
    scheme = replace(every_rule, components=(work,))
    (found,) = score(scheme, "甲", {"work": k("0.35")}).components
    assert found.points == (Decimal("0.2"), Decimal("0.2"))  # 0.15


# --- several units -------------------------------------------------------------------------------------------------------------


def test_units_are_ranked_and_the_first_have_the_title(every_rule):
    """乙 lost its plan; who was criticised, or may have been, has no title for sure."""
    units = {"乙": {**complete(), "plan": k(0)}, "甲": complete()}
    rows = score_units(every_rule, units).rows()
    assert [(row["unit"], row["rank_best"], row["rank_worst"], row["honour"]) for row in rows] == [("甲", 1, 1, "是"), ("乙", 2, 2, "否")]
    honours = [
        {row["unit"]: row["honour"] for row in score_units(every_rule, {**units, "甲": {**complete(), "criticised": fact}}).rows()}["甲"]
        for fact in (k(1), Unknown())
    ]
    assert honours == ["否", "未定"]


def test_a_rule_that_ranks_sees_the_other_units(every_rule):
    """Both have nine reports: both are first."""
    units = {"甲": complete(), "乙": complete(), "丙": {**complete(), "reports": k(8)}}
    assert [one.total.best for one in score_units(every_rule, units).items] == [100, 100, 92]


def test_a_fact_for_no_rule_is_refused(every_rule):
    with pytest.raises(SchemeError, match=r"甲：评分办法 every-rule 没有 meeting；有的是 within、plan、meetings"):
        score(every_rule, "甲", {"meeting": k(1)})


def test_a_fact_of_the_wrong_form_is_refused(every_rule):
    with pytest.raises(SchemeError, match="coverage：事实给的是 Known，规则要的是 Share"):
        score(every_rule, "甲", {"coverage": k(1)})
    with pytest.raises(SchemeError, match="award：事实给的是 Known，加分要的是 Awards"):
        score(every_rule, "甲", {"award": k(1)})
    with pytest.raises(SchemeError, match="表彰的级别是 县，评分办法有 市、省"):
        score(every_rule, "甲", {"award": Awards((Award("县", "甲"),), k(0))})
    with pytest.raises(SchemeError, match="results：报了 11 分，满分是 10 分"):
        score(every_rule, "甲", {"results": k(11)})
    with pytest.raises(SchemeError, match="impression：甲 扣了 7 分；规则允许不扣，或扣 2 至 6 分"):
        score(every_rule, "甲", {"impression": Judgement(Decimal(7), "甲")})


# --- what it shows -----------------------------------------------------------------------------------------------------------


def test_a_deduction_keeps_rule_reason_clause_and_proof(every_rule):
    proof = Proof("会议 第7行", "一季度会议", date(2024, 1, 8), "评分人甲")
    held = Events((Event(date(2024, 1, 8), (proof,)),), k(0))
    found = score(every_rule, "甲", {**complete(), "meetings": held})
    (first, *_) = found.deductions()
    assert (first.rule.id, first.item.clause, first.item.quote) == ("meetings", "一", "每季度召开会议")
    assert (first.loss.least, first.loss.most, first.loss.proofs) == (3, 3, (proof,))
    row = next(row for row in found.rows() if row["step"] == "扣分")
    assert (row["reason"], row["clause"], row["quote"]) == ("第一季度应有2次，有据可查1次", "一", "每季度召开会议")
    assert row["proof"] == "会议 第7行：“一季度会议”（2024-01-08，评分人：评分人甲）"
    item = next(row for row in found.rows() if row["id"] == "meetings" and row["step"] == "考核项")
    assert (item["worst"], item["reason"]) == (0, "应扣21分，扣完为止")


def test_text_and_html_have_every_fact(every_rule):
    found = score(every_rule, "甲", {**complete(), "meetings": Events((), ANY), "major": Unknown()})
    for shown in (repr(found), found._repr_html_()):
        assert "有未知情况，从最低到最高" in shown
        assert "第三季度应有2次，有据可查0次，是否另有记录不明" in shown
        assert "无下限" in shown  # any number of major accidents
        assert "等次未定，可能为：优秀、良好、合格、不合格" in shown


class Tags(HTMLParser):
    """The names of the elements."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)


def test_nothing_in_a_fact_is_obeyed(every_rule, tmp_path):
    harm = '=1+1"><script>alert(1)</script>\x1b[31m'
    held = Events((Event(date(2024, 1, 8), (Proof(harm, harm, None, harm),)),), k(0))
    found = score(every_rule, harm, {**complete(), "meetings": held, "plan": NotApplicable(harm)})
    units = score_units(every_rule, {harm: {}})
    for one in (found, units):
        tags = Tags()
        tags.feed(one._repr_html_())
        assert tags.names <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
        assert "\x1b" not in repr(one) + one._repr_html_()
        one.to_csv(tmp_path / "x.csv")
        assert "\n\"'=1+1" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
        one.to_excel(tmp_path / "x.xlsx")


def test_rows_have_the_columns(every_rule):
    for one in (score(every_rule, "甲", {}), score_units(every_rule, {"甲": {}}), score_units(None, {"甲": {}})):
        assert all(list(row) == list(one.columns) for row in one.rows())
        assert list(one.frame().columns) == list(one.columns)


# --- the scheme that is shipped --------------------------------------------------------------------------------------------


def test_the_default_scheme_quotes_the_notice_and_says_that_its_weights_are_no_ones(root, seed_path):
    """Each item stands in a clause of the seed, word for word; each output says 示例权重."""
    scheme = read_scheme(root / "data" / "schemes" / "jimei-2024-46.toml")
    document = read_document(seed_path)
    clauses = {clause.id: clause.span.of(document.text) for clause in document.clauses}
    items = [item for component in scheme.components for item in component.items]
    assert len(items) == 17
    for item in items:
        assert item.quote in clauses[item.clause], item.id
    found = score_units(scheme, {"甲社区": {}})
    for one in (found, *found.items):
        assert "示例权重：分值、权重和等次为演示而设，不出自被考核的文件" in repr(one)
        assert "示例权重：分值、权重和等次为演示而设，不出自被考核的文件" in one._repr_html_()
        assert all("示例权重" in row["scheme"] for row in one.rows())
    assert found.items[0].total == (0, 100)


@given(st.lists(st.tuples(WHOLE, WHOLE).map(sorted), min_size=1, max_size=6))
def test_places_are_those_of_the_definition(ranges):
    """At best, as many are ahead as surely have more; at worst, as many as may have more."""
    scheme = replace(
        EVERY_RULE, base=Decimal(6), components=(replace(EVERY_RULE.components[1], items=(), unlisted=Decimal(6), max=Decimal(6)),)
    )
    scheme = replace(
        scheme, components=(replace(scheme.components[0], weight=Decimal(1), rescale_to=Decimal(6)),), penalties=(), bonuses=()
    )
    units = {str(number): {"results": Unknown(worst, best)} for number, (worst, best) in enumerate(ranges)}
    for row in score_units(scheme, units).rows():
        others = [one for number, one in enumerate(ranges) if str(number) != row["unit"]]
        worst, best = ranges[int(row["unit"])]
        assert row["rank_best"] == 1 + sum(other[0] > best for other in others)
        assert row["rank_worst"] == 1 + sum(other[1] > worst for other in others)
