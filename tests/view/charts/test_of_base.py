"""The pictures of a base say what its rows say."""

from __future__ import annotations

from collections import Counter

from jimei_kb.view.charts.of_base import draw_chain, draw_citations


def test_the_overview_counts_every_record(seed):
    grid = seed.overview()
    counts = [sum(int(cell.said) for cell in column) for column in zip(*grid.cells, strict=True)]
    found = seed.readings[0].annotations
    assert counts[:5] == [len(found.citations), len(found.actors), len(found.duties), len(found.metrics), len(found.schedules)]
    assert len(grid.names) == 17  # the preface and sixteen clauses


def test_the_overview_of_several_has_a_row_for_each(specimens):
    grid = specimens.overview()
    assert [name.partition("\u3000")[0] for name in grid.names] == [document.key for document in specimens.documents]
    assert specimens.overview("岫政〔2024〕12号").corner == "条款"


def test_the_matrix_tells_said_from_assumed(seed):
    grid = seed.responsibilities()
    said = {
        (name, body): cell for name, row in zip(grid.names, grid.cells, strict=True) for body, cell in zip(grid.columns, row, strict=True)
    }
    street = said["消防工作方面/三\u3000完善消防工作机制", "街道"]
    assumed = said["消防工作方面/四\u3000组织开展隐患整治", "各社区居委会"]
    assert "承前省略" in street.said
    assert not street.fill.hatch
    assert "推定为主送机关" in assumed.said
    assert assumed.fill.hatch


def test_flows_are_the_matrix(seed):
    """The same duties, body by body."""
    grid, flows = seed.responsibilities(), seed.flows()
    borne: Counter[str] = Counter()
    for flow in flows.flows:
        borne[flow.source] += flow.duties
    assert [body for body, _ in borne.most_common(1)] == [grid.columns[0]]
    assert sum(borne.values()) == sum(
        int(count) for row in grid.cells for cell in row for part in cell.word.split() if (count := part[1:]).isdigit()
    )


def test_the_chain_shows_levels_gaps_and_arrows(specimens):
    ladder = specimens.trace("消防").chart()
    notes = {rung.name: rung.note for rung in ladder.rungs}
    assert list(notes) == ["国家", "省", "市", "区县", "街道乡镇", "社区", "层级未定"]
    assert notes["国家"] == "没有收录的文件，也没有被引用的文件"
    kinds = {box.text: box.kind for rung in ladder.rungs for box in rung.boxes}
    assert kinds["澜江市人民政府《电动自行车火灾防控三年行动方案》"] == "cited"
    assert kinds["各社区居委会"] == "body"
    arrows = {(arrow.source.partition("|")[2], arrow.target.partition("|")[2], arrow.relation) for arrow in ladder.arrows}
    assert any(source.endswith("（望街办〔2024〕15号）") and target.endswith("（岫政〔2024〕12号）") for source, target, _ in arrows)
    assert any(target == "各社区居委会" and relation == "主送" for _, target, relation in arrows)


def test_every_arrow_has_both_ends(seed, specimens):
    pictures = [seed.trace("电动自行车").chart(), seed.cites("集街办〔2024〕46号").chart(), specimens.cites("望街办〔2024〕15号").chart()]
    for ladder in pictures:
        ids = {box.id for rung in ladder.rungs for box in rung.boxes}
        assert ladder.arrows
        assert {end for arrow in ladder.arrows for end in (arrow.source, arrow.target)} <= ids


def test_a_document_that_is_held_leads_further(specimens):
    """The district's notice stands once, and what it cites hangs on it and not on the one that was asked for."""
    ladder = specimens.cites("望街办〔2024〕15号").chart()
    district = [box for rung in ladder.rungs for box in rung.boxes if "岫政〔2024〕12号" in box.text]
    assert [box.kind for box in district] == ["held"]
    assert [arrow.target for arrow in ladder.arrows if arrow.source == district[0].id]


def test_what_is_not_said_is_an_empty_picture():
    assert "文中未载明" in repr(draw_chain("校车", []))
    assert "文中未载明" in repr(draw_citations("甲", "up", []))


def test_the_calendar_shows_what_is_dated(seed):
    calendar = seed.calendar(2024)
    timeline = calendar.chart()
    dated = [row for row in calendar.rows() if row["last"]]
    drawn = [due for _, dues in timeline.lines for due in dues]
    assert len(drawn) == len(dated)
    assert sum(due.state == "应做（下达滞后）" for due in drawn) == sum(row["late"] for row in dated)
    assert timeline.notes == (f"日期无法从原文得出的 {len(calendar.rows()) - len(dated)} 项未画，见文字形式。",)
