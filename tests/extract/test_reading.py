"""A clause as actors and duties are read from it."""

from __future__ import annotations

from dataclasses import replace

from by_hand import document
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.document import parse_text
from jimei_kb.extract.citations import find_citations
from jimei_kb.extract.masks import mask_citations
from jimei_kb.extract.reading import ClauseReading, Part, read_clauses
from jimei_kb.records import Clause, Document, Span


def readings(made: Document) -> list[ClauseReading]:
    """The readings of a document, its cited documents blanked out."""
    return list(read_clauses(made, mask_citations(made, find_citations(made))))


def read(text: str) -> ClauseReading:
    """The reading of a text that is one clause."""
    (reading,) = readings(document(text))
    return reading


def parts(text: str) -> list[str]:
    """The segments of a text that is one clause."""
    reading = read(text)
    return [reading.text[p.segment.start : p.segment.end] for p in reading.parts]


def subjects(part: Part) -> list[str]:
    """The names that a part has as its subject."""
    return [m.name for m in part.subject]


def test_each_clause_is_read_by_itself() -> None:
    """Its content only: number and heading stay out, a clause without content is left out."""
    made = parse_text("一、总体要求\n（一）加强检查。各单位要落实责任。\n（二）通报情况。")
    found = {r.clause.id: r.text.strip() for r in readings(made)}
    assert found == {"一/（一）": "各单位要落实责任。", "一/（二）": "通报情况。"}


def test_blanks_of_the_layout_are_gone_and_the_way_back_is_kept() -> None:
    """A span leads to the text as printed."""
    text = "于 2024 年底前由市应 急局负责（二 房东）"
    reading = read(text)
    at = reading.text.index("市应急局")
    assert reading.text == "于2024年底前由市应急局负责(二房东)"
    assert reading.span(at, at + 4).of(text) == "市应 急局"


def test_a_clause_in_the_middle_of_a_document_leads_back_too() -> None:
    """Offsets are those of the document, not of the clause."""
    made = document("甲\n一、督促社会单位整改隐患。")
    made = replace(made, clauses=(Clause("一", "clause", "一", Span(2, len(made.text)), 4),))
    (reading,) = readings(made)
    at = reading.text.index("社会单位")
    assert reading.span(at, at + 4).of(made.text) == "社会单位"


def test_a_cited_document_is_no_text_of_the_clause() -> None:
    """Its title names nobody and commands nothing."""
    reading = read("按照《市公安局关于督促企业整改的通知》（集府〔2024〕1号）要求，督促社会单位整改隐患。")
    assert [m.name for p in reading.parts for m in p.mentions] == ["社会单位"]


def test_tags_are_read_apart_from_the_sentence() -> None:
    """Their names are no names of a segment, and none of their words is one."""
    reading = read("加强检查（市应急局牵头，市公安局配合）。通报情况。")
    assert [[n.name for n in tag.names] for tag in reading.tags] == [["市应急局", "市公安局"]]
    assert [m.name for p in reading.parts for m in p.mentions] == []
    assert parts("加强检查（市应急局牵头，市公安局配合）。通报情况。") == ["加强检查", "通报情况"]


def test_an_ordinary_bracket_stays_in_its_segment() -> None:
    """房东（二房东） is one name."""
    (part,) = read("落实房东（二房东）消防责任。").parts
    assert [m.name for m in part.mentions] == ["房东(二房东)"]


def test_the_subject_of_a_part_is_who_it_opens_with() -> None:
    """Objects are no subjects; a list is one subject of several names."""
    first, second, third = read("市公安局、市教育局要对企业开展检查，督促企业落实责任，社会单位全面落实要求。").parts
    assert subjects(first) == ["市公安局", "市教育局"]
    assert subjects(second) == []
    assert subjects(third) == ["社会单位"]


def test_a_name_before_a_verb_that_may_belong_to_it_is_a_subject() -> None:
    """软件中心|组织…, while 物业服务企业从业人员 is one name."""
    (part,) = read("软件中心组织安全生产综合大检查。").parts
    assert subjects(part) == ["软件中心"]
    (part,) = read("物业服务企业从业人员要落实责任。").parts
    assert subjects(part) == ["物业服务企业从业人员"]


def test_a_modifier_is_no_subject() -> None:
    """企业 in 企业安全生产主体责任 does nothing."""
    (part,) = read("企业安全生产主体责任要压实。").parts
    assert subjects(part) == []


_NAMES = ["各单位", "市应急局", "企业"]
_CUES = ["一、", "（一）", "1.", "第一条 ", "要", "督促", "落实", "责任", "检查", "对", "按照", "要求", "2024年", "80%", "牵头单位："]
_REST = ["负责", "集府〔2024〕1号"]
_MARKS = "（）《》“”，。；：\n 　、〔［"
_WORDS = st.sampled_from([*_NAMES, *_CUES, *_REST, *_MARKS])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(_WORDS, max_size=40).map("".join))
def test_everything_that_is_read_lies_inside_its_clause(text: str) -> None:
    """Segments are in order, names lie in their segment, and both lead back to the same characters."""
    made = parse_text(text)
    for reading in readings(made):
        content, at = reading.clause.content, 0
        for part in reading.parts:
            segment = part.segment
            assert at <= segment.start < segment.end <= len(reading.text)
            at = segment.end
            assert content.holds(reading.span(segment.start, segment.end))
            for mention in part.mentions:
                assert segment.start <= mention.start < mention.end <= segment.end
                assert reading.text[mention.start : mention.end] == mention.name
        for tag in reading.tags:
            assert content.holds(reading.span(tag.start, tag.end))
