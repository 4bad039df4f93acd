"""What must be done, reached or avoided, and who bears it on which basis."""

from __future__ import annotations

from dataclasses import replace

import pytest
from by_hand import document
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.extract.citations import find_citations
from jimei_kb.extract.duties import find_duties
from jimei_kb.extract.masks import mask_citations
from jimei_kb.extract.reading import read_clauses
from jimei_kb.records import Clause, Document, Duty, Head, Span

BOTH = ("各社区居委会", "各单位")
"""Two recipients: where nobody is named, 主送机关 bears the duty as addressee."""


def read(made: Document) -> tuple[Duty, ...]:
    """The duties of a document, its cited documents blanked out."""
    return find_duties(made, read_clauses(made, mask_citations(made, find_citations(made))))


def duties(text: str, *, recipients: tuple[str, ...] = BOTH, issuers: tuple[str, ...] = ("集美街道办事处",)) -> tuple[Duty, ...]:
    """The duties of a text that is one clause of a notice to `recipients`."""
    return read(replace(document(text), head=Head(recipients=recipients, issuers=issuers)))


def quotes(text: str) -> list[str]:
    """What is asked."""
    return [duty.quote for duty in duties(text)]


def borne(duty: Duty) -> list[str]:
    """`name:role:basis` of each bearer of a duty."""
    return [f"{b.name}:{b.role}:{b.basis}" for b in duty.actors]


def bases(text: str) -> list[list[str]]:
    """`name:basis` of the bearers of each duty."""
    return [[f"{b.name}:{b.basis}" for b in duty.actors] for duty in duties(text)]


# --- what is a duty ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("加强检查，整改隐患；通报情况。", ["加强检查", "整改隐患", "通报情况"], id="each predicate is one"),
        pytest.param("落实安全、消防、环保责任。", ["落实安全、消防、环保责任"], id="a list of objects under one verb is one"),
        pytest.param("加强检查，并通报情况。", ["加强检查", "通报情况"], id="connectives are left out"),
        pytest.param("按照省、市部署，加强检查。", ["加强检查"], id="an adverbial before the comma is left out"),
        pytest.param("通过宣传，提升意识。", ["提升意识"], id="another"),
        pytest.param("每季度至少召开1次会议。", ["每季度至少召开1次会议"], id="a time before the verb stays"),
        pytest.param("将消防工作，列入议事日程。", ["将消防工作，列入议事日程"], id="an object before the comma stays"),
        pytest.param("对责任不落实的，要严肃问责。", ["对责任不落实的，要严肃问责"], id="and so does 对…的 where the verb needs it"),
        pytest.param("对好做法，要做好宣传推广。", ["对好做法，要做好宣传推广"], id="做好 and a verb have no object of their own"),
        pytest.param("对突出问题，要加强跟踪督办。", ["要加强跟踪督办"], id="verbs are the object of 加强"),
        pytest.param(
            "主要负责人每月至少一次带队对隐患排查情况开展检查。",
            ["主要负责人每月至少一次带队对隐患排查情况开展检查"],
            id="how many times, before the predicate",
        ),
        pytest.param(
            "加强监测。全村面积10平方公里，共有5个小组，505户1748人。", ["加强监测"], id="a count far behind goes on with nothing"
        ),
        pytest.param("针对突出问题，开展整治。", ["开展整治"], id="where it does not, 针对 is left out"),
        pytest.param("引进100名人才，100名青年，50名专家。", ["引进100名人才，100名青年，50名专家"], id="a counted list goes on"),
        pytest.param("重点检查是否存在隐患，是否落实责任。", ["重点检查是否存在隐患，是否落实责任"], id="是否 goes on with the object"),
        pytest.param(
            "坚持“人民至上，生命至上”，严防火灾。", ["坚持“人民至上，生命至上”", "严防火灾"], id="a comma in quotation marks cuts nothing"
        ),
        pytest.param("目标是：1.完成体系建设；2.建成一批平台。", ["完成体系建设", "建成一批平台"], id="numbers inside a paragraph"),
        pytest.param("在市信息办的指导下，开展试点。", ["开展试点"], id="a verb before 下 is part of the adverbial"),
        pytest.param("随着建设的全面开展，加强管理。", ["加强管理"], id="a verb behind 的 is a noun"),
        pytest.param("经认真研究、论证，印发方案。", ["印发方案"], id="what has been gone through"),
        pytest.param("按照国家有关规定执行。", ["按照国家有关规定执行"], id="a verb right behind the adverbial"),
        pytest.param("通过相关网站和平台向社会公开。", ["通过相关网站和平台向社会公开"], id="one adverbial behind another"),
        pytest.param("围绕典型事故开展警示教育。", ["围绕典型事故开展警示教育"], id="a plain verb behind any noun"),
        pytest.param("按照开展检查的要求。", [], id="but not where the adverbial goes on to the end"),
        pytest.param("材料请于10月底前报送至市信息办。", ["材料请于10月底前报送至市信息办"], id="请 behind what is asked for"),
        pytest.param("重大事项及时报告国务院。", ["重大事项及时报告国务院"], id="a topic before its command"),
        pytest.param("应当备案而未备案的，责令改正。", ["责令改正"], id="a condition"),
        pytest.param("2026年底前安全管理水平有效提升。", ["2026年底前安全管理水平有效提升"], id="a state with its day"),
        pytest.param("加强 检查，整改隐 患。", ["加强 检查", "整改隐 患"], id="quoted as printed"),
    ],
)
def test_a_predicate_with_its_object_is_a_duty(text: str, found: list[str]) -> None:
    """One segment, one duty, without what stands around it."""
    assert quotes(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "培训覆盖率达80%。",
        "青年、中年等在职群体培训覆盖率达 80%。",
        "安装率达到100%。",
        "安装率不低于90%。",
        "力争覆盖率达到95%。",
        "推动辖区注册消防宣传志愿者达 400 人。",
    ],
)
def test_a_number_to_be_reached_is_a_duty(text: str) -> None:
    """Though its subject is an indicator."""
    (duty,) = duties(text)
    assert duty.quote == text.rstrip("。")
    assert borne(duty) == ["主送机关:责任:addressee"]  # whoever is counted bears nothing


