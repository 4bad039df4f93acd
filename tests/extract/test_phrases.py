"""Segments between commas, and what each is made of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.extract.phrases import Phrase, analyse, segments


def cut(text: str) -> list[str]:
    """The segments of a text."""
    return [text[s.start : s.end] for s in segments(text, 0, len(text))]


def taken_apart(text: str) -> Phrase:
    """A text that is one segment, analysed."""
    return analyse(text, 0, len(text))


def marked(text: str) -> str:
    """`text` with 〈subject〉 and 【verb】 marked; a frame or a noun phrase stays as it is."""
    phrase = taken_apart(text)
    if phrase.form != "predicate":
        return text
    subject = f"〈{text[phrase.body : phrase.subject_end]}〉" if phrase.subject_end > phrase.body else ""
    between, verb = text[phrase.subject_end : phrase.verb], text[phrase.verb : phrase.verb_end]
    return f"{text[: phrase.body]}{subject}{between}【{verb}】{text[phrase.verb_end :]}"


def unmarked(text: str) -> str:
    """`text` without the marks of `marked`."""
    return text.translate(dict.fromkeys(map(ord, "〈〉【】")))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("加强检查，整改隐患；通报情况。", ["加强检查", "整改隐患", "通报情况"], id="every mark cuts"),
        pytest.param("加强检查,整改隐患;通报情况", ["加强检查", "整改隐患", "通报情况"], id="half-width marks too"),
        pytest.param("职责：检查", ["职责", "检查"], id="a colon cuts"),
        pytest.param("开展检查、整改隐患", ["开展检查、整改隐患"], id="a list comma does not"),
        pytest.param("坚持“人民至上，生命至上”，严防火灾", ["坚持“人民至上，生命至上”", "严防火灾"], id="quotation marks"),
        pytest.param(
            "落实《甲，乙》（集府〔2024〕1号，试行），加强检查", ["落实《甲，乙》（集府〔2024〕1号，试行）", "加强检查"], id="brackets"
        ),
        pytest.param(
            "落实《关于印发《甲，乙》的通知》，加强检查", ["落实《关于印发《甲，乙》的通知》", "加强检查"], id="a title in a title"
        ),
        pytest.param("按照（甲，乙（丙，丁）戊），做到", ["按照（甲，乙（丙，丁）戊）", "做到"], id="a bracket in a bracket"),
        pytest.param("“甲（乙，丙”，丁）", ["“甲（乙，丙”", "丁）"], id="the outer pair decides"),
        pytest.param("落实（甲，乙", ["落实（甲", "乙"], id="a bracket that is never closed holds nothing"),
        pytest.param("落实（甲\n乙），丙", ["落实（甲", "乙）", "丙"], id="no bracket reaches over a paragraph"),
        pytest.param("甲），乙", ["甲）", "乙"], id="a bracket that was never opened"),
        pytest.param(" 　检查　，  整改  ", ["检查", "整改"], id="blanks belong to no segment"),
        pytest.param("，，。", [], id="marks alone are none"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_segments_end_at_marks_outside_brackets(text: str, pieces: list[str]) -> None:
    """Brackets and quotation marks are kept whole where they are closed."""
    assert cut(text) == pieces


def test_a_segment_knows_whether_it_opens_a_sentence_or_a_paragraph() -> None:
    """`first` behind 。；！？ and a line feed, `opening` behind a line feed only."""
    text = "甲，乙。丙；丁\n戊，己"
    kinds = {text[s.start : s.end]: (s.first, s.opening) for s in segments(text, 0, len(text))}
    assert kinds == {
        "甲": (True, True),
        "乙": (False, False),
        "丙": (True, False),
        "丁": (True, False),
        "戊": (True, True),
        "己": (False, False),
    }


def test_a_segment_keeps_the_mark_behind_it() -> None:
    """The last one has none where the text just ends."""
    text = "甲，乙。丙"
    assert [s.mark for s in segments(text, 0, len(text))] == ["，", "。", ""]


def test_only_the_asked_for_stretch_is_cut() -> None:
    """Offsets stay those of the whole text."""
    text = "甲，乙丙，丁"
    assert [(s.start, s.end) for s in segments(text, 2, 4)] == [(2, 4)]


@pytest.mark.parametrize(
    "specimen",
    [
        "【落实】24小时值班值守制度",
        "深入【开展】专项整治",  # an adverb before the verb
        "同时【加强】检查",  # a connective
        "〈各单位〉要【落实】责任",
        "〈各社区居委会〉应当定期【组织】检查",
        "〈组织部门〉要【加强】管理",  # 组织 opens a name here
        "〈安委会〉要【组织】督查",  # 会 belongs to the name, not to the verb
        "要【牢固树立】安全发展理念",  # a modal without subject
        "可以【给予】奖励",
        "对辖区单位【开展】检查",  # the object comes first
        "对检查发现的问题逐一【建立】台账",
        "将消防工作【列入】重要议事日程",
        "并向街道办【书面报告】",
        "由市应急局【牵头】负责",
        "在城中村常态化【开展】灭火器配备更新工作",
        "通过以案说法等方式【开展】警示教育",
        "利用现代手段【提升】水平",
        "每季度至少【召开】1次会议",
        "2025年12月底前【完成】整改",
        "5年内重点【引进】100名人才",
        "【不发生】亡人火灾",
        "【严禁】违规生产",
        "坚决【遏制】较大事故的发生",
        "【督促】企业落实主体责任",
    ],
)
def test_a_predicate_is_found_with_its_subject(specimen: str) -> None:
    """〈subject〉 and 【first verb】; modals, adverbs, times and adverbials stand between them."""
    assert marked(unmarked(specimen)) == specimen
    assert taken_apart(unmarked(specimen)).form == "predicate"


@pytest.mark.parametrize(
    ("text", "modal"),
    [
        ("各单位要落实责任", "要"),
        ("各单位应当落实责任", "应当"),
        ("各单位必须落实责任", "必须"),
        ("要落实责任", "要"),
        ("各单位不得占用通道", "不得"),
        ("落实责任", ""),
        ("落实重要责任", ""),  # 重要 holds no 要
    ],
)
def test_the_word_of_duty(text: str, modal: str) -> None:
    """要, 应当, 必须 … are kept; without one the modal is empty."""
    phrase = taken_apart(text)
    assert (phrase.modal or (phrase.word if phrase.word == "不得" else "")) == modal


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("按照省、市部署", "按照"),
        ("按照“党政同责”的要求", "按照"),
        ("在责任范围内", "在"),
        ("针对薄弱环节", "针对"),
        ("为贯彻落实安全生产责任制", "为"),
        ("以“五进”为载体", "以"),
        ("对自查发现的问题", "对"),
        ("将消防安全与老旧小区改造、水电气改造项目", "将"),
    ],
)
def test_an_adverbial_that_fills_its_segment_is_a_frame(text: str, frame: str) -> None:
    """It says under which circumstances or to what, and commands nothing."""
    phrase = taken_apart(text)
    assert (phrase.form, phrase.frame) == ("frame", frame)


@pytest.mark.parametrize(
    ("text", "frame"),
    [("对辖区单位开展检查", "对"), ("将消防工作列入议事日程", "将"), ("利用现代手段提升水平", "利用"), ("加强检查", "")],
)
def test_an_adverbial_before_a_predicate_is_kept_as_its_frame(text: str, frame: str) -> None:
    """The predicate decides the form."""
    phrase = taken_apart(text)
    assert (phrase.form, phrase.frame) == ("predicate", frame)


@pytest.mark.parametrize(
    "text",
    [
        "指导思想",  # 指导 opens a noun
        "应急管理",
        "消防安全形势",
        "检查发现的问题",  # the verbs modify the noun
        "开展的各项工作",
        "形势持续稳定",
        "，",
    ],
)
def test_a_noun_phrase_has_no_predicate(text: str) -> None:
    """Verb-like words inside nouns and before 的 do not make one."""
    phrase = taken_apart(text)
    assert (phrase.form, phrase.word) == ("nominal", "")


_NAMES = ["各单位", "市应急局", "企业"]
_CUES = ["要", "应当", "不得", "对", "将", "按照", "由", "每季度", "2025年底前", "落实", "督促", "检查", "发现", "的", "问题"]
_REST = ["责任", "并", "要求", "1"]
_MARKS = "、，。；：\n（）《》“”( %"
_WORDS = st.sampled_from([*_NAMES, *_CUES, *_REST, *_MARKS])
_TEXTS = st.lists(_WORDS, max_size=25).map("".join)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(_TEXTS)
def test_segments_are_in_order_and_leave_out_only_marks_and_blanks(text: str) -> None:
    """They do not overlap, none is empty, and nothing that is said gets lost between them."""
    at = 0
    for segment in segments(text, 0, len(text)):
        assert at <= segment.start < segment.end
        assert not text[at : segment.start].strip("，。；：\n 　")
        at = segment.end
    assert not text[at:].strip("，。；：\n 　")


@settings(derandomize=True, deadline=None, max_examples=400)
@given(_TEXTS)
def test_the_parts_of_a_phrase_follow_one_another(text: str) -> None:
    """Start, body, subject, verb, end; the word of a predicate or frame is what stands at its place."""
    for segment in segments(text, 0, len(text)):
        phrase = analyse(text, segment.start, segment.end)
        assert segment.start <= phrase.body <= phrase.subject_end <= phrase.verb <= phrase.verb_end <= segment.end
        assert text[phrase.verb : phrase.verb_end] == phrase.word
        assert bool(phrase.word) is (phrase.form != "nominal")


@settings(derandomize=True, deadline=None, max_examples=200)
@given(_TEXTS)
def test_a_segment_is_read_alike_wherever_it_stands(text: str) -> None:
    """Neither the sentence before nor the one behind changes it."""
    shift = len("甲乙。")
    around = f"甲乙。{text}。丙丁"
    for segment in segments(text, 0, len(text)):
        alone = analyse(text, segment.start, segment.end)
        inside = analyse(around, segment.start + shift, segment.end + shift)
        assert (inside.form, inside.word, inside.modal, inside.frame) == (alone.form, alone.word, alone.modal, alone.frame)
        assert (inside.body, inside.verb) == (alone.body + shift, alone.verb + shift)


@pytest.mark.parametrize("broken", ["（" * 5_000, "（）《" * 5_000, "检查" * 5_000, "按照" * 5_000])
def test_a_text_without_commas_is_cut_all_the_same(broken: str) -> None:
    """No segment is endless, so no reading of one is; the marks that are there still count."""
    pieces = cut(f"{broken}，甲")
    assert pieces[-1] == "甲"
    assert "".join(pieces) == f"{broken}甲"
    assert max(map(len, pieces)) <= 2_000
