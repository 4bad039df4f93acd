"""The spelling that rules read, and the way back."""

from by_hand import document
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.extract.citations import find_citations
from jimei_kb.extract.masks import FILLER, Places, fold, mask_citations, read
from jimei_kb.records import Clause, Span

_TEXT = st.text(
    alphabet=st.sampled_from(
        "一二三《》〈〉（）()[]〔〕【】«» \u3000\n，。、0123456789号令年月日底前每第%％达至少次名以上国办发通知办法条例的和GBA-—"
    ),
    max_size=80,
)


def test_variants_become_one_spelling() -> None:
    """Width, brackets and blanks."""
    assert read("安委 [２０２４］ 46 号").text == "安委〔2024〕46号"
    assert read("５ 10").text == "5 10"  # two numbers stay two


def test_a_span_leads_back_to_the_text_as_printed() -> None:
    """Blanks inside belong to it, blanks around it do not."""
    text = "于 2024 年 12 月底前 完成"
    reading = read(text)
    start = reading.text.index("2024")
    span = reading.span(start, reading.text.index("前") + 1)
    assert span.of(text) == "2024 年 12 月底前"


@settings(derandomize=True, deadline=None)
@given(_TEXT, st.data())
def test_every_span_reads_the_same_both_ways(text: str, data: st.DataObject) -> None:
    """What a rule saw is what the quotation says, blanks apart."""
    reading = read(text)
    start = data.draw(st.integers(0, len(reading.text)))
    end = data.draw(st.integers(start, len(reading.text)))
    span = reading.span(start, end)
    assert 0 <= span.start <= span.end <= len(text)
    if end > start:
        assert read(span.of(text)).text.replace(" ", "") == reading.text[start:end].replace(" ", "")


@settings(derandomize=True, deadline=None)
@given(_TEXT)
def test_folding_and_masking_keep_the_length(text: str) -> None:
    """Offsets hold in all spellings."""
    made = document(text)
    masked = mask_citations(made, find_citations(made))
    assert len(fold(text)) == len(text) == len(masked)
    assert all(b in (a, FILLER) for a, b in zip(text, masked, strict=True))


def test_masked_text_shows_no_number_of_a_document() -> None:
    """Neither 2024 nor 46 nor 三年 of a cited document is left for another rule."""
    made = document("按照《安全生产三年行动方案（2024—2026年）》（安委〔2024〕46 号）要求，每年至少检查1次。")
    masked = mask_citations(made, find_citations(made))
    assert masked == "按照" + FILLER * 38 + "要求，每年至少检查1次。"


def test_a_span_belongs_to_the_clause_that_holds_it() -> None:
    """A span across a border belongs to none."""
    clauses = (Clause("一", "clause", "一", Span(5, 10), 5), Clause("二", "clause", "二", Span(10, 15), 10))
    places = Places(document("x" * 20, clauses=clauses))
    assert [c and c.id for c in map(places.clause, (Span(5, 10), Span(11, 12), Span(9, 11), Span(0, 3), Span(16, 18)))] == [
        "一",
        "二",
        None,
        None,
        None,
    ]
