"""Issuers of cited documents: what the text says, what the code says where the citing document stands, and what stays open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimei_kb.document import parse_text, read_document
from jimei_kb.extract.citations import find_citations
from jimei_kb.graph.names import own_names, suggest_names
from jimei_kb.graph.places import level_of, place_in, spells, written
from jimei_kb.graph.registry import load_registry
from jimei_kb.graph.resolve import code_of, place_of, resolve_issuers, setting_of
from jimei_kb.records import Annotations, Citation, Head, Span

OFFICE = "厦门市集美区人民政府集美街道办事处"
DISTRICT = "厦门市集美区人民政府"
REGISTRY = load_registry()
STATE, JIANGSU = "国务院安全生产委员会办公室", "江苏省安全生产委员会办公室"


def notice(*issuers, number=None, recipients=()):
    """A document of which only the head is known."""
    return replace(parse_text("通知", slug="x"), head=Head(issuers=issuers, number=number, recipients=recipients))


def cited(document, **facts):
    """The issuer that is found for one citation in `document`."""
    citation = Citation("前言", Span(0, 1), "通", "specimen", **{"kind": "titled", **facts})
    (found,) = resolve_issuers(document, Annotations(citations=(citation,)), REGISTRY).citations
    return found.issued_by


# code, who cites it → names, certainty, basis, candidates
CODES = [
    # the district's code on its own line, above it, beside it, and far away
    ("集府", OFFICE, [DISTRICT], "A", "code", []),
    ("集府", "厦门市人民政府", [DISTRICT], "A", "code", []),
    ("集府", "福建省人民政府", [DISTRICT], "A", "code", []),
    ("集府", "福州市鼓楼区人民政府", None, None, "code", [DISTRICT]),
    ("集府", "福建省漳州市人民政府", [DISTRICT], "C", "code", []),
    ("集府", "吉林省通化市集安市人民政府", None, None, "code", [DISTRICT]),
    ("集府", "国务院办公厅", [DISTRICT], "C", "code", []),
    ("集府", None, [DISTRICT], "C", "code", []),
    ("集府发", OFFICE, [DISTRICT], "A", "code", []),
    ("集安办", OFFICE, ["集美区安全生产委员会办公室"], "C", "code", []),
    ("集消安办", OFFICE, ["集美区消防安全委员会办公室"], "C", "code", []),
    ("厦集委办", OFFICE, ["中共厦门市集美区委办公室"], "C", "code", []),
    ("闽政办", OFFICE, ["福建省人民政府办公厅"], "A", "code", []),
    ("闽政办", "江西省人民政府", ["福建省人民政府办公厅"], "A", "code", []),
    ("京政办发", OFFICE, ["北京市人民政府办公厅"], "B", "code", []),
    ("粤办函", "广东省应急管理厅", ["广东省人民政府办公厅"], "B", "code", []),
    ("粤办", "广东省应急管理厅", ["中共广东省委办公厅"], "B", "code", []),
    ("国办发", OFFICE, ["国务院办公厅"], "A", "code", []),
    ("厅字", OFFICE, ["中共中央办公厅", "国务院办公厅"], "A", "code", []),
    # two readings: the place of who cites it leaves one, or it stays open
    ("安委办", OFFICE, [STATE], "C", "code", [STATE, JIANGSU]),
    ("安委办", "应急管理部", [STATE], "C", "code", [STATE, JIANGSU]),
    ("安委办", "江苏省南京市人民政府", None, None, "code", [STATE, JIANGSU]),
    ("安委办", None, None, None, "code", [STATE, JIANGSU]),
    ("汕府", "汕头市应急管理局", ["汕头市人民政府"], "C", "code", ["汕头市人民政府", "汕尾市人民政府"]),
    ("汕府", "广东省人民政府", None, None, "code", ["汕头市人民政府", "汕尾市人民政府"]),
    # families of a ministry: sure where the State cites, likely elsewhere, open where a place begins with the same character
    ("国科发高", "国务院", ["科学技术部"], "B", "code", []),
    ("国科发高", OFFICE, ["科学技术部"], "C", "code", []),
    ("商建", "商丘市人民政府", None, None, "code", ["商务部"]),
    ("财库", OFFICE, ["财政部"], "B", "code", []),
    # no row: as codes are made
    ("青府发", "成都市青羊区人民政府", ["成都市青羊区人民政府"], "C", "grammar", []),
    ("成安委办", "成都市青羊区人民政府", ["成都市安全生产委员会办公室"], "C", "grammar", []),
    ("建政", "浙江省杭州市建德市应急管理局", ["建德市人民政府"], "C", "grammar", []),
    ("甬政办发", "国务院", ["宁波市人民政府办公厅（室）"], "C", "grammar", []),
    ("集街道安办", OFFICE, None, None, None, []),
    ("某某", OFFICE, None, None, None, []),
    # the number names the body
    ("国家档案局令", OFFICE, ["国家档案局"], "A", "named", []),
    ("省政府令", OFFICE, ["福建省人民政府"], "C", "named", []),
    ("市委", "中共宁波市委办公厅", ["中共宁波市委员会"], "C", "named", []),
]


@pytest.mark.parametrize(("code", "by", "names", "certainty", "basis", "candidates"), CODES)
def test_a_code_and_who_cites_it(code, by, names, certainty, basis, candidates):
    found = cited(notice(*([by] if by else [])), number=f"{code}〔2024〕5号")

    if basis is None:
        assert found is None
        return
    assert (list(found.names), found.certainty, found.basis) == (names or [], certainty, basis)
    assert sorted(found.candidates) == sorted(candidates)
    assert code in found.reason or basis == "named"


@pytest.mark.parametrize(
    ("facts", "names", "certainty", "basis"),
    [
        ({"issuer": "国务院办公厅", "title": "电动自行车安全隐患全链条整治行动方案"}, ["国务院办公厅"], "A", "named"),
        (
            {"issuer": "中共中央办公厅、国务院办公厅", "title": "关于推进城市安全发展的意见"},
            ["中共中央办公厅", "国务院办公厅"],
            "A",
            "named",
        ),
        ({"title": "厦门市集美区人民政府关于做好工作的通知", "number": "集府〔2024〕90号"}, [DISTRICT], "A", "title"),
        ({"title": "中共中央国务院关于打赢脱贫攻坚战的决定"}, ["中共中央", "国务院"], "A", "title"),
        ({"title": "教育部 公安部关于加强校园安全的通知"}, ["教育部", "公安部"], "A", "title"),
        ({"title": "国务院办公厅转发国家地震局关于防震减灾工作意见的通知"}, ["国务院办公厅"], "A", "title"),
        ({"issuer": "国务院安委会办公室", "number": "安委办〔2024〕1号"}, [STATE], "A", "named"),
        ({"title": "江苏省安委会办公室关于开展检查的通知", "number": "安委办〔2019〕39号"}, ["江苏省安委会办公室"], "A", "title"),
        ({"title": "江苏省安全生产检查办法", "number": "安委办〔2019〕39号"}, [JIANGSU], "C", "code"),
        # short in the text, whole by the code
        ({"issuer": "街道办事处", "number": "集街办〔2024〕40 号"}, [OFFICE], "A", "named"),
        ({"number": "集街办〔2024〕10 号"}, [OFFICE], "A", "code"),
        # short, and nothing but the place to go by
        ({"issuer": "市应急局", "title": "关于开展检查的通知"}, ["厦门市应急管理局"], "C", "named"),
        ({"issuer": "区安委办", "title": "关于开展检查的通知"}, ["集美区安全生产委员会办公室"], "C", "named"),
        ({"issuer": "县政府", "title": "关于开展检查的通知"}, [], None, "named"),
        # no name of a body
        ({"issuer": "我局", "title": "关于开展检查的通知"}, None, None, None),
        ({"title": "福建省消防条例"}, None, None, None),
        ({"title": "企业安全生产标准化基本规范", "number": "GB/T33000-2016"}, None, None, None),
    ],
)
def test_what_the_text_says_comes_first(facts, names, certainty, basis):
    found = cited(notice(OFFICE, number="集街办〔2024〕46号"), **facts)

    if names is None:
        assert found is None
    else:
        assert (list(found.names), found.certainty, found.basis) == (names, certainty, basis)


def test_the_own_code_of_a_joint_notice_is_the_first_issuers():
    joint = notice("公安部", "国家保密局", number="公通字〔2006〕7号")
    found = cited(joint, number="公通字〔2005〕1号")
    assert (found.names, found.certainty) == (("公安部",), "C")


def test_a_carried_document_is_likely_its_carriers():
    document = notice(OFFICE)
    title = "厦门市集美区人民政府关于印发〈工作方案〉的通知"
    carrier = Citation("前言", Span(0, 9), "q", "r", "titled", title=title, number="集府〔2024〕90号")
    inner = Citation("前言", Span(2, 5), "q", "r", "carried", title="工作方案", relation="印发")
    for relation, names in (("印发", (DISTRICT,)), ("转发", None)):
        annotations = Annotations(citations=(carrier, replace(inner, relation=relation)))
        found = resolve_issuers(document, annotations, REGISTRY).citations[1].issued_by
        assert (found and (found.names, found.basis, found.certainty)) == (names and (names, "carrier", "C"))


def test_the_nine_numbers_of_the_seed(seed_path):
    document = read_document(seed_path)
    annotations = resolve_issuers(document, Annotations(citations=find_citations(document)), REGISTRY)

    found = {c.number: ("、".join(c.issued_by.names), c.issued_by.certainty) for c in annotations.citations if c.number}
    assert found == {
        "集府〔2024〕243号": (DISTRICT, "A"),
        "厦集委办〔2019〕1号": ("中共厦门市集美区委办公室", "C"),
        "集府〔2024〕43号": (DISTRICT, "A"),
        "集街办〔2024〕22号": (OFFICE, "A"),
        "集街办〔2024〕40号": (OFFICE, "A"),
        "集街办〔2024〕10号": (OFFICE, "A"),
        "集安办〔2024〕13号": ("集美区安全生产委员会办公室", "C"),
        "集府〔2024〕90号": (DISTRICT, "A"),
        "集消安办〔2023〕38号": ("集美区消防安全委员会办公室", "C"),
    }


# --- places -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (OFFICE, ("福建省", "厦门市", "集美区", "集美街道")),
        ("中共厦门市集美区委办公室", ("福建省", "厦门市", "集美区")),
        ("集美区人民政府", ("福建省", "厦门市", "集美区")),
        ("中共泰安市委泰安市人民政府安全生产委员会办公室", ("泰安市",)),
        ("贵州省黔西南布依族苗族自治州人民政府", ("贵州省", "黔西南布依族苗族自治州")),
        ("北京市海淀区人民政府", ("北京市", "海淀区")),
        ("深圳市城市管理和综合执法局", ("广东省", "深圳市")),
        ("国务院办公厅", ()),
        ("国家市场监督管理总局", ()),
        ("工业和信息化部", ()),
        ("某某集团安全生产部", None),
        ("社区居委会", None),
    ],
)
def test_the_place_in_a_name(name, place):
    assert place_in(name, REGISTRY) == place


@pytest.mark.parametrize(
    ("place", "level", "name"),
    [
        ((), "国家", ""),
        (("广西壮族自治区",), "省", "广西壮族自治区"),
        (("北京市",), "省", "北京市"),
        (("浙江省", "温州市"), "市", "温州市"),
        (("浙江省", "温州市", "乐清市"), "区县", "乐清市"),
        (("福建省", "厦门市", "集美区"), "区县", "厦门市集美区"),
        (("北京市", "海淀区"), "区县", "北京市海淀区"),
        (("江西省", "赣州市", "于都县"), "区县", "于都县"),
        (("福建省", "厦门市", "集美区", "灌口镇"), "街道乡镇", "灌口镇"),
    ],
)
def test_levels_and_how_names_write_a_place(place, level, name):
    assert (level_of(place), written(place)) == (level, name)


@pytest.mark.parametrize(
    ("letters", "fits"), [("集", True), ("厦集", True), ("闽厦集", True), ("集美", True), ("厦", False), ("美", False), ("", False)]
)
def test_letters_that_spell_a_place(letters, fits):
    assert spells(letters, ("福建省", "厦门市", "集美区"), REGISTRY) is fits


@pytest.mark.parametrize(
    ("head", "place"),
    [
        (Head(issuers=(OFFICE,)), ("福建省", "厦门市", "集美区", "集美街道")),
        (Head(title="厦门市集美区人民政府关于做好工作的通知"), ("福建省", "厦门市", "集美区")),
        (Head(number="集府〔2024〕90号"), ("福建省", "厦门市", "集美区")),
        (Head(number="甬政办发〔2008〕239号"), ("浙江省", "宁波市")),
        (Head(number="国办发〔2019〕6号"), ()),
        (Head(number="安委办〔2019〕39号"), None),
        (Head(number="某字〔2019〕39号"), None),
        (Head(), None),
    ],
)
def test_where_a_document_speaks_from(head, place):
    assert place_of(head, REGISTRY) == place


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("集街办〔2024〕46 号", "集街办"),
        ("国务院令第707号", "国务院令"),
        ("安委[2020]3号", "安委"),
        ("省政府令223号", "省政府令"),
        ("GB/T 33000-2016", None),
        ("(87)煤生字第337号", None),
        ("", None),
    ],
)
def test_the_code_of_a_number(number, code):
    assert code_of(number) == code


# --- short names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "printed", "names"),
    [
        (OFFICE, "区安办", ("集美区安全生产委员会办公室",)),
        (OFFICE, "区住建局", ("厦门市集美区住房和城乡建设局",)),
        (OFFICE, "市教育局", ("厦门市教育局",)),
        (OFFICE, "省应急厅", ("福建省应急管理厅",)),
        (OFFICE, "区委组织部", ("中共厦门市集美区委组织部",)),
        (OFFICE, "市场监管局", None),
        (OFFICE, "区直有关部门", None),
        (OFFICE, "县住建局", None),
        (OFFICE, "社会单位", None),
        ("成都市青羊区人民政府", "区安办", ("成都市青羊区安全生产委员会办公室",)),
        ("成都市青羊区人民政府", "区市场监管局", ("成都市青羊区市场监督管理局",)),
        # two levels are called 市: both are said
        ("浙江省温州市乐清市应急管理局", "市住建局", ("温州市住房和城乡建设局", "乐清市住房和城乡建设局")),
        ("某某集团公司", "区安办", None),
    ],
)
def test_a_short_name_is_suggested_for_the_place_of_who_prints_it(by, printed, names):
    found = suggest_names(setting_of(notice(by), REGISTRY), [printed])

    assert tuple(one.names for one in found) == ((names,) if names else ())
    assert all(one.reason and one.printed == printed for one in found)


def test_names_of_the_issuer_itself_are_no_guess():
    document = notice(OFFICE, recipients=("各社区居委会",))
    assert {"街道办", "社区"} <= set(own_names(document))
    assert suggest_names(setting_of(document, REGISTRY), ["街道办", "社区", OFFICE]) == ()


pieces = st.text(st.sampled_from("集府办安委消厦闽政国务院省市区县街道令字发〔2024〕第号、 关于印发的通知中共人民"), max_size=24)


@given(pieces, pieces, pieces, pieces)
def test_any_text_has_an_issuer_or_none(number, title, issuer, by):
    """No text makes it fail, and what it says is whole: names with a certainty, or none and neither."""
    found = cited(notice(*filter(None, [by]), number=by or None), number=number, title=title, issuer=issuer or None)
    assert found is None or (bool(found.names) == (found.certainty is not None) and found.reason and all(found.names))