@pytest.mark.parametrize(
    "text",
    [
        "本办法所称企业，是指依法设立的单位。",
        "安全生产是头等大事。",
        "企业是安全生产的责任主体。",
        "近年来发生了多起事故。",
        "今年以来，发生火灾12起，造成3人死亡。",
        "随着我国进入新的发展阶段，",
        "与建设现代化经济体系的要求相比，",
        "目前，形势依然严峻。",
        "监管能力显著提升。",
        "对信息资源的重要性认识不足。",
        "能够有效地带动发展。",
        "人数达到1000人以上的展会。",
        "隐患未及时整改的。",
        "监管能力进一步增强，安全形势持续向好。",
        "能力明显提升，体系更加健全。",
        "为落实责任，现就有关事项通知如下。",
        "根据有关文件精神，现将任务下达给你们。",
        "特此通知。",
        "自发布之日起施行。",
        "组织领导。",
        "",
    ],
)
def test_a_statement_is_no_duty(text: str) -> None:
    """Definitions, sentences with 是, background, results, openings and closings."""
    assert quotes(text) == []


def test_a_result_that_somebody_shall_bring_about_is_a_duty() -> None:
    """The same words with 推动 before them."""
    assert quotes("推动监管能力显著提升。") == ["推动监管能力显著提升"]


