"""Chains of responsibility: every level by name, down to who does it, and what is lacking."""

from __future__ import annotations

import pytest

from jimei_kb import build_kb, open_kb
from jimei_kb.errors import GraphError
from jimei_kb.query.levels import RUNGS

KEY = "集街办〔2024〕46号"
PLAN = "《电动自行车安全隐患全链条整治行动方案》"


@pytest.fixture(scope="module")
def bicycles(seed_kb):
    """The chain of 电动自行车 in the seed."""
    found = seed_kb.trace("电动自行车")
    (chain,) = found.chains
    return found, chain


def level(chain, name):
    return next(one for one in chain.levels if one.level == name)


def test_every_level_stands_in_the_chain(bicycles):
    _, chain = bicycles
    assert tuple(one.level for one in chain.levels) == RUNGS
    assert chain.line == "福建省厦门市集美区集美街道"


def test_the_state_council_asks_by_a_document_that_is_not_held(bicycles):
    (source,) = level(bicycles[1], "国家").sources
    assert (source.document.name, source.document.issuers, source.document.held) == (PLAN, ("国务院办公厅",), False)
    assert (source.document.certainty, source.document.reason, source.about) == ("A", "题名前署名", True)
    assert {step.relation for step in source.citations} == {"贯彻", "落实"}
    assert (level(bicycles[1], "国家").fill, source.why) == ("cited", "就这一主题被引用")


@pytest.mark.parametrize(("name", "fill"), [("省", "collective"), ("市", "collective"), ("区县", "ground")])
def test_a_level_that_is_only_named_collectively_or_for_the_whole_notice_is_a_gap_by_name(bicycles, name, fill):
    found = level(bicycles[1], name)
    assert [step.cited.title for step in found.collective] == ["省、市、区和街道办行动方案"]
    assert found.fill == fill
    assert found.gap
    assert not any(source.about for source in found.sources)


def test_what_the_whole_notice_rests_on_is_told_apart(bicycles):
    """集府〔2024〕243号 is its ground, but nothing says that it is about electric bicycles."""
    sources = level(bicycles[1], "区县").sources
    assert "集府〔2024〕243号" in {source.document.number for source in sources}
    assert {source.why for source in sources} == {"作为全文依据被引用"}
    assert "全文依据" in repr(bicycles[0])


def test_the_notice_itself_is_held_and_handed_down_to_the_communities(bicycles):
    chain = bicycles[1]
    (source,) = [one for one in level(chain, "街道乡镇").sources if one.document.held]
    assert (source.document.number, level(chain, "街道乡镇").gap) == (KEY, "")
    (handing,) = chain.handings
    assert [body.name for body in handing.recipients] == ["各社区居委会"]
    assert [body.name for body in level(chain, "社区").bodies] == ["各社区居委会"]


def test_the_duties_are_those_of_the_topic_and_nobody_is_printed_for_them(bicycles):
    chain = bicycles[1]
    assert len(chain.duties) >= 5
    assert all("电动自行车" in duty.evidence.quote for duty in chain.duties)
    assert chain.unassigned == chain.duties
    assert chain.contested == ()


def test_ties_of_other_duties_are_told_apart(bicycles):
    """Nothing says who reports on electric bicycles; the same notice says it of something else."""
    reports = [tie for tie in bicycles[1].ties if tie.kind == "报告"]
    assert reports
    assert all(tie.beside for tie in reports)
    said = repr(bicycles[0])
    assert "【谁向谁报告】文中未载明" in said
    assert said.index("向街道办书面报告") > said.index("【旁证：同一文件就其他职责写到的督促、报告、指挥】")


def test_the_chain_is_told_in_one_line(bicycles):
    line = repr(bicycles[0]).splitlines()[3]
    assert line.split(" → ") == [
        "  国务院办公厅（未收录）",
        "〔缺省级，仅统称〕",
        "〔缺市级，仅统称〕",
        "〔区县级仅全文依据：中共厦门市集美区委办公室（未收录）、厦门市集美区人民政府（未收录）〕",
        "厦门市集美区人民政府集美街道办事处",
        "各社区居委会",
    ]


def test_text_and_html_have_every_fact_of_the_rows(bicycles):
    found, _ = bicycles
    said, shown = repr(found), found._repr_html_()
    for row in found.rows():
        for fact in (row["clause"], row["quote"], row["other"], row["status"] if row["part"] != "gap" else None):
            assert (fact or "") in said
            assert (fact or "").replace("&", "&amp;") in shown
    assert repr(found) == said


def test_quotations_stand_in_the_text(bicycles, seed_kb):
    text = seed_kb.documents[0].text
    quotes = [row for row in bicycles[0].rows() if row["quote"]]
    assert len(quotes) > 10
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in quotes)


