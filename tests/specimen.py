"""Readings made by hand from the seed notice, so that graph, query and view are tested without the extractors."""

from __future__ import annotations

from jimei_kb.graph.lines import in_order
from jimei_kb.graph.programmes import find_programmes
from jimei_kb.graph.schema import Reading
from jimei_kb.records import Actor, Annotations, Bearer, Citation, Duty, Metric, Schedule, Span

ASSUMED = (("各社区居委会", "责任", "addressee"),)
STATION = (("社区微型消防站", "责任", "ellipsis"),)

DUTIES = [
    ("消防工作方面/二", "牵头负责分片网格、分管领域的消防安全工作", (("各单位、各社区领导", "牵头", "ellipsis"),)),
    ("消防工作方面/二", "配合相关部门组织开展火灾事故调查处理工作", (("各社区居委会", "配合", "addressee"),)),
    ("消防工作方面/三", "街道、社区全年至少召开1次两委会议", (("街道", "责任", "explicit"), ("社区", "责任", "explicit"))),
    ("消防工作方面/三", "向街道办书面报告", (("社区", "责任", "inferred"),)),
    ("消防工作方面/四", "建立完善长效机制", ASSUMED),
    ("消防工作方面/四", "全面加强电动自行车全链条安全监管", ASSUMED),
    ("消防工作方面/四", "全面提升电动自行车生产、销售、使用、停放、充电、报废回收各环节安全水平", ASSUMED),
    ("消防工作方面/五", "健全完善社区微型消防站实体化运行", ASSUMED),
    ("消防工作方面/五", "落实24小时值班值守制度", STATION),
    ("消防工作方面/五", "接受119指挥中心调度出动", STATION),
    ("消防工作方面/六", "在城中村常态化开展灭火器、逃生面罩、应急照明、消防水管、简易喷淋等消防设施器材配备更新工作", ASSUMED),
    ("消防工作方面/六", "在住宅小区、城中村、商业区及地铁口周边、机关企事业单位内部持续建设电动自行车停放、充电场所", ASSUMED),
    ("消防工作方面/六", "继续推广联网式独立感烟报警探测器", ASSUMED),
    ("消防工作方面/六", "社区留守老人、低保特困老人、残疾人智能预警装置安装率达100%", ASSUMED),
]
ACTORS = [
    ("消防工作方面/二", "相关部门", "牵头"),
    ("消防工作方面/三", "街道办", "接收"),
    ("消防工作方面/五", "119指挥中心", "指挥"),
    ("消防工作方面/五", "基层消防力量", "对象"),
]
CITATIONS = [
    (
        "前言",
        "titled",
        "《集美区党政领导干部安全生产责任制实施细则》（厦集委办〔2019〕1号）",
        "集美区党政领导干部安全生产责任制实施细则",
        "厦集委办〔2019〕1号",
    ),
    ("消防工作方面/四", "titled", "国务院办公厅《电动自行车安全隐患全链条整治行动方案》", "电动自行车安全隐患全链条整治行动方案", None),
    ("消防工作方面/四", "group", "省、市、区和街道办行动方案", None, None),
    (
        "消防工作方面/七",
        "titled",
        "《厦门市集美区人民政府关于印发〈集美区加强社区（村）微型消防站建设工作方案〉的通知》（集府〔2024〕90号）",
        "厦门市集美区人民政府关于印发〈集美区加强社区（村）微型消防站建设工作方案〉的通知",
        "集府〔2024〕90号",
    ),
    ("消防工作方面/七", "carried", "〈集美区加强社区（村）微型消防站建设工作方案〉", "集美区加强社区（村）微型消防站建设工作方案", None),
]


def annotate(document, *, duties=(), actors=(), citations=(), metrics=(), schedules=()):
    """Annotations of `document` from rows of (clause, quotation, …): each quotation is looked up in its clause."""

    def common(clause, quote):
        span = next(c.span for c in document.clauses if c.id == clause)
        at = document.text.index(quote, span.start, span.end)
        return {"clause": clause, "span": Span(at, at + len(quote)), "quote": quote, "rule": "specimen"}

    return Annotations(
        citations=tuple(
            Citation(
                **common(c, q), kind=kind, title=t, number=n, relation="落实", issuer="国务院办公厅" if q.startswith("国务院") else None
            )
            for c, kind, q, t, n in citations
        ),
        actors=tuple(Actor(**common(c, name), name=name, role=role) for c, name, role in actors),
        duties=tuple(Duty(**common(c, q), polarity="do", actors=tuple(Bearer(*b) for b in bearers), urged=()) for c, q, bearers in duties),
        metrics=tuple(Metric(**common(c, q), **facts) for c, q, facts in metrics),
        schedules=tuple(Schedule(**common(c, q), **facts) for c, q, facts in schedules),
    )


def read_seed(document):
    """A reading of the seed notice: a part of what stands in it, every kind of record at least once."""
    metric = {
        "indicator": "智能预警装置安装率",
        "comparator": ">=",
        "value": "100",
        "unit": "%",
        "group": ("社区留守老人", "低保特困老人", "残疾人"),
    }
    annotations = annotate(
        document,
        duties=DUTIES,
        actors=ACTORS,
        citations=CITATIONS,
        metrics=[("消防工作方面/六", "社区留守老人、低保特困老人、残疾人智能预警装置安装率达100%", metric)],
        schedules=[
            ("消防工作方面/三", "全年至少召开1次两委会议", {"kind": "recurring", "period": "P1Y", "min_count": 1}),
            ("安全生产方面/四", "持续开展", {"kind": "continuous"}),
        ],
    )
    return in_order(Reading(document, annotations, find_programmes(document, annotations)))
