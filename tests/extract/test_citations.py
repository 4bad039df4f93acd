"""Cited documents: titles, numbers, carried documents, short forms, bare names."""

import pytest
from by_hand import citations, document
from hypothesis import given, settings
from hypothesis import strategies as st

from jimei_kb.extract.citations import find_citations
from jimei_kb.records import Clause, Span


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("根据《办法甲》（集府〔2024〕43号）", "集府〔2024〕43号"),
        ("根据《办法甲》(甬政发[2007]36号)", "甬政发〔2007〕36号"),
        ("根据《办法甲》（国办发【2019】 6 号）", "国办发〔2019〕6号"),
        ("根据《办法甲》（国能综通煤炭﹝2021﹞59号）", "国能综通煤炭〔2021〕59号"),
        ("根据《办法甲》（安委（２０２０）第３号）", "安委〔2020〕3号"),
        ("根据《办法甲》甬政发〔2007〕36号精神", "甬政发〔2007〕36号"),
        ("根据《办法甲》（国务院令第446号）", "国务院令第446号"),
        ("根据《办法甲》（省政府令223号）", "省政府令223号"),
        ("符合《办法甲》（GB51142-2015）", "GB51142-2015"),
        ("按照《办法甲》（GB/T 25217.2）", "GB/T25217.2"),
        ("参考 GB/T43500—2023《办法甲》", "GB/T43500—2023"),
        ("按照《办法甲》（甬人专〔2003〕83号，甬财政行〔2003〕377号）", "甬人专〔2003〕83号"),
        ("根据《办法甲》（国发〔2004〕20号，以下简称《决定》）", "国发〔2004〕20号"),
        ("根据《办法甲》（试行）", None),
    ],
)
def test_a_title_takes_the_number_that_belongs_to_it(text: str, number: str | None) -> None:
    """Whatever the brackets, widths and blanks."""
    (citation,) = citations(text)
    assert (citation.kind, citation.title, citation.number) == ("titled", "办法甲", number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("要根据中发〔1994〕8号文件关于继续办好的方针", "中发〔1994〕8号"),
        ("配套资金按照甬科计字[2003]116号文件办理", "甬科计字〔2003〕116号"),
        ("由国家令第5号发布", None),
        ("依照中华人民共和国国务院令第707号执行", "中华人民共和国国务院令第707号"),
        ("执行国家标准（GB/T 25217.2）", "GB/T25217.2"),
        ("第7240号建议收悉", None),
        ("共（2024）年", None),
    ],
)
def test_a_number_without_a_title(text: str, number: str | None) -> None:
    """A number alone is a citation; the governing verb is no part of it."""
    found = [c.number for c in citations(text) if c.kind == "numbered"]
    assert found == ([number] if number else found if "令第5号" in text else [])


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("《关于印发〈方案甲〉的通知》", [("titled", "关于印发〈方案甲〉的通知"), ("carried", "方案甲")]),
        ("《关于印发《方案甲》的通知》", [("titled", "关于印发〈方案甲〉的通知"), ("carried", "方案甲")]),
        ("《关于落实<办法甲>的补充意见》", [("titled", "关于落实〈办法甲〉的补充意见"), ("carried", "办法甲")]),
        ("«方案甲»和《方案乙》《方案丙》等", [("titled", "方案甲"), ("titled", "方案乙"), ("titled", "方案丙")]),
        ("《关于印发方案甲》的通知》要求", [("titled", "关于印发方案甲〉的通知"), ("carried", "方案甲")]),  # an inner mark is missing
        ("落实《方案甲（2024—2026年》任务", [("titled", "方案甲(2024—2026年")]),
        ("《关于印发《方案甲》的，其他", [("titled", "方案甲")]),  # the outer mark is missing
        ("按照《安全生产治\n本攻坚方案》", [("titled", "安全生产治本攻坚方案")]),  # broken over a line
        ("按照《安全生产治 本攻坚方案》", [("titled", "安全生产治本攻坚方案")]),
    ],
)
def test_titles_inside_titles(text: str, titles: list[tuple[str, str]]) -> None:
    """The carrier and the carried document are two records."""
    assert [(c.kind, c.title) for c in citations(text)] == titles


def test_a_short_form_carries_title_and_number_of_its_document() -> None:
    """The definition belongs to the first mention; every later one is a record of its own."""
    first, second, third = citations("按照《关于投资的决定》（国发〔2004〕20号，以下简称《决定》）精神，落实《决定》。按《决定》执行。")
    assert first.quote.endswith("以下简称《决定》）")
    assert [(c.title, c.number) for c in (first, second, third)] == [("关于投资的决定", "国发〔2004〕20号")] * 3
    assert second.quote == "《决定》"


def test_a_short_form_without_marks_is_found_later() -> None:
    """（以下简称个人所得税法） … 个人所得税法第六条."""
    found = citations("根据《中华人民共和国个人所得税法》（以下简称个人所得税法），制定本条例。个人所得税法第六条所称限额。")
    assert [(c.kind, c.title) for c in found] == [("titled", "中华人民共和国个人所得税法"), ("bare", "中华人民共和国个人所得税法")]