def test_a_definition_ends_at_its_full_stop() -> None:
    """What it lists behind commas commands nothing, the next sentence does."""
    assert quotes("本办法所称企业，是指依法设立，开展经营的单位。加强检查。") == ["加强检查"]


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("加强检查。", "do"),
        ("消除重大隐患。", "do"),
        ("不发生亡人火灾。", "avoid"),
        ("严禁违规生产。", "avoid"),
        ("严防“小火亡人”火灾事故。", "avoid"),
        ("坚决遏制较大事故的发生。", "avoid"),
        ("坚决杜绝“只管合法、不管非法”等问题。", "avoid"),
        ("避免重复检查。", "avoid"),
        ("各单位不得擅自停业。", "avoid"),
        ("每年抽查不少于四次。", "do"),
        ("每年选取不少于5家企业开展指导服务。", "do"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    """To do, or not to let happen."""
    (duty,) = duties(text)
    assert (duty.quote, duty.polarity) == (text.rstrip("。"), polarity)


# --- nobody is named ---


def test_one_recipient_is_named() -> None:
    """The notice is addressed to him."""
    (duty,) = duties("加强检查。", recipients=("各社区居委会",))
    assert borne(duty) == ["各社区居委会:责任:addressee"]


def test_several_recipients_become_the_addressees() -> None:
    """One word for all of them."""
    (duty,) = duties("加强检查。", recipients=BOTH)
    assert borne(duty) == ["主送机关:责任:addressee"]


def test_without_recipients_the_issuer_is_inferred() -> None:
    """A plan binds who made it."""
    (duty,) = duties("加强检查。", recipients=(), issuers=("街道办",))
    assert borne(duty) == ["街道办:责任:inferred"]


@pytest.mark.parametrize("issuers", [(), ("街道办", "区政府")])
def test_without_recipients_and_one_issuer_nobody_can_be_named(issuers: tuple[str, ...]) -> None:
    """The addressees stand for whoever it is."""
    (duty,) = duties("加强检查。", recipients=(), issuers=issuers)
    assert borne(duty) == ["主送机关:责任:inferred"]


@pytest.mark.parametrize("text", ["推进执法全过程上线。", "完善“双随机、一公开”监管。", "立案查处违法行为。"])
def test_enforcement_asked_of_a_residents_committee_is_the_issuers_too(text: str) -> None:
    """A self-governing body has no power of enforcement; a government body has."""
    (duty,) = duties(text, recipients=("各社区居委会",))
    assert borne(duty) == ["各社区居委会:责任:addressee", "集美街道办事处:监管:inferred"]
    (duty,) = duties(text, recipients=("各街道",))
    assert borne(duty) == ["各街道:责任:addressee"]


def test_anything_else_asked_of_a_residents_committee_is_its_own() -> None:
    """No power is needed for it."""
    (duty,) = duties("加强宣传。", recipients=("各社区居委会",))
    assert borne(duty) == ["各社区居委会:责任:addressee"]


# --- somebody is named ---


@pytest.mark.parametrize(
    ("text", "bearers"),
    [
        ("各单位要落实责任。", ["各单位:责任:explicit"]),
        ("社会单位全面落实“三提示”要求。", ["社会单位:责任:explicit"]),
        ("市公安局、市教育局要落实责任。", ["市公安局:责任:explicit", "市教育局:责任:explicit"]),
        ("街道、社区全年至少召开1次会议。", ["街道:责任:explicit", "社区:责任:explicit"]),
        ("各单位、各社区领导落实责任制。", ["各单位、各社区领导:牵头:explicit"]),  # one shared post
        ("由市应急局组织实施。", ["市应急局:责任:explicit"]),
        ("请各单位加强宣传。", ["各单位:责任:explicit"]),
        ("市应急局负责监督检查。", ["市应急局:监管:explicit"]),
    ],
)
def test_the_subject_bears_the_duty(text: str, bearers: list[str]) -> None:
    """Named in the sentence: explicit."""
    (duty,) = duties(text)
    assert borne(duty) == bearers


@pytest.mark.parametrize(
    ("text", "bearers"),
    [
        ("区消防大队牵头，区住建局配合，开展专项检查。", ["区消防大队:牵头:ellipsis", "区住建局:配合:ellipsis"]),
        (
            "由市应急局牵头，市公安局、市教育局配合，制定方案。",
            ["市应急局:牵头:ellipsis", "市公安局:配合:ellipsis", "市教育局:配合:ellipsis"],
        ),
        ("区教育局负责、各镇街参与，组织宣传。", ["区教育局:责任:ellipsis", "各镇街:配合:ellipsis"]),
        ("市应急局牵头负责专项整治。", ["市应急局:牵头:explicit"]),
    ],
)
def test_parts_that_are_shared_out_before_the_command(text: str, bearers: list[str]) -> None:
    """A牵头，B配合，|做 Y is one duty of both, and the sharing out is none."""
    (duty,) = duties(text)
    assert borne(duty) == bearers


def test_an_object_bears_nothing() -> None:
    """Who is inspected or helped is not who shall do it."""
    assert bases("对社会单位开展检查，配合公安机关调查火灾。") == [["主送机关:addressee"]] * 2


def test_a_subject_goes_on_to_the_next_comma() -> None:
    """Left out in the second half: ellipsis, in the same part."""
    first, second = duties("各单位、各社区领导落实责任制，定期带队检查。")
    assert borne(first) == ["各单位、各社区领导:牵头:explicit"]
    assert borne(second) == ["各单位、各社区领导:牵头:ellipsis"]


def test_a_subject_set_off_by_a_comma_bears_the_command_behind_it() -> None:
    """各单位，|要加强检查."""
    (duty,) = duties("各单位，要加强检查。")
    assert borne(duty) == ["各单位:责任:ellipsis"]


def test_a_new_subject_takes_over() -> None:
    """Nothing is carried past it."""
    assert bases("市公安局要落实责任，市教育局要加强宣传，通报情况。") == [
        ["市公安局:explicit"],
        ["市教育局:explicit"],
        ["市教育局:ellipsis"],
    ]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        pytest.param("市公安局要落实责任。加强宣传。", "市公安局:ellipsis", id="a governing body"),
        pytest.param("各社区要落实责任。加强宣传。", "各社区:ellipsis", id="another"),
        pytest.param("各级领导要落实责任。加强宣传。", "主送机关:addressee", id="a post"),
        pytest.param("企业负责人要落实责任。加强宣传。", "主送机关:addressee", id="a post in an enterprise"),
        pytest.param("社会单位要落实责任。加强宣传。", "主送机关:addressee", id="a governed body"),
        pytest.param("由市教育局给予补助。加强宣传。", "主送机关:addressee", id="由 speaks of its sentence only"),
        pytest.param("督促企业落实责任。加强宣传。", "主送机关:addressee", id="who is urged"),
        pytest.param("市公安局要落实责任。\n加强宣传。", "主送机关:addressee", id="not into the next paragraph"),
    ],
)
def test_only_a_governing_body_is_carried_over_the_full_stop(text: str, second: str) -> None:
    """And never over the end of a paragraph."""
    assert bases(text)[1] == [second]


