"""The report: the same figures in every form, nothing obeyed that stands in a text, the same bytes, what is not said is said to be so."""

from __future__ import annotations

import html
import re
import shutil
from html.parser import HTMLParser

import openpyxl
import pytest
from docx import Document

from jimei_kb.errors import ResultsError
from jimei_kb.results.report import report_of
from jimei_kb.tabular import write_csv
from jimei_kb.view.report import MOST_ROWS, Report, Section, on_paper, spoken_cell, to_html

FORMS = ("html", "xlsx", "docx")


class Tables(HTMLParser):
    """The tables below their headings, and all text; `fetched` are addresses that a browser would ask for."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.fetched, self.handlers, self.tags, self.text, self._into = {}, [], [], set(), "", None
        self._title = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.fetched += [value for name, value in attrs if name in ("src", "href", "action") and not value.startswith("data:")]
        if tag == "h2":
            self._title, self._into = "", "title"
        elif tag == "tr":
            self.tables.setdefault(self._title, []).append([])
        elif tag in ("td", "th"):
            self.tables[self._title][-1].append("")
            self._into = "cell"

    def handle_endtag(self, tag):
        if tag in ("td", "th", "h2"):
            self._into = None

    def handle_data(self, data):
        self.text += data
        if self._into == "title":
            self._title += data
        elif self._into == "cell":
            self.tables[self._title][-1][-1] += data


@pytest.fixture(scope="module")
def evaluation(seed_base, results, root):
    return seed_base.evaluate(results, scheme=root / "data" / "schemes" / "jimei-2024-46.toml")


@pytest.fixture(scope="module")
def written(evaluation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    for form in FORMS:
        evaluation.report(folder / f"report.{form}")
    return folder


def plain(rows):
    return [[spoken_cell(cell) for cell in row] for row in rows]


def of_html(path):
    return Tables(path.read_text(encoding="utf-8")).tables


def of_excel(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: plain(sheet.iter_rows(values_only=True)) for sheet in book}


def of_word(path):
    document = Document(str(path))
    tables, title = {}, ""
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            tables[title] = [[cell.text for cell in row.cells] for row in part.rows]
        elif part.style.name == "Heading 1":
            title = part.text
    return tables


def test_every_form_has_the_same_figures(written, evaluation):
    """Each table of the report, cell by cell, in HTML, in Excel and in Word; nothing is left out of a year of this size."""
    page, excel, word = of_html(written / "report.html"), of_excel(written / "report.xlsx"), of_word(written / "report.docx")
    with_rows = [section for section in report_of(evaluation).sections if section.rows]
    assert len(with_rows) >= 11
    for section in with_rows:
        expected = [list(section.header), *plain(section.rows)]
        assert page[section.title] == expected
        assert excel[section.title] == expected
        assert word[section.title] == expected


def test_the_figures_are_those_of_the_frames(written, evaluation):
    excel = of_excel(written / "report.xlsx")
    verdicts, tables = evaluation.frame(), evaluation.tables
    counts = excel["一、总体情况"][-1]
    assert [int(number) for number in counts[1:]] == [
        *((verdicts["status"] == status).sum() for status in ("达标", "未达标", "未报", "待定", "不适用")),
        len(verdicts),
    ]
    failed = verdicts[verdicts["status"] == "未达标"]
    assert sorted((row[0], float(row[2])) for row in excel["三、未达标的目标"][1:]) == sorted(
        zip(failed["unit"], failed["actual"].astype(float), strict=True)
    )
    for title, table in (("五、缺少的佐证", tables.missing), ("七、隐患整改销案", tables.hazards), ("逐期情况", tables.periods)):
        assert len(excel[title]) - 1 == len(table.frame())
    scores = evaluation.scores.frame()
    assert [(row[2], float(row[3]), float(row[4])) for row in excel["九、得分"][1:]] == list(
        zip(scores["unit"], scores["worst"], scores["best"], strict=True)
    )


def test_what_a_reader_must_know_is_said_in_every_form(written, evaluation):
    page = Tables((written / "report.html").read_text(encoding="utf-8")).text
    word = "\n".join(paragraph.text for paragraph in Document(str(written / "report.docx")).paragraphs)
    excel = "\n".join(cell for row in of_excel(written / "report.xlsx")["封面"] for cell in row)
    for text in (page, word, excel):
        for words in (
            "集街办〔2024〕46号",
            "厦门市集美区人民政府集美街道办事处关于下达2024年度",
            "示例数据",
            "示例权重",
            "2024-10-28 成文",
            evaluation.summary,
        ):
            assert words in text


def test_failed_targets_have_clause_and_quotation(evaluation):
    (failed,) = (section for section in report_of(evaluation).sections if section.title.endswith("未达标的目标"))
    at = failed.header.index("条款"), failed.header.index("原文")
    assert all(row[at[0]] and row[at[1]] for row in failed.rows)


def test_without_a_scheme_the_report_says_that_there_are_no_points(seed_base, results):
    sections = report_of(seed_base.evaluate(results)).sections
    (points,) = (section for section in sections if section.title.endswith("得分"))
    assert not points.rows
    assert "不计分" in points.notes[0]
    assert not any("扣分" in section.title for section in sections)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_evaluation_gives_the_same_bytes(form, written, evaluation, tmp_path):
    evaluation.report(tmp_path / f"again.{form}")
    assert (tmp_path / f"again.{form}").read_bytes() == (written / f"report.{form}").read_bytes()


def test_another_suffix_is_refused(evaluation, tmp_path):
    with pytest.raises(ResultsError, match=r"后缀是“\.pdf”；应为 \.html、\.xlsx、\.docx 之一"):
        evaluation.report(tmp_path / "report.pdf")


HOSTILE = '=HYPERLINK("http://x")<img src="http://x/y" onerror=alert(1)></table><script>alert(1)</script>\x1b[31m\u202e社区'


def test_text_of_the_results_is_not_obeyed(seed_base, results, tmp_path):
    """A name of a unit with mark-up, a formula and control characters is a text in every form."""
    shutil.copytree(results, tmp_path / "in")
    write_csv(tmp_path / "in" / "units.csv", [{"名称": HOSTILE, "类别": "社区"}], ["名称", "类别"])
    for path in (tmp_path / "in").glob("*.csv"):
        if path.stem not in ("about", "units"):
            path.unlink()
    evaluation = seed_base.evaluate(tmp_path / "in")
    for form in FORMS:
        evaluation.report(tmp_path / f"report.{form}")
    page = Tables((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert (page.fetched, page.handlers, "script" in page.tags) == ([], [], False)
    assert "<script>alert(1)</script>" in page.text
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    said = [text for row in of_word(tmp_path / "report.docx")["一、总体情况"] for text in row]
    assert any(text.startswith("=HYPERLINK") and "\x1b" not in text and "\u202e" not in text for text in said)


def test_the_page_loads_nothing(written):
    text = (written / "report.html").read_text(encoding="utf-8")
    assert Tables(text).fetched == []
    assert "default-src 'none'" in text
    assert "http" not in text.partition("<style>")[2].partition("</style>")[0]


def test_long_tables_are_cut_on_paper_and_say_so():
    section = Section("长表", ("数",), tuple((at,) for at in range(MOST_ROWS + 3)))
    rows, rest = on_paper(section)
    assert (len(rows), rest) == (MOST_ROWS, "另有 3 行，见 Excel 形式的报告（.xlsx）。")
    assert rest in to_html(Report("报告", "", (), (section,)))


class Picture:
    """A picture that somebody else draws."""

    alt = "甲 80，乙 90"

    def png(self):
        return b"\x89PNG"


def test_a_picture_stands_in_the_page_with_its_numbers_as_words():
    text = to_html(Report("报告", "", (), (Section("图", pictures=(Picture(),)),)))
    assert '<img src="data:image/png;base64,iVBORw==" alt="甲 80，乙 90">' in text


def test_pictures_say_their_numbers_to_those_who_do_not_see_them(written, evaluation):
    """Every picture of the page and of the document has its numbers as its description, and the label of the data."""
    said = re.findall(r'alt="(.*?)"', (written / "report.html").read_text(encoding="utf-8"))
    assert len(said) >= 6
    assert all("示例数据" in one for one in said)
    shapes = Document(str(written / "report.docx")).inline_shapes
    assert [html.escape(shape._inline.docPr.get("descr")) for shape in shapes] == said