def test_who_reports_to_whom_and_who_commands_whom(specimen_kb):
    (chain,) = specimen_kb.trace("微型消防站").chains
    (command, *_) = [tie for tie in chain.ties if tie.kind == "指挥"]
    assert ([one.body.name for one in command.upper], [body.name for body in command.lower]) == (["119指挥中心"], ["社区微型消防站"])
    assert not command.beside
    (chain,) = specimen_kb.trace("望街办〔2024〕15号").chains
    (report,) = [tie for tie in chain.ties if tie.kind == "报告"]
    assert report.upper[0].body.name == "澜江市云岫区人民政府望湖街道办事处"
    assert report.upper[0].body.printed == "街道办"
    assert [body.name for body in report.lower] == ["各社区居委会"]


def test_several_who_answer_for_it_without_a_lead_are_contested(specimen_kb):
    (chain,) = specimen_kb.trace("重点单位").chains
    assert [duty.evidence.clause for duty in chain.contested] == ["望街办〔2024〕15号#五"]


def test_a_held_document_closes_the_gap_of_its_level(specimen_kb):
    (chain,) = specimen_kb.trace("电动自行车").chains
    assert [one.gap for one in chain.levels if one.level in ("区县", "街道乡镇", "社区")] == ["", "", ""]
    (city,) = level(chain, "市").sources
    assert (city.document.issuers, city.document.held) == (("澜江市人民政府",), False)
    assert level(chain, "省").fill == "none"
    (district,) = level(chain, "区县").sources
    assert district.why == "作为全文依据被引用，自身也写到这一主题"


def test_documents_of_two_places_are_two_chains(seed_path, root, tmp_path):
    build_kb([seed_path, root / "data" / "specimens"], tmp_path / "kb")
    chains = open_kb(tmp_path / "kb").trace("电动自行车").chains
    assert [chain.line for chain in chains] == ["澜江市云岫区望湖街道", "福建省厦门市集美区集美街道"]
    assert "按地点和引用分成 2 条链" in repr(open_kb(tmp_path / "kb").trace("电动自行车"))
    for chain in chains:
        assert len({duty.evidence.document.partition("〔")[0] for duty in chain.duties} & {"集街办", "望街办"}) == 1


UNCITED = {
    "a.txt": """国安〔2024〕1号
国务院安全生产委员会关于飞线充电治理的通知
各省人民政府：
一、治理。各省人民政府负责治理飞线充电。
国务院安全生产委员会
2024年1月2日
""",
    "b.txt": """甲街办〔2024〕3号
福建省厦门市集美区人民政府甲街道办事处关于飞线充电治理的通知
各社区居委会：
一、治理。各社区居委会负责治理飞线充电。
福建省厦门市集美区人民政府甲街道办事处
2024年2月2日
""",
}


def test_a_document_that_nobody_cites_is_no_link_of_the_chain(tmp_path):
    """It stands at its level with the reason, not in the line, and begins a chain of its own."""
    for name, text in UNCITED.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    build_kb([tmp_path], tmp_path / "kb")
    found = open_kb(tmp_path / "kb").trace("飞线充电")
    lower, upper = found.chains
    (state,) = level(lower, "国家").sources
    assert (state.linked, state.why, level(lower, "国家").fill) == (False, "自身写到这一主题，链上文件没有引用它", "uncited")
    assert [duty.evidence.document for duty in lower.duties] == ["甲街办〔2024〕3号"]
    assert [duty.evidence.document for duty in upper.duties] == ["国安〔2024〕1号"]
    line = next(line for line in repr(found).splitlines() if " → " in line)
    assert line.startswith("  〔缺国家级，链外另有文件〕 → ")


def test_what_is_mentioned_without_a_duty_is_quoted(tmp_path):
    (tmp_path / "a.txt").write_text(
        "甲办〔2024〕1号\n关于情况的通报\n各社区：\n一、情况。飞线充电是主要问题。\n甲街道办事处\n2024年1月2日\n", encoding="utf-8"
    )
    build_kb([tmp_path], tmp_path / "kb")
    (chain,) = open_kb(tmp_path / "kb").trace("飞线充电").chains
    assert (chain.duties, [one.quote for one in chain.mentions]) == ((), ["飞线充电是主要问题。"])


def test_on_a_day_only_documents_in_force_are_links(specimen_kb):
    """The notice for 2023 is over in 2024, that for 2024 has not begun in 2023; both times the result says so."""
    before, later = specimen_kb.trace("电动自行车", as_of="2023-06-01"), specimen_kb.trace("电动自行车", as_of="2024-06-01")
    for found, held, out in ((before, "望街办〔2023〕9号", "望街办〔2024〕15号"), (later, "望街办〔2024〕15号", "望街办〔2023〕9号")):
        assert held in {duty.evidence.document for chain in found.chains for duty in chain.duties}
        assert out not in {row["document"] for row in found.rows()}
        assert out in {one.document for one in found.left_out}
        assert out in repr(found)
    assert "题名所称的年度“2023年度”" in repr(later)
    assert specimen_kb.trace("电动自行车").left_out == ()