@pytest.mark.parametrize(
    ("text", "quote", "issuer"),
    [
        ("落实中共中央办公厅、国务院办公厅《意见甲》", "中共中央办公厅、国务院办公厅《意见甲》", "中共中央办公厅、国务院办公厅"),
        ("意见乙和国务院安全生产委员会《办法甲》", "国务院安全生产委员会《办法甲》", "国务院安全生产委员会"),
        ("贯彻科学发展观和省、市《意见甲》", "省、市《意见甲》", "省、市"),
        ("认真落实街道办事处《要点甲》", "街道办事处《要点甲》", "街道办事处"),
        ("根据应急管理部《办法甲》", "应急管理部《办法甲》", "应急管理部"),
        ("加快修订《办法甲》", "《办法甲》", None),
        ("落实中央会议部署和《办法甲》", "《办法甲》", None),
    ],
)
def test_the_issuer_named_before_a_title_is_quoted_with_it(text: str, quote: str, issuer: str | None) -> None:
    """Verbs and what precedes 和 do not belong to the issuer."""
    citation = citations(text)[-1]
    assert (citation.quote, citation.issuer) == (quote, issuer)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("根据《甲》等文件精神", "依据"),
        ("深入贯彻落实《甲》", "贯彻"),
        ("严格落实《甲》要求", "落实"),
        ("加强对《甲》《乙》等法规的宣传贯彻", "宣贯"),
        ("完成《甲》《乙》等制度修订", "修订"),
        ("现将《甲》印发给你们", "印发"),
        ("国务院批准《甲》，现转发给你们", "转发"),
        ("《甲》同时废止", "废止"),
        ("参照《甲》", "参照"),
        ("提供《甲》", "提及"),
    ],
)
def test_relation(text: str, relation: str) -> None:
    """What the sentence does with the document."""
    assert citations(text)[0].relation == relation


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ("严格落实安全生产十五条硬措施和其他", "bare", "安全生产十五条硬措施"),
        ("不符合安全生产法第五条规定", "bare", "安全生产法第五条"),
        ("完成“十四五”规划提升目标", "bare", "“十四五”规划"),
        ("和省、市、区实施细则", "group", "省、市、区实施细则"),
        ("省 66 条、市 80 条、区 79 条具体措施", "group", "省 66 条、市 80 条、区 79 条具体措施"),
        ("按照城镇燃气专项整治方案，加强", "bare", "城镇燃气专项整治方案"),
        ("要按照行政诉讼法及有关法律规定，接受监督", "bare", "行政诉讼法"),
        ("严格执行备案制度和行政复议法，", "bare", "行政复议法"),
        ("根据国家和省有关文件精神，", "group", "国家和省有关文件精神"),
    ],
)
def test_names_without_marks(text: str, kind: str, quote: str) -> None:
    """Bare names and plural references."""
    (citation,) = citations(text)
    assert (citation.kind, citation.quote) == (kind, quote)


_GENERIC = [
    "依据国家管理规范，",
    "按照国家有关规定，",
    "依照法律法规规定，",
    "采用钻屑法和应力监测法，",
    "结合安全生产月、安全生产法宣传周等活动",
    "推广有效做法，",
]


@pytest.mark.parametrize(
    "text",
    ["按照本办法第五条规定", "制定实施方案", "符合该条例第三条", "按照有关规定", "采取三项措施", "第六条第一款第五项规定", *_GENERIC],
)
def test_own_text_and_generic_references_are_no_citation(text: str) -> None:
    """本办法 is this document; 有关规定 names none."""
    assert citations(text) == ()


def test_a_title_that_is_named_again_without_marks() -> None:
    """Its edition may be left out; a longer name, or the head of the attached text, is another matter."""
    text = "修订《体育行业判定标准（2023版）》。强化体育行业判定标准宣贯。制定全市体育行业判定标准。"
    _, again = citations(text)
    assert (again.kind, again.title, again.span.start) == ("bare", "体育行业判定标准(2023版)", text.index("体育行业判定标准宣贯"))
    assert [c.kind for c in citations("现将《体育行业判定标准》印发给你们。\n体育行业判定标准\n落实体育行业判定标准内容。")] == ["titled"]


def test_the_rules_of_a_law_are_named_by_it() -> None:
    """《…法》及其实施条例."""
    _, rules = citations("贯彻《个人所得税法》及其实施条例，强化管理")
    assert (rules.kind, rules.title, rules.quote) == ("bare", "个人所得税法实施条例", "实施条例")


def test_periodicals_and_broadcasts_are_no_documents() -> None:
    """《中国粮食经济》杂志."""
    assert citations("用好《中国粮食经济》杂志“安全生产”专栏") == ()


def test_head_and_tail_are_not_searched() -> None:
    """The document's own title and number are no citation."""
    text = "集街办〔2024〕46号\n关于印发《甲》的通知\n一、落实《乙》。\n抄送：《丙》"
    start = text.index("一、")
    clauses = (Clause("一", "clause", "一", Span(start, start + 9), start + 2),)
    (found,) = find_citations(document(text, number="集街办〔2024〕46号", clauses=clauses))
    assert (found.clause, found.title) == ("一", "乙")


_MARKS = st.text(
    alphabet=st.sampled_from("《》〈〉<>（）()〔〕[]令第号国发办法条例通知关于印发的以下简称和，。\n 2024年十GB/T1"), max_size=120
)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(_MARKS)
def test_any_text_is_read_and_quoted_exactly(text: str) -> None:
    """Unpaired marks, broken numbers: never an exception, always a true quotation."""
    for citation in citations(text):
        assert citation.quote == text[citation.span.start : citation.span.end] != ""


def test_many_open_marks_cost_little() -> None:
    """No pairing runs over the whole text again and again."""
    assert citations("《" * 20_000) == ()
    assert len(citations("《" * 2_000 + "甲》")) >= 1