NOTICE = """关于某项工作的通知

各镇人民政府：

一、职责分工
（一）市公安局。负责道路交通安全监管，查处违法行为。
（二）市应急局：负责综合监管。协调处理事故。
（三）办公室主要职责
1.负责日常工作。
二、领导小组办公室设在市应急局。其主要职责：
（一）组织督查；
"""


def test_who_is_named_over_a_list_of_duties_bears_them() -> None:
    """By the heading, before a colon, or in the sentence before 其主要职责."""
    assert {duty.quote: borne(duty) for duty in read(parse_text(NOTICE))} == {
        "负责道路交通安全监管": ["市公安局:责任:ellipsis"],
        "查处违法行为": ["市公安局:责任:ellipsis"],
        "负责综合监管": ["市应急局:责任:ellipsis"],
        "协调处理事故": ["市应急局:责任:ellipsis"],
        "负责日常工作": ["办公室:责任:ellipsis"],
        "组织督查": ["领导小组办公室:责任:ellipsis"],
    }


def test_nobody_is_carried_into_the_next_clause() -> None:
    """Each clause starts anew."""
    text = "市公安局要落实责任。\n加强宣传。"
    border = text.index("\n") + 1
    clauses = (Clause("一", "clause", "一", Span(0, border), 0), Clause("二", "clause", "二", Span(border, len(text)), border))
    made = replace(document(text, clauses=clauses), head=Head(recipients=("各街道",)))
    assert [(d.clause, *borne(d)) for d in read(made)] == [("一", "市公安局:责任:explicit"), ("二", "各街道:责任:addressee")]


# --- tags ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("加强检查（市应急局负责）。", [["市应急局:explicit"]], id="a tag outweighs the addressees"),
        pytest.param("加强检查，通报情况；落实责任。（市应急局负责）", [["市应急局:explicit"]] * 3, id="for all before it"),
        pytest.param("加强检查。（市应急局负责）加强宣传。", [["市应急局:explicit"], ["主送机关:addressee"]], id="for nothing behind it"),
        pytest.param(
            "加强检查。（市应急局负责）加强宣传。（市公安局负责）",
            [["市应急局:explicit"], ["市公安局:explicit"]],
            id="each its own stretch",
        ),
        pytest.param("加强检查。\n责任单位：市应急局", [["市应急局:explicit"]], id="on its own line"),
        pytest.param("各单位要加强宣传。（责任单位：市应急局）", [["各单位:explicit"]], id="a subject outweighs the tag"),
    ],
)
def test_a_tag_names_the_bearers_of_the_duties_before_it(text: str, found: list[list[str]]) -> None:
    """（…负责）, 责任单位：…."""
    assert bases(text) == found


def test_the_bearers_of_a_tag_have_the_part_that_it_gives() -> None:
    """Who leads, who helps."""
    (duty,) = duties("加强检查。（牵头单位：市应急局，配合单位：市公安局）")
    assert borne(duty) == ["市应急局:牵头:explicit", "市公安局:配合:explicit"]


