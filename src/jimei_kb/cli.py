"""The command line: parse the arguments, call one function, print. `jimei-kb --help` shows the commands."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, get_args

from jimei_kb.errors import KbError, reason_of
from jimei_kb.interchange.formats import FORMATS
from jimei_kb.records import Basis, Role, UnplacedKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jimei_kb.records import Answer

    class Result(Protocol):
        """What shows itself and gives its rows."""

        def plain(self) -> Any:
            """What it says, for JSON."""


_EXAMPLES = """例：
  jimei-kb build                                  读取 data/raw 中的通知，写入 kb/
  jimei-kb build 通知.txt 通知/ --kb 我的库       读取指定的文件和文件夹
  jimei-kb who "谁负责电动自行车停放、充电场所建设？"
  jimei-kb who 微型消防站 --json
  jimei-kb ask "每季度要做什么？"                用原文回答一个问题
  jimei-kb show 消防工作方面/六
  jimei-kb trace 电动自行车                       责任链，从国家到社区
  jimei-kb compare 文号一 文号二                  比较两份文件
  jimei-kb calendar 2024                          一年的工作日历
  jimei-kb workbook --year 2024 --units 单位.csv 填报.xlsx   由文件的目标生成填报表
  jimei-kb evaluate 填报.xlsx                     读回填报表，逐项给出结论
  jimei-kb review --kind number                   列出看到了却没有归入任何记录的内容
  jimei-kb extract 通知.txt --out 结果/           不建库，只提取，写成 JSON
  jimei-kb export --format xlsx --out 知识库.xlsx 写成表格或其他程序读的格式
  jimei-kb export-html --out 网页                 写成可离线查询的网页
  jimei-kb lab                                    在 JupyterLab 中打开笔记本
  jimei-kb score 样本/                            与人工标注比对，给出准确率和召回率
