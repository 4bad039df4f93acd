"""The spaCy face of the extraction: the tokenizer keeps every character, the components say what extract() says."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from itertools import accumulate

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

from jimei_kb.document import parse_text
from jimei_kb.errors import FormatError, KbError
from jimei_kb.extract import extract
from jimei_kb.extract.components import COMPONENTS, TOKENIZER, _span, annotations_of, make_nlp

KINDS = ("citations", "actors", "duties", "metrics", "schedules")
NOTICE = (
    "某区人民政府关于安全生产工作的通知\n\n各街道办事处：\n\n一、每季度至少召开 1 次会议，\n\n安装率达 100%。\n\n二、落实《安全生产法》。\n"
)

# Chinese, white space, marks and what else a broken file may hold; hypothesis adds any other character.
TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("安全生产每季度〔〕《》，。 \t\n\r\u3000\u00a0\ufeff\x00A1-😀"), st.characters(codec="utf-8"))
)


@pytest.fixture(scope="module")
def nlp():
    return make_nlp()


@pytest.fixture(scope="module")
def seed_doc(nlp, seed_text):
    return nlp(seed_text)


def blank():
    return spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})


@given(TEXTS)
def test_tokenizer_keeps_every_character(text):
    doc = _BLANK.make_doc(text)
    assert doc.text == text
    assert [token.idx for token in doc] == list(accumulate((len(token) for token in doc), initial=0))[:-1]


_BLANK = blank()


def test_tokenizer_cuts_words(seed_text):
    words = [token.text for token in _BLANK.make_doc("每季度至少召开 1 次消防安全委员会会议")]
    assert words == ["每季度", "至少", "召开", " ", "1", " ", "次", "消防安全", "委员会", "会议"]
    # one token a character would be a tokenizer that failed
    assert len(_BLANK.make_doc(seed_text)) < 0.7 * len(seed_text)


def test_guessing_unknown_words_can_be_switched_off():
    """The config of the tokenizer reaches rjieba."""
    config = {"nlp": {"tokenizer": {"@tokenizers": TOKENIZER, "hmm": False}}}
    guessing, plain = _BLANK.make_doc("网格员杨铭宇"), spacy.blank("zh", config=config).make_doc("网格员杨铭宇")
    assert [t.text for t in guessing][-1] == "杨铭宇"
    assert [t.text for t in plain][-1] == "宇"


def test_half_a_surrogate_pair_is_one_clear_error():
    with pytest.raises(FormatError, match=r"character 2 .*surrogate"):
        _BLANK.make_doc("安全\ud800")


def test_components_are_entry_points():
    """A spaCy user needs no import of ours."""
    assert {point.name for point in entry_points(group="spacy_factories") if point.module.startswith("jimei_kb")} == set(COMPONENTS)
    assert TOKENIZER in {point.name for point in entry_points(group="spacy_tokenizers")}


@pytest.mark.parametrize("kind", KINDS)
def test_spans_are_those_of_extract(kind, seed_doc, seed_text):
    """Every record has its span, in order, over the place it was read from in the raw text."""
    document = parse_text(seed_text)
    records = getattr(extract(document), kind)
    spans = list(seed_doc.spans[kind])
    assert len(spans) == len(records) > 0
    for span, record in zip(spans, records, strict=True):
        start, end = document.offsets.raw_span(record.span)
        assert span.start_char <= start < end <= span.end_char
        # no wider than the words that the quotation touches
        assert span[0].idx + len(span[0]) > start
        assert span[-1].idx < end
        assert span.id_ == record.rule
        assert span.label_


def test_records_of_a_doc_are_exact(seed_doc, seed_text):
    assert annotations_of(seed_doc) == extract(parse_text(seed_text))


def test_label_and_what_it_stands_for(seed_doc):
    cited = {(span.label_, span.kb_id_) for span in seed_doc.spans["citations"]}
    assert ("titled", "集府〔2024〕243号") in cited
    assert ("recurring", "P3M") in {(span.label_, span.kb_id_) for span in seed_doc.spans["schedules"]}
    assert {span.label_ for span in seed_doc.spans["duties"]} == {"do", "avoid"}
    assert "社区" in {span.kb_id_ for span in seed_doc.spans["actors"]}


def test_one_component_alone_writes_only_its_own_spans():
    nlp = blank()
    nlp.add_pipe("jimei_metrics", config={"spans_key": "numbers"})
    doc = nlp(NOTICE)
    assert list(doc.spans) == ["numbers"]
    assert [span.label_ for span in doc.spans["numbers"]] == [">=", ">="]  # 至少1次, 达100%


def test_text_without_content_has_no_spans(nlp):
    for text in ("", " \n\t "):
        assert {key: len(spans) for key, spans in nlp(text).spans.items()} == dict.fromkeys(KINDS, 0)


@given(TEXTS)
def test_components_take_any_text(text):
    doc = _NLP(text)
    assert set(doc.spans) == set(KINDS)


_NLP = make_nlp()


def test_doc_and_pipeline_survive_saving(nlp, seed_doc, tmp_path):
    """Doc.to_bytes, DocBin, nlp.to_disk and nlp.to_bytes all give back the same spans."""
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    again = [
        Doc(nlp.vocab).from_bytes(seed_doc.to_bytes()),
        next(iter(DocBin(docs=[seed_doc]).get_docs(nlp.vocab))),
        loaded(seed_doc.text),
        make_nlp().from_bytes(nlp.to_bytes())(seed_doc.text),
    ]
    for doc in again:
        assert doc.text == seed_doc.text
        assert marks(doc) == marks(seed_doc)


def marks(doc):
    return {key: [(s.start, s.end, s.label_, s.kb_id_, s.id_) for s in spans] for key, spans in doc.spans.items()}


def test_config_is_json(nlp):
    assert json.loads(json.dumps(nlp.config))["components"]["jimei_duties"]["spans_key"] == "duties"


def test_many_texts_in_two_processes(nlp, seed_text):
    """nlp.pipe streams, and the components can be sent to other processes."""
    texts = [seed_text, NOTICE, "", seed_text]
    assert [marks(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=2)] == [marks(nlp(text)) for text in texts]


def test_a_tokenizer_that_loses_characters_is_told(seed_text):
    """Nothing is dropped in silence: a Doc shorter than its text cannot hold the spans."""
    nlp = make_nlp()
    doc = nlp.make_doc(NOTICE)
    component = nlp.get_pipe("jimei_citations")
    assert component(doc).spans["citations"]
    document = parse_text(seed_text)
    record = extract(document).citations[-1]
    with pytest.raises(KbError, match="keeps every character"):
        _span(doc, document, record, "titled", "")