def test_a_tag_is_no_part_of_a_quotation() -> None:
    """Nor a duty of its own."""
    assert quotes("加强检查（市应急局牵头，市公安局配合）。") == ["加强检查"]


# --- urging, organising, reporting ---


def test_who_urges_and_who_is_urged() -> None:
    """督促 X 做 Y: the urging body supervises, X does it."""
    (duty,) = duties("市应急局要督促企业落实主体责任。")
    assert borne(duty) == ["市应急局:监管:explicit", "企业:责任:explicit"]
    assert duty.urged == ("企业",)


def test_the_addressees_urge_where_nobody_else_is_named() -> None:
    """In the part of who supervises."""
    (duty,) = duties("督促社会单位、学校落实主体责任。")
    assert borne(duty) == ["主送机关:监管:addressee", "社会单位:责任:explicit", "学校:责任:explicit"]


def test_what_follows_an_urging_is_done_by_the_urged() -> None:
    """督促 X 做 Y，|做 Z: X does Z too, still supervised."""
    first, second = duties("市应急局要督促企业落实主体责任，建立台账。")
    assert borne(first) == ["市应急局:监管:explicit", "企业:责任:explicit"]
    assert borne(second) == ["企业:责任:ellipsis", "市应急局:监管:ellipsis"]


def test_urging_without_a_body_is_ones_own_duty() -> None:
    """督促整改隐患 urges nobody by name."""
    (duty,) = duties("督促整改消防安全隐患。")
    assert (borne(duty), duty.urged) == (["主送机关:责任:addressee"], ())


def test_an_urging_that_breaks_off_goes_on_behind_the_comma() -> None:
    """督促 X 按照…，|做 Y is one duty."""
    assert quotes("督促企业按照有关要求，建立台账。") == ["督促企业按照有关要求，建立台账"]


def test_who_organises_goes_on_acting() -> None:
    """组织 X 做 Y，|做 Z: X helps with Y, Z is the organiser's."""
    first, second = duties("市应急局要组织企业开展演练，完善制度。")
    assert borne(first) == ["市应急局:责任:explicit", "企业:配合:explicit"]
    assert borne(second) == ["市应急局:责任:ellipsis"]


def test_a_receiver_of_reports_does_not_report_to_itself() -> None:
    """Of the subjects carried over only the others report."""
    _, second = duties("市政府、市公安局开展研判，并向市政府书面报告。")
    assert second.quote == "向市政府书面报告"
    assert [b.name for b in second.actors] == ["市公安局"]


def test_a_lower_body_reports_to_a_higher_one_of_a_longer_name() -> None:
    """街道 is 街道办 here."""
    _, second = duties("街道、社区每半年开展研判，并向街道办书面报告。")
    assert [b.name for b in second.actors] == ["社区"]


# --- any text ---

_NAMES = ["市应急局", "各单位", "本", "社会单位", "企业", "领导", "各街道："]
_CUES = ["一、", "（一）", "1.", "要", "不得", "确保", "督促", "组织", "会同", "由", "对", "将", "向", "按照", "加强"]
_REST = ["落实", "开展", "报告", "主体责任", "检查", "隐患", "显著提升", "是指", "是否", "是", "目前", "覆盖率达", "80%", "100名"]
_MORE = ["负责", "牵头单位：", "2024年底前"]
_MARKS = "、，。；：\n （）《》“”"
_WORDS = st.sampled_from([*_NAMES, *_CUES, *_REST, *_MORE, *_MARKS])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(_WORDS, max_size=40).map("".join))
def test_any_text_is_read_and_quoted_exactly(text: str) -> None:
    """Inside its clause, in text order without overlap; every duty has a bearer, none twice."""
    made = parse_text(text)
    spans = {clause.id: clause.content for clause in made.clauses}
    at = 0
    for duty in read(made):
        assert duty.quote == made.text[duty.span.start : duty.span.end] != ""
        assert spans[duty.clause].holds(duty.span)
        assert at <= duty.span.start
        at = duty.span.end
        names = [bearer.name for bearer in duty.actors]
        assert names
        assert all(names)
        assert len(set(names)) == len(names)
        assert duty.polarity in ("do", "avoid")


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_foreign_text_is_read_too(text: str) -> None:
    """Scripts, signs and control characters."""
    made = parse_text(text)
    assert all(d.quote == d.span.of(made.text) for d in read(made))