"""
_BUILD_EXAMPLES = "jimei-kb build\n  jimei-kb build data/raw --kb kb"
_TRACE_EXAMPLES = (
    "jimei-kb trace 电动自行车\n  jimei-kb trace 消防工作方面/四\n  jimei-kb trace 集街办〔2024〕46号 --as-of 2024-12-31 --json"
)
_COMPARE_EXAMPLES = "jimei-kb compare 望街办〔2023〕9号 望街办〔2024〕15号"
_CALENDAR_EXAMPLES = "jimei-kb calendar 2024\n  jimei-kb calendar 2024 --ics 2024.ics --csv 2024.csv"
_CITES_EXAMPLES = "jimei-kb cites 消防工作方面/四\n  jimei-kb cites 集府〔2024〕243号 --by"
_TARGETS_EXAMPLES = "jimei-kb targets 集街办〔2024〕46号"
_WORKBOOK_EXAMPLES = "jimei-kb workbook --year 2024 --units data/results/2024/units.csv 填报.xlsx"
_EVALUATE_EXAMPLES = (
    "jimei-kb evaluate 填报.xlsx\n  jimei-kb evaluate data/results/2024 --json\n"
    "  jimei-kb evaluate 填报.xlsx --scheme data/schemes/jimei-2024-46.toml --report 报告.html"
)
_EXTRACT_EXAMPLES = "jimei-kb extract 通知.txt\n  jimei-kb extract 通知/*.txt --out 结果"
_WHO_EXAMPLES = 'jimei-kb who 电动自行车充电\n  jimei-kb who "谁负责应急演练？" --json'
_ASK_EXAMPLES = (
    'jimei-kb ask "微型消防站多久培训一次？"\n  jimei-kb ask "本文引用了哪些文件？" --json\n  jimei-kb ask --file 问题.yaml --json'
)
_SHOW_EXAMPLES = "jimei-kb show 消防工作方面/六\n  jimei-kb show 集街办〔2024〕46号#消防工作方面/六"
_REVIEW_EXAMPLES = "jimei-kb review\n  jimei-kb review --kind citation --limit 0\n  jimei-kb review --json"
_CORRECT_EXAMPLES = (
    "jimei-kb correct\n  jimei-kb correct actor-0123456789abcdef --set role=监管 --reason 原文为督促检查\n"
    "  jimei-kb correct duty-0123456789abcdef --strike --reason 只是背景\n"
    "  jimei-kb correct duty-0123456789abcdef --bearer 社区 --basis explicit --reason 上文已写明\n"
    "  jimei-kb correct correction-0123456789ab --withdraw\n"
    "  jimei-kb correct 消防工作方面/五 --add actor --quote 社区网格 --set name=社区网格 role=配合 basis=explicit --reason 漏读"
)
_FORGET_EXAMPLES = "jimei-kb forget 望街办〔2023〕9号\n  jimei-kb forget 通知2023"
_EXPORT_EXAMPLES = "jimei-kb export --format xlsx --out 知识库.xlsx\n  jimei-kb export --format parquet --out 表格/"
_LAB_EXAMPLES = "jimei-kb lab\n  jimei-kb lab notebooks/03-who-is-responsible.ipynb\n  jimei-kb lab --no-browser --jupyter=--port=9000"
_FIRST_NOTEBOOK = "notebooks/01-read-a-notice.ipynb"
_SCORE_EXAMPLES = (
    "jimei-kb score 样本\n  jimei-kb score 样本 --save 上次.json\n  jimei-kb score 样本 --against 上次.json\n"
    "  jimei-kb score 样本 --predictions 结果 --json"
)
# a message every few seconds is enough where no terminal redraws the line
_PROGRESS_SECONDS = 5.0
_INTERRUPTED = 130
# what argparse says of arguments, and how that is said here
_UNUSABLE = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"the following arguments are required: (.*)", r"缺少参数：\1"),
        (r"argument (.+?): invalid choice: (.*) \(choose from (.*)\)", r"\1 不能是 \2；应为以下之一：\3"),
        (r"argument (.+?): invalid \w+ value: (.*)", r"\1 不能是 \2；应为整数"),
        (r"argument (.+?): expected (?:one|at least one) argument", r"\1 后面缺少值"),
        (r"argument (.+?): ignored explicit argument (.*)", r"\1 后面不应有值，读到 \2"),
        (r"argument (.+?): (.*)", r"\1：\2"),
        (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
        (r"ambiguous option: (.*) could match (.*)", r"\1 可能是 \2 中的几个；请写全"),
    )
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 for an answer (文中未载明 is one), 1 for an error, 2 for unusable arguments, 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # what the terminal's encoding cannot write is shown by its number instead of ending the program
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int | None] = options.command
    status = None
    try:
        status = command(options)
        sys.stdout.flush()
    except KbError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # the reader (head, less) has gone; keep the interpreter from writing once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or '文件'}：{reason_of(error)}；请检查路径和权限")
    except KeyboardInterrupt:
        _fail("已中断，知识库没有改动" if options.name == "build" else "已中断")
        return _INTERRUPTED
    return status or 0


def _fail(message: str) -> int:
    from jimei_kb.view.shown import clean

    print(f"jimei-kb: 错误：{' '.join(clean(message).split())}", file=sys.stderr)
    return 1


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help with its first line in Chinese; examples stand as they are written."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse in Chinese, with its error on one line, as every other error."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_Help, add_help=False, **settings)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        said = next((found.expand(chinese) for pattern, chinese in _UNUSABLE if (found := pattern.fullmatch(message))), message)
        _fail(f"{said}；用法见 {self.prog} --help")
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="jimei-kb",
        description="把公文通知读成知识库，用原文回答谁负责什么。",
        epilog=_EXAMPLES,
    )
    commands = parser.add_subparsers(dest="name", required=True, metavar="命令")

    build = _command(commands, "build", _build, "读取通知，写入知识库", _BUILD_EXAMPLES)
    build.add_argument("paths", nargs="*", default=["data/raw"], metavar="文件或文件夹", help="默认 data/raw")
    build.add_argument("--jobs", type=_positive, metavar="N", help="同时用几个进程读取；默认按文件多少和处理器个数")
    _add_base(build)

    extract = _command(commands, "extract", _extract, "从通知中提取引用、主体、职责、指标、时限（JSON）", _EXTRACT_EXAMPLES)
    extract.add_argument("paths", nargs="+", metavar="文件", help="要读的通知")
    extract.add_argument("--out", metavar="文件夹", help="每份文件写成 文件夹/<文件名>.json；不给则打印")

    who = _command(commands, "who", _who, "谁负责某事项，连同原文依据", _WHO_EXAMPLES)
    who.add_argument("subject", nargs="+", metavar="事项", help="事项或整句问题")
    _add_day(who)
    who.add_argument("--limit", type=_positive, default=10, metavar="N", help="最多列出几处，默认 10")
    _add_ids(who)
    _add_base(who)
    _add_json(who)

    _add_ask(commands)

    show = _command(commands, "show", _show, "显示一条条款及从中读出的内容", _SHOW_EXAMPLES)
    show.add_argument("clause", metavar="条款", help="条款编号，或其末段")
    _add_ids(show)
    _add_base(show)
    _add_json(show)

    forget = _command(commands, "forget", _forget, "从知识库中移除一份文件；它的更正仍保存着", _FORGET_EXAMPLES)
    forget.add_argument("document", metavar="文件", help="文号、标题或文件名（不含扩展名）")
    _add_base(forget)

    review = _command(commands, "review", _review, "列出看到了却没有归入任何记录的内容", _REVIEW_EXAMPLES)
    kinds = get_args(UnplacedKind)
    review.add_argument("--kind", choices=kinds, metavar="类别", help=f"只看一类：{'、'.join(kinds)}")
    review.add_argument("--limit", type=_count, default=40, metavar="N", help="最多列出几处，0 为全部，默认 40")
    _add_base(review)
    _add_json(review)

    _add_correct(commands)

    check = _command(commands, "check", _check, "检查知识库、登记表和更正，每个问题一行", "jimei-kb check\n  jimei-kb check --kb 我的库")
    _add_base(check)

    export = _command(commands, "export", _export, "写成其他程序读的格式", _EXPORT_EXAMPLES)
    export.add_argument("--format", required=True, choices=FORMATS, metavar="格式", help="、".join(FORMATS))
    export.add_argument("--out", required=True, metavar="文件或文件夹", help="csv、parquet 写成文件夹，其余写成文件")
    _add_base(export)

    _add_lab(commands)

    _add_results(commands)

    _add_score(commands)
    return parser


def _add_results(commands: argparse._SubParsersAction[_Parser]) -> None:
    """The commands whose results are rows: chains, comparisons, plans."""
    trace = _command(commands, "trace", _trace, "责任链：从国家到社区，谁要求、谁来做，缺哪一级", _TRACE_EXAMPLES)
    trace.add_argument("subject", nargs="+", metavar="事项", help="事项、文号、条款编号，或职责记录的编号")
    _add_day(trace)
    _add_base(trace)
    _add_json(trace)

    compare = _command(commands, "compare", _compare, "比较两份文件：增减、改写、加码、落空", _COMPARE_EXAMPLES)
    compare.add_argument("first", metavar="文件一", help="文号、标题或文件名")
    compare.add_argument("second", metavar="文件二", help="另一份")
    _add_day(compare)
    _add_base(compare)
    _add_json(compare)

    calendar = _command(commands, "calendar", _calendar, "一年中何时该做什么，可导出日历", _CALENDAR_EXAMPLES)
    calendar.add_argument("year", type=_positive, metavar="年份")
    calendar.add_argument("--ics", metavar="文件", help="另存为日历文件（iCalendar）")
    calendar.add_argument("--csv", metavar="文件", help="另存为表格（CSV）")
    _add_day(calendar)
    _add_base(calendar)
    _add_json(calendar)

    cites = _command(commands, "cites", _cites, "一份文件或一条条款引用了什么，或在哪里被引用", _CITES_EXAMPLES)
    cites.add_argument("subject", metavar="文件或条款", help="文号、标题、文件名，或条款编号")
    cites.add_argument("--by", action="store_true", help="改问它在哪里被引用")
    _add_day(cites)
    _add_base(cites)
    _add_json(cites)

    targets = _command(commands, "targets", _targets, "一份文件提出的指标、定期工作和零发生目标", _TARGETS_EXAMPLES)
    targets.add_argument("document", metavar="文件", help="文号、标题或文件名")
    _add_day(targets)
    _add_base(targets)
    _add_json(targets)

    workbook = _command(commands, "workbook", _workbook, "由一份文件的目标生成一年的填报表（Excel）", _WORKBOOK_EXAMPLES)
    workbook.add_argument("out", metavar="文件", help="要写的 .xlsx 文件")
    workbook.add_argument("--year", type=_positive, required=True, metavar="年份")
    workbook.add_argument("--units", required=True, metavar="文件", help="被考核的单位，CSV，列名为 名称、类别")
    workbook.add_argument("--document", metavar="文件", help="文号、标题或文件名；这一年只有一份时可以不给")
    _add_base(workbook)

    evaluate = _command(commands, "evaluate", _evaluate, "读入填报结果，逐单位逐项给出结论", _EVALUATE_EXAMPLES)
    evaluate.add_argument("results", metavar="结果", help="填好的 .xlsx 文件，或放 CSV 文件的文件夹")
    evaluate.add_argument("--document", metavar="文件", help="按哪份文件的目标；不给则按结果里写的")
    evaluate.add_argument("--scheme", metavar="文件", help="评分办法（.toml）；不给则不计分")
    evaluate.add_argument("--report", metavar="文件", help="另存为报告：.html、.xlsx 或 .docx")
    _add_base(evaluate)
    _add_json(evaluate)


def _add_correct(commands: argparse._SubParsersAction[_Parser]) -> None:
    correct = _command(commands, "correct", _correct, "更正一条记录并写明理由；不带参数则列出已有的更正", _CORRECT_EXAMPLES)
    correct.add_argument("target", nargs="?", metavar="记录或条款", help="记录编号（show --ids）；增补时为条款编号；撤回时为更正编号")
    correct.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="字段=值", help="字段名同 documents/ 中的行；列表和数写成 字段:=JSON"
    )
    correct.add_argument("--bearer", action="append", metavar="名称", help="职责的承担者；几个承担者就写几次")
    correct.add_argument("--role", choices=get_args(Role), metavar="角色", help=f"角色：{'、'.join(get_args(Role))}；承担者默认 责任")
    correct.add_argument("--basis", choices=get_args(Basis), metavar="依据", help=f"如何得知：{_of_basis()}；承担者默认 explicit")
    correct.add_argument("--strike", action="store_true", help="删去这条记录")
    correct.add_argument("--withdraw", action="store_true", help="撤回一条更正；写更正的编号")
    correct.add_argument("--add", metavar="类别", help="在条款中增补一条记录：citation、actor、duty、metric、schedule、programme")
    correct.add_argument("--quote", metavar="原文", help="增补的记录所依据的原文，逐字照录")
    correct.add_argument("--nth", type=_positive, default=1, metavar="N", help="原文在条款中出现多次时，第几次，默认 1")
    correct.add_argument("--reason", metavar="理由", help="为什么更正")
    _add_base(correct)
    _add_json(correct)


def _add_lab(commands: argparse._SubParsersAction[_Parser]) -> None:
    """The commands for people who look around: pages and notebooks."""
    site = _command(commands, "export-html", _export_html, "写成可离线查询的网页", "jimei-kb export-html --out 网页")
    site.add_argument("--out", required=True, metavar="文件夹", help="写到哪里；用浏览器打开其中的 index.html")
    _add_base(site)

    lab = _command(commands, "lab", _lab, "在 JupyterLab 中打开笔记本", _LAB_EXAMPLES)
    lab.add_argument("notebook", nargs="?", default=_FIRST_NOTEBOOK, metavar="笔记本", help=f"默认 {_FIRST_NOTEBOOK}")
    lab.add_argument("--no-browser", action="store_true", help="不打开浏览器，只打印网址")
    lab.add_argument("--jupyter", action="append", default=[], metavar="选项", help="交给 jupyter lab 的一个选项，如 --jupyter=--port=9000")


def _add_ask(commands: argparse._SubParsersAction[_Parser]) -> None:
    ask = _command(commands, "ask", _ask, "用原文回答问题；文中没有写的，答“文中未载明”", _ASK_EXAMPLES)
    ask.add_argument("question", nargs="*", metavar="问题", help="一句问题")
    ask.add_argument("--file", metavar="文件", help="YAML 文件：questions 下每项有 id 和 q；每个回答打印一行 JSON")
    ask.add_argument("--as-of", metavar="日期", help="只查这一天有效的文件，写作 2024-10-28")
    _add_base(ask)
    _add_json(ask)


def _add_score(commands: argparse._SubParsersAction[_Parser]) -> None:
    score = _command(commands, "score", _score, "与人工标注比对，给出准确率和召回率", _SCORE_EXAMPLES)
    score.add_argument("gold", metavar="标注文件夹", help="其中每份 <名称>.yaml 是一份通知的标注，格式见 docs/FORMAT.md")
    score.add_argument("--predictions", metavar="文件夹", help="已提取的 <名称>.json；不给则现在提取")
    score.add_argument("--docs", metavar="文件夹", help="通知所在的文件夹；不给则与标注在一起")
    score.add_argument("--against", metavar="文件", help="与上次保存的结果比较，列出新得到和新丢失的记录")
    score.add_argument("--save", metavar="文件", help="把这次的结果存下来")
    score.add_argument("--errors", type=_count, default=0, metavar="N", help="每类列出前 N 个错误，默认 0")
    _add_json(score)


def _command(
    commands: argparse._SubParsersAction[_Parser], name: str, run: Callable[[argparse.Namespace], int | None], help_text: str, examples: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=f"{help_text}。", epilog=f"例：\n  {examples}")
    parser.set_defaults(command=run)
    return parser


def _add_base(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kb", default="kb", metavar="文件夹", help="知识库所在的文件夹，默认 kb")


def _add_ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ids", action="store_true", help="同时列出记录的编号，供 jimei-kb correct 使用")


def _of_basis() -> str:
    from jimei_kb.view.answers import BASES

    return "、".join(f"{name} {label}" for name, label in BASES.items())


def _add_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="日期", help="只查这一天有效的文件，写作 2024-10-28")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="给程序读的 JSON")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"读到 {text!r}；应为 1 或更大的整数")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"读到 {text!r}；应为 0 或更大的整数")
    return int(text)


# --- commands ------------------------------------------------------------------------------------------------------


def _build(options: argparse.Namespace) -> int:
    from jimei_kb.knowledge_base import build_kb

    report = build_kb(options.paths, options.kb, jobs=options.jobs, progress=_progress())
    _say(repr(report))
    return 1 if report.faults else 0


def _extract(options: argparse.Namespace) -> None:
    from jimei_kb.document import read_document
    from jimei_kb.extract import extract
    from jimei_kb.graph.export import to_plain
    from jimei_kb.graph.registry import load_registry
    from jimei_kb.graph.resolve import resolve_issuers

    paths = [Path(path) for path in options.paths]
    names = [path.stem for path in paths]
    if options.out is not None and len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise KbError(f"有几份文件都叫 {'、'.join(twice[:3])}，会写进同一个 .json；请分开提取")
    progress, registry, plain = _progress(), load_registry(), []
    for number, path in enumerate(paths, 1):
        progress(number, len(paths), path.name)
        document = read_document(path)
        plain.append(to_plain(document, resolve_issuers(document, extract(document), registry)))
    if options.out is None:
        _say_json(plain[0] if len(plain) == 1 else plain)
        return
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in zip(names, plain, strict=True):
        (folder / f"{name}.json").write_text(_json(one) + "\n", encoding="utf-8")


def _who(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    kb = open_kb(options.kb)
    answer = kb.who(" ".join(options.subject), limit=options.limit, as_of=options.as_of)
    if options.json:
        _say_json(_plain_answer(answer))
        return
    _say(repr(answer))
    if options.ids:
        _say("\n记录编号：")
        for number, finding in enumerate(answer.findings, 1):
            _say(f"{number}. {'、'.join(kb.ids_at(finding.evidence)) or '（这一处原文不是一条记录）'}")


def _ask(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    question = " ".join(options.question)
    if bool(question) == bool(options.file):
        raise KbError("应写一句问题，或用 --file 给出写有问题的 YAML 文件，二者取一")
    if options.file:
        from jimei_kb.query.sheet import read_sheet

        kb = open_kb(options.kb)
        for key, one in read_sheet(options.file):
            answer = kb.ask(one, as_of=options.as_of)
            if options.json:
                print(_json({"id": key, **_plain_reply(answer)}, indent=None))
            else:
                _say(f"{key}　{answer!r}\n")
        return
    answer = open_kb(options.kb).ask(question, as_of=options.as_of)
    if options.json:
        _say_json(_plain_reply(answer))
    else:
        _say(repr(answer))


def _show(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    clause = open_kb(options.kb).clause(options.clause)
    if options.json:
        from jimei_kb.graph.lines import plain_records

        records = plain_records(clause.reading, clause.clause.id)
        _say_json({"id": clause.id, "heading": clause.heading, "text": clause.text, "records": records})
    else:
        _say(clause.with_ids().text if options.ids else repr(clause))


def _review(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb
    from jimei_kb.view.review import show_review

    review = open_kb(options.kb).review(options.kind)
    if options.json:
        _say_json({"counts": review.counts, "items": [item.plain() for item in review.items]})
    else:
        _say(show_review([(item.document, item.found) for item in review.items], review.counts, options.limit).text)


def _correct(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    values = dict(map(_field, options.set)) | {
        name: value for name, value in (("bearers", options.bearer), ("role", options.role), ("basis", options.basis)) if value is not None
    }
    asked = [f"--{name}" for name in ("strike", "add", "withdraw") if getattr(options, name)]
    if options.target is None and (asked or values or options.reason):
        raise KbError("没有写要更正的记录或条款；应把编号写在选项之前：jimei-kb correct duty-0123456789abcdef --strike --reason …")
    if len(asked) > 1 or (values and asked and asked != ["--add"]):
        raise KbError(f"{' 与 '.join(asked)}{' 与新的值' if values else ''}不能同时用；删去或撤回时不写新的值")
    kb = open_kb(options.kb)
    if options.target is not None:
        reason = options.reason or ""
        if options.withdraw:
            kb = kb.withdraw(options.target)
        elif options.strike:
            kb = kb.strike(options.target, reason)
        elif options.add:
            kb = kb.add(options.target, options.quote or "", options.add, reason=reason, nth=options.nth, **values)
        else:
            kb = kb.correct(options.target, reason=reason, **values)
    if options.json:
        _say_json(kb.corrections.plain())
    else:
        _say(repr(kb.corrections))


def _forget(options: argparse.Namespace) -> None:
    from jimei_kb.graph.correcting import forget_document
    from jimei_kb.graph.store import file_name, load_names
    from jimei_kb.knowledge_base import open_kb
    from jimei_kb.query.links import find_reading

    base, slug = Path(options.kb), options.document
    # by its file name a document goes even where the base does not open because of it
    if file_name(slug) not in load_names(base):
        slug = find_reading(open_kb(base), slug).document.slug
    gone = forget_document(base, slug)
    kept = f"；它的 {gone.corrections} 条更正仍保存在 corrections/" if gone.corrections else ""
    back = f"；来源文件 {gone.source} 还在，再次读取时会重新收入" if gone.source else ""
    _say(f"已从 {base} 移除 {gone.slug}{kept}{back}")


def _check(options: argparse.Namespace) -> int:
    from jimei_kb.checks import check_base

    faults = check_base(Path(options.kb))
    for fault in faults:
        _say(" ".join(fault.split()))
    _say(f"检查 {options.kb}：{f'发现 {len(faults)} 个问题' if faults else '没有问题'}")
    return 1 if faults else 0


def _field(text: str) -> tuple[str, Any]:
    """`role=监管` → (role, 监管); `urged:=["各社区"]` → (urged, [各社区])."""
    import json

    name, mark, value = text.partition("=")
    if not name or not mark:
        raise KbError(f"--set 后写的是 {text!r}；应写 字段=值，列表和数写 字段:=JSON，例如 urged:='[\"各社区\"]'")
    if not name.endswith(":"):
        return name, value
    try:
        return name[:-1], json.loads(value)
    except json.JSONDecodeError as error:
        raise KbError(f"{text!r} 的 := 之后不是 JSON（第 {error.pos + 1} 个字符起）；应为列表、数或引号中的文字") from error


def _export(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    open_kb(options.kb).export(options.format, options.out)
    _say(f"已写成 {options.out}")


def _export_html(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    open_kb(options.kb).export_html(options.out)
    _say(f"已写成 {options.out}；用浏览器打开 {Path(options.out) / 'index.html'}")


def _lab(options: argparse.Namespace) -> int:
    import subprocess

    from jimei_kb.lab.start import lab_command, lab_environment

    command = lab_command(Path(options.notebook), browser=not options.no_browser, more=options.jupyter)
    return subprocess.call(command, env=lab_environment(os.environ))  # noqa: S603  # our own Python, and what the user wrote behind --


def _trace(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    _say_result(open_kb(options.kb).trace(" ".join(options.subject), as_of=options.as_of), options)


def _compare(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    _say_result(open_kb(options.kb).compare(options.first, options.second, as_of=options.as_of), options)


def _calendar(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    found = open_kb(options.kb).calendar(options.year, as_of=options.as_of)
    if options.ics:
        # the lines end as the format wants them, on every system
        Path(options.ics).write_text(found.to_ics(), encoding="utf-8", newline="")
    if options.csv:
        found.to_csv(options.csv)
    _say_result(found, options)


def _cites(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    kb = open_kb(options.kb)
    ask = kb.cited_by if options.by else kb.cites
    _say_result(ask(options.subject, as_of=options.as_of), options)


def _targets(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb

    _say_result(open_kb(options.kb).targets(options.document, as_of=options.as_of), options)


def _workbook(options: argparse.Namespace) -> None:
    from jimei_kb.knowledge_base import open_kb
    from jimei_kb.results.reported import read_units
    from jimei_kb.results.workbook import write_workbook

    units = read_units(options.units)
    targets = open_kb(options.kb).targets_sheet(options.document, year=options.year)
    write_workbook(options.out, targets, units)
    counts = f"{len(units)} 个单位，{len(targets.indicators)} 项目标；不能计量的 {len(targets.unmeasured)} 项列在“目标”表末尾"
    _say(f"已写成 {options.out}：{counts}")


def _evaluate(options: argparse.Namespace) -> int:
    from jimei_kb.knowledge_base import open_kb
    from jimei_kb.results.model import FaultyRowsError

    kb = open_kb(options.kb)
    try:
        evaluation = kb.evaluate(options.results, options.document, scheme=options.scheme)
    except FaultyRowsError as error:
        for fault in error.faults:
            _say(" ".join(str(fault).split()))
        _say(f"{options.results}：{len(error.faults)} 处有误，没有读入任何一行；改正后再读")
        return 1
    if options.report:
        evaluation.report(options.report)
    if options.report and not options.json:
        _say(f"{evaluation.summary}\n已写成 {options.report}")
    else:
        _say_result(evaluation, options)
    return 0


def _score(options: argparse.Namespace) -> None:
    from jimei_kb.score import plain_run, read_run, score_folder, show_run, write_run

    run = score_folder(options.gold, predictions=options.predictions, docs=options.docs)
    before = read_run(options.against) if options.against else None
    if options.save:
        write_run(run, options.save)
    if options.json:
        _say_json(plain_run(run, before))
    else:
        _say(show_run(run, before, errors=options.errors))


# --- printing ------------------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    from jimei_kb.view.shown import clean

    print(clean(text))


def _say_result(result: Result, options: argparse.Namespace) -> None:
    """A result of rows as text or as JSON."""
    if options.json:
        _say_json(result.plain())
    else:
        _say(repr(result))


def _say_json(data: Any) -> None:
    print(_json(data))


def _json(data: Any, indent: int | None = 1) -> str:
    """JSON with Chinese as it is and every control character as its number."""
    import json

    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return "".join(char if char == "\n" or char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _plain_answer(answer: Answer) -> dict[str, Any]:
    return {"question": answer.question, "stated": answer.stated, "note": answer.note, "findings": _plain_findings(answer)}


def _plain_reply(answer: Answer) -> dict[str, Any]:
    replaced = [{"word": word, "term": term} for word, term in answer.replaced]
    asked = {"question": answer.question, "kind": answer.kind, "topic": answer.topic, "replaced": replaced}
    facts = [[{"name": name, "value": value} for name, value in finding.facts] for finding in answer.findings]
    evidence = [{**finding, "facts": some} for finding, some in zip(_plain_findings(answer), facts, strict=True)]
    return {**asked, "stated": answer.stated, "note": answer.note, "evidence": evidence}


def _plain_findings(answer: Answer) -> list[dict[str, Any]]:
    findings = []
    for finding in answer.findings:
        evidence = finding.evidence
        findings.append(
            {
                "actors": [{"name": bearer.name, "role": bearer.role, "basis": bearer.basis} for bearer in finding.actors],
                "urged": list(finding.urged),
                "unstated": list(finding.unstated),
                "clause": evidence.clause,
                "heading": finding.heading,
                "quote": evidence.quote,
                "sentence": finding.sentence,
                "start": evidence.start,
                "end": evidence.end,
                "rule": evidence.rule,
                "page": evidence.page,
            }
        )
    return findings


def _progress() -> Callable[[int, int, str], None]:
    """Tells on stderr how far a long command is: one line redrawn on a terminal, now and then a line elsewhere."""
    from jimei_kb.view.progress import progress_line

    said = time.monotonic()

    def tell(number: int, total: int, name: str) -> None:
        nonlocal said
        now = time.monotonic()
        if total > 1 and sys.stderr.isatty():
            end = "\n" if number == total else ""
            print(f"\r\x1b[K{progress_line(number, total, name)}", end=end, file=sys.stderr, flush=True)
        elif now - said >= _PROGRESS_SECONDS:
            said = now
            print(progress_line(number, total, name), file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
