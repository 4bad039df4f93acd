"""The exported pages, opened as files: the search answers, links lead to their places, the console is silent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from jimei_kb import open_kb


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "pages"
    open_kb(root / "kb").export_html(out)
    return out


def test_a_search_leads_to_its_clause(site, page, screenshots):
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").fill("电动自行车 充电场所")
    expect(page.locator("#status")).to_have_text("找到 1 处")
    page.screenshot(path=screenshots / "site-search.png")
    page.locator("#results a").first.click()
    expect(page.locator("section:target h3")).to_contain_text("消防工作方面/六")
    expect(page.locator("section:target")).to_be_in_viewport()
    page.screenshot(path=screenshots / "site-clause.png")

    # from the clause to the body that answers for it, and back from one of its quotations
    page.locator("section:target a", has_text="各社区居委会").click()
    expect(page.locator("section:target h2")).to_have_text("各社区居委会")
    page.screenshot(path=screenshots / "site-responsible.png")
    page.locator("section:target li a").first.click()
    expect(page.locator("section:target h3")).to_be_visible()
    assert page.complaints == []
    assert page.called == []


def test_what_is_not_there_is_said(site, page, screenshots):
    page.goto(f"{(site / 'index.html').as_uri()}?q=电梯维修")
    expect(page.get_by_role("searchbox")).to_have_value("电梯维修")
    expect(page.locator("#status")).to_contain_text("文中未载明")
    page.get_by_role("link", name="引用的文件").click()
    expect(page.locator("main h2").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(re.compile("未收录"))
    page.screenshot(path=screenshots / "site-cited.png")
    assert page.complaints == []