def test_without_a_day_a_document_that_is_over_says_so(specimen_kb):
    rows = specimen_kb.trace("电动自行车").rows()
    (said,) = {row["validity"] for row in rows if "望街办〔2023〕9号" in (row["other"] or "")}
    assert said.startswith("效力至2023-12-31（")
    assert f"望街办〔2023〕9号：2 项（{said}）" in repr(specimen_kb.trace("电动自行车"))
    assert {row["validity"] for row in rows if row["document"] == "望街办〔2023〕9号" and row["part"] == "duty"} == {said}


def test_on_a_day_on_which_nothing_holds_it_is_not_stated_and_why(specimen_kb):
    found = specimen_kb.trace("电动自行车", as_of="2020-01-01")
    assert found.chains == ()
    assert len(found.left_out) == 3
    assert "自2024-02-20起生效" in repr(found)
    with pytest.raises(GraphError, match="as_of"):
        specimen_kb.trace("电动自行车", as_of="去年")


def test_for_programs_what_was_asked_stands_beside_the_rows(seed_kb):
    found = seed_kb.trace("太空旅行").plain()
    assert (found["subject"], found["stated"], found["as_of"], found["rows"]) == ("太空旅行", False, None, [])
    assert seed_kb.trace("电瓶车").plain()["stated"]


def test_cells_are_in_chinese(seed_kb, tmp_path):
    seed_kb.trace("电动自行车").to_csv(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "监管盲区" in text
    assert not {"addressee", "unassigned", "True"} & set(text.replace('"', ",").split(","))


def test_below_a_municipality_there_is_no_level_of_cities(tmp_path):
    notice = "沪徐府〔2024〕1号\n上海市徐汇区人民政府关于消防的通知\n各街道办事处：\n一、消防。开展消防检查。\n上海市徐汇区人民政府\n2024年1月2日\n"
    (tmp_path / "a.txt").write_text(notice, encoding="utf-8")
    build_kb([tmp_path], tmp_path / "kb")
    (chain,) = open_kb(tmp_path / "kb").trace("消防检查").chains
    assert [one.level for one in chain.levels] == ["国家", "省", "区县", "街道乡镇", "社区"]
    assert "〔缺国家级〕 → 〔缺省级〕 → 上海市徐汇区人民政府 →" in repr(open_kb(tmp_path / "kb").trace("消防检查"))


def test_a_duty_and_its_clause_and_its_document_can_be_traced(seed_kb):
    duty_id, duty = next((key, one) for key, one in seed_kb.records.items() if key.startswith("duty-") and "每季度" in one.quote)
    (chain,) = seed_kb.trace(duty_id).chains
    assert [one.evidence.quote for one in chain.duties] == [duty.quote]
    (of_clause,) = seed_kb.trace("消防工作方面/三").chains
    (whole,) = seed_kb.trace(KEY).chains
    quotes = [{one.evidence.quote for one in each.duties} for each in (chain, of_clause, whole)]
    assert quotes[0] < quotes[1] < quotes[2]
    assert len(whole.duties) == len(seed_kb.readings[0].annotations.duties)
    assert not any(tie.beside for tie in whole.ties)


@pytest.mark.parametrize(
    "subject", ["集街办[2024]46 号", "jimei-2024-46", "厦门市集美区人民政府集美街道办事处关于下达2024年度安全生产和消防工作目标责任的通知"]
)
def test_a_document_is_known_by_any_of_its_names(seed_kb, subject):
    (chain,) = seed_kb.trace(subject).chains
    assert len(chain.duties) == len(seed_kb.readings[0].annotations.duties)


def test_an_everyday_word_is_understood_and_said(seed_kb):
    found = seed_kb.trace("电瓶车")
    assert "电动自行车" in found.note
    assert found.chains


@pytest.mark.parametrize("subject", ["太空旅行", "", "？"])
def test_what_no_document_speaks_of_is_not_stated(seed_kb, subject):
    found = seed_kb.trace(subject)
    assert (found.chains, found.rows()) == ((), [])
    assert "文中未载明" in repr(found)


@pytest.mark.parametrize("subject", ["duty-0000000000000000", "消防工作方面/九十九", f"{KEY}#无"])
def test_a_record_or_a_clause_that_is_not_there_is_an_error(seed_kb, subject):
    with pytest.raises(GraphError):
        seed_kb.trace(subject)
