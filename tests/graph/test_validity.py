"""When documents hold: by their own words, by those that repeal or replace them, by the registry, by their titles; all notices invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jimei_kb import build_kb, cli, open_kb
from jimei_kb.errors import GraphError
from jimei_kb.graph.build import build_graph
from jimei_kb.graph.index import Entry
from jimei_kb.graph.library import in_force
from jimei_kb.graph.registry import KnownDocument, load_registry
from jimei_kb.graph.validity import Limit, Validity, newer_versions, outline, validities

RULES = "{head}甲区火灾隐患整改办法{mark}\n各镇人民政府：\n一、总则。各镇人民政府应当落实{what}。\n二、附则。{end}\n甲区人民政府\n{day}\n"


def limits(kb, registry=None):
    """Document → when it holds."""
    return validities([outline(reading, registry or load_registry()) for reading in kb.readings])


def notice(number, day, what="值班制度", end="本办法自印发之日起施行。", mark=""):
    head = f"甲政〔{day[:4]}〕{number}号\n甲区人民政府关于印发"
    text = RULES.format(head=head, mark=mark, what=what, end=end, day=day)
    return text.replace(f"关于印发甲区火灾隐患整改办法{mark}", f"关于印发甲区火灾隐患整改办法{mark}的通知")


def rules(number, day, what="值班制度", end="本办法自印发之日起施行。", mark=""):
    """A notice whose title is the name of the rules themselves."""
    return RULES.format(head=f"甲政〔{day[:4]}〕{number}号\n", mark=mark, what=what, end=end, day=day)


@pytest.fixture
def opened(tmp_path):
    def build(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        build_kb(sorted(tmp_path.glob("*.txt")), tmp_path / "kb")
        return open_kb(tmp_path / "kb")

    return build


def days(kb):
    """First and last day by slug."""
    found = limits(kb)
    keys = {reading.document.slug: found[reading.document.key] for reading in kb.readings}
    return {slug: (str(v.start and v.start.day), str(v.end and v.end.day)) for slug, v in keys.items()}


@pytest.mark.parametrize(
    ("end", "first", "last"),
    [
        ("本办法自印发之日起施行。", "2020-03-01", "None"),
        ("本办法由区应急局解释。", "2020-03-01", "None"),
        ("本办法自2020年5月1日起施行。", "2020-05-01", "None"),
        ("本办法自2020年5月1日起施行，有效期5年。", "2020-05-01", "2025-04-30"),
        ("本办法自印发之日起施行，有效期为三年。", "2020-03-01", "2023-02-28"),
        ("本办法自2020年5月1日起施行，有效期至2022年12月31日。", "2020-05-01", "2022-12-31"),
        # what is no day sets no limit
        ("本办法自2020年13月1日起施行。", "2020-03-01", "None"),
    ],
)
def test_what_a_document_says_of_itself(opened, end, first, last):
    assert days(opened(a=rules(1, "2020年3月1日", end=end))) == {"a": (first, last)}


@pytest.mark.parametrize(
    ("title", "last"),
    [
        ("甲区人民政府关于下达2021年度消防工作目标责任的通知", "2021-12-31"),
        ("甲区安全生产治本攻坚三年行动方案（2021—2023年）", "2023-12-31"),
        ("甲区人民政府关于做好2021年汛期值班的通知", "None"),
    ],
)
def test_the_year_in_a_title_is_a_last_day_that_is_inferred(opened, title, last):
    kb = opened(a=f"甲政〔2021〕1号\n{title}\n各镇人民政府：\n一、要求。各镇人民政府应当落实值班制度。\n甲区人民政府\n2021年3月1日\n")
    assert days(kb)["a"] == ("2021-03-01", last)
    assert [limit.certainty for one in limits(kb).values() for limit in one.ends] == ["C"] * (last != "None")


def test_a_document_that_is_repealed_ends_the_day_before(opened):
    """Named by number or by title; the words that repeal it are the evidence."""
    ends = "本办法自2022年1月1日起施行，《甲区火灾隐患整改办法》（甲政〔2020〕1号）同时废止。"
    kb = opened(a=rules(1, "2020年3月1日"), b=rules(7, "2021年12月1日", end=ends).replace("甲区火灾隐患整改办法\n", "甲区消防管理规定\n"))
    assert days(kb) == {"a": ("2020-03-01", "2021-12-31"), "b": ("2022-01-01", "None")}
    end = limits(kb)["甲政〔2020〕1号"].end
    assert end.certainty == "A"
    assert end.evidence.quote in kb.documents[1].text
    assert "甲政〔2021〕7号写明" in end.reason


def test_a_later_version_takes_the_place_of_the_earlier(opened):
    kb = opened(
        a=rules(1, "2020年3月1日"),
        b=rules(2, "2022年3月1日", mark="（2022年修订）"),
        c=rules(3, "2024年3月1日", mark="（2024年修订）", end="本办法自2024年5月1日起施行。"),
    )
    assert days(kb) == {"a": ("2020-03-01", "2022-02-28"), "b": ("2022-03-01", "2024-04-30"), "c": ("2024-05-01", "None")}


def test_notices_of_one_title_do_not_replace_each_other(opened):
    kb = opened(a=notice(1, "2020年3月1日"), b=notice(2, "2021年3月1日"))
    assert {last for _, last in days(kb).values()} == {"None"}


def test_a_repeal_without_a_day_ends_it_on_every_day():
    """Nobody knows since when, so no answer rests on it."""
    known = Validity(Limit(date(2020, 1, 1), "成文日期", "A"), (Limit(None, "x", "A"), Limit(date(2030, 1, 1), "y", "A")))
    assert known.against(date(2024, 1, 1)).reason == "x"
    assert known.against(date(2019, 1, 1)).reason == "成文日期"


def test_what_the_registry_knows(opened):
    kb = opened(a=rules(1, "2020年3月1日", end="由区应急局解释。"))
    row = KnownDocument("甲区火灾隐患整改办法", "甲政〔2020〕1号", "", "2020-06-01", "2021-06-01", "A", "invented")
    registry = replace(load_registry(), documents=(row,))
    found = limits(kb, registry)["甲政〔2020〕1号"]
    assert (found.start.day, found.end.day, found.start.reason) == (date(2020, 6, 1), date(2021, 6, 1), "登记表：invented")


def test_the_graph_says_when_documents_hold(opened):
    """Those that the base does not hold too, where the registry knows them."""
    text = rules(1, "2020年3月1日", what="《党政机关公文处理工作条例》（中办发〔2012〕14号）", end="有效期2年。")
    graph = build_graph(opened(a=text).readings)
    facts = {node.id: dict(node.facts) for node in graph.nodes if node.kind == "document"}
    own = facts["document:甲政〔2020〕1号"]
    assert (own["valid_from"], own["valid_to"], own["valid_to_certainty"]) == ("2020-03-01", "2022-02-28", "A")
    assert facts["document:中办发〔2012〕14号"]["valid_from"] == "2012-07-01"


def test_who_asks_only_what_holds_on_the_day(opened, capsys):
    kb = opened(a=rules(1, "2020年3月1日", what="夜间巡查制度"), b=rules(2, "2022年3月1日", what="夜间巡查制度", mark="（2022年修订）"))

    def asked(as_of):
        answer = kb.who("夜间巡查", as_of=as_of)
        return [finding.evidence.document for finding in answer.findings], answer.note

    assert set(asked(None)[0]) == {"甲政〔2020〕1号", "甲政〔2022〕2号"}
    assert asked("2021-01-01")[0] == ["甲政〔2020〕1号"]
    found, note = asked(date(2023, 1, 1))
    assert found == ["甲政〔2022〕2号"]
    assert "2023-01-01不在有效期内的文件有1份，没有查：甲政〔2020〕1号（2022-02-28，甲政〔2022〕2号是" in note
    assert asked("2019-01-01")[0] == []
    assert repr(kb.who("夜间巡查", as_of="2019-01-01")).startswith(
        "问：夜间巡查\n答：文中未载明。\n这一天没有有效的文件可查。2019-01-01不在有效期内的文件有2份"
    )
    assert [document.slug for document in kb.in_force("2023-01-01")] == ["b"]
    assert cli.main(["who", "夜间巡查", "--as-of", "2021-01-01", "--kb", str(kb.path)]) == 0
    assert "甲政〔2022〕2号（2022-03-01" in capsys.readouterr().out
    assert cli.main(["ask", "夜间巡查有什么要求？", "--as-of", "2021-01-01", "--kb", str(kb.path)]) == 0
    assert "甲政〔2022〕2号（2022-03-01" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["2024", "28.10.2024", "", "今天"])
def test_what_is_no_day_is_refused(opened, wrong):
    kb = opened(a=rules(1, "2020年3月1日"))
    with pytest.raises(GraphError, match=r"日期写作 .*；应写成 2024-10-28"):
        in_force(kb.readings, wrong, load_registry())


def test_the_seed_holds_to_the_end_of_its_year(reading):
    held, others = in_force([reading], "2024-12-31", load_registry())
    assert (len(held), others) == (1, ())
    ((_, limit),) = in_force([reading], "2025-01-01", load_registry())[1]
    assert (limit.day, limit.certainty, limit.reason) == (date(2024, 12, 31), "C", "题名所称的年度“2024年度”，推断")
    ((_, limit),) = in_force([reading], "2024-10-27", load_registry())[1]
    assert limit.reason == "成文日期"


def test_a_newer_version_differs_in_the_year_alone():
    """Of one issuer; the newest stands for all."""
    rows = [
        ("甲政〔2022〕1号", "关于下达2022年度消防工作目标责任的通知", "甲区人民政府", "2022-03-01"),
        ("甲政〔2023〕1号", "关于下达2023年度消防工作目标责任的通知", "甲区人民政府", "2023-03-01"),
        ("甲政〔2024〕1号", "关于下达2024年度消防工作目标责任的通知", "甲区人民政府", "2024-03-01"),
        ("乙政〔2025〕1号", "关于下达2025年度消防工作目标责任的通知", "乙区人民政府", "2025-03-01"),
        ("甲政〔2025〕2号", "关于下达2025年度防汛工作目标责任的通知", "甲区人民政府", "2025-03-01"),
        ("甲政〔2025〕3号", "关于下达2025年度消防工作目标责任的通知", "甲区人民政府", ""),
    ]
    entries = [Entry(number, number, number, title, issuer, day) for number, title, issuer, day in rows]
    assert {key: newer.key for key, newer in newer_versions(entries).items()} == {
        "甲政〔2022〕1号": "甲政〔2024〕1号",
        "甲政〔2023〕1号": "甲政〔2024〕1号",
    }
