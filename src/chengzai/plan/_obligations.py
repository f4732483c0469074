"""Obligations without a target: tasks with verb and object, mechanisms with their rhythm, reforms and pilots."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chengzai.plan._document import Clause
from chengzai.plan._frames import Frame, items, segments, sentences
from chengzai.plan._responsible import names_units, without_units

# Words of manner that may stand before a verb and carry no duty of their own.
_MANNER = (
    "持续|加快|深入|全面|积极|大力|着力|进一步|稳妥|有序|高质量|扎实|统筹|重点|集中|有效|不断|联动|整体|常态化|组织|主动|及时|"
    "广泛|纵深|逐步|稳定|优先|创新|因地制宜|因城施策|封闭式|市县|市域一体|全市域|全市|全域|在全国率先|率先|更大力度|切实|"
    "继续|狠抓|全力|注重|依托|围绕|联合|各县\\(市、区\\)要?"
)
_VERBS = (
    "推进|实施|建设|完善|建立|健全|加强|提升|优化|打造|培育|发展|推动|开展|深化|落实|强化|加大|构建|实现|创建|探索|支持|鼓励|引导|"
    "编制|制定|推广|统筹|保护|保障|改造|完成|促进|畅通|拓宽|激发|营造|组建|举办|办好|唱响|弘扬|过好|传承|倡导|革新|巩固|守住|守牢|"
    "防范|化解|申报|争取|争创|谋划|扩大|提高|增强|盘活|开发|开通|推行|成立|召开|通报|总结|部署|协调|提炼|聚焦|做强|做大|做特|做优|"
    "做美|做活|做深|培养|引进|招引|集中|给予|解决|稳住|维护|形成|建成|创成|拓展|推出|带动|布局|贯彻|抓好|做好|履行|参照|选取|整治|"
    "治理|修复|净化|美化|改善|增加|减少|降低|控制|筹集|发放|安排|使用|发挥|整合|迭代升级|打响|试行|推介|设立|管理|监督|应用|"
    "健全完善|培育壮大|发展壮大|强化完善|做大做强|做深做实"
)
_DUTY = re.compile(
    rf"^(?:{_MANNER})*(?P<verb>{'|'.join(sorted(_VERBS.split('|'), key=len, reverse=True))})(?P<object>.{{2,}})"
)
_RHYTHM = re.compile(
    r"每(?P<rhythm>日|周|旬|月|季度|季|半年|年)[^0-9]{0,6}(?:会商|调度|召开|通报|报告|晾晒|评价|考核|总结|公布)"
)
_REFORM = re.compile(r"改革|试点|试验区|机制创新|先行先试")
_RHYTHMS = {
    "日": "day",
    "周": "week",
    "旬": "ten-days",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half-year",
    "年": "year",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty in the words of the plan: `task`, `mechanism` or `reform`; `rhythm` is set for a mechanism."""

    kind: str
    clause: str
    start: int
    end: int
    verb: str
    object: str
    rhythm: str = ""
    deadline: dt.date | None = None


def find_obligations(clauses: Iterable[Clause], taken: Iterable[tuple[int, int]]) -> tuple[Obligation, ...]:
    """Return the duties of the clauses in order, those left out whose words a target has `taken`.

    The first sentence behind a printed label is the clause's title and no duty.
    """
    spans = tuple(taken)
    return tuple(
        duty
        for clause in clauses
        if not names_units(clause)
        for sentence in _body(clause)
        for duty in _duties(clause, sentence)
        if not any(begin < duty.end and duty.start < end for begin, end in spans)
    )


_SYSTEM = re.compile(
    r"(?:体系|平台|机制|制度|系统|应用场景|场景应用|数据库|项目库|资源库|大脑|驾驶舱|服务网络|共同体|联合体|专班)(?=$|[，,、。；;和与及等建的])"
)
_BEFORE_SYSTEM = re.compile(rf"^.*?(?:{'|'.join(sorted(_VERBS.split('|'), key=len, reverse=True))})(?=[一-鿿“])")


def find_systems(clauses: Iterable[Clause]) -> tuple[tuple[str, int, int], ...]:
    """Return the named systems (体系, 平台, 机制, 系统 …) as clause, start and end, each where it first stands."""
    found: list[tuple[str, int, int]] = []
    seen: set[str] = set()
    for clause in clauses:
        for sentence in sentences(clause.start, clause.text):
            for item in (i for segment in segments(sentence) for i in items(segment)):
                match = _SYSTEM.search(item.text)
                if not match:
                    continue
                before = _BEFORE_SYSTEM.match(item.text[: match.start()])
                begin = before.end() if before and before.end() < match.start() else 0
                name = item.text[begin : match.end()]
                if name not in seen and _FEWEST <= len(name) <= _MOST:
                    seen.add(name)
                    found.append((clause.id, item.start + begin, item.start + match.end()))
    return tuple(found)


_FEWEST, _MOST = 4, 30


def _body(clause: Clause) -> list[Frame]:
    label = len(clause.label)
    found = sentences(clause.start + label, clause.text[label:])
    titled = label and len(found) > 1 and len(found[0].text) <= 24 and "," not in found[0].text
    return found[1:] if titled else found


def _duties(clause: Clause, sentence: Frame) -> Iterator[Obligation]:
    for segment in segments(sentence):
        for kind, verb, thing, rhythm, start, end in _read(segment):
            named = re.findall(r"(20\d\d)年", sentence.text[: end - sentence.start])
            deadline = dt.date(int(named[-1]), 12, 31) if named else None
            yield Obligation(kind, clause.id, start, end, verb, thing, rhythm, deadline)


def _read(segment: Frame) -> Iterator[tuple[str, str, str, str, int, int]]:
    """Yield what one segment obliges to: its rhythms if it has any, else its duty."""
    rhythms = list(_RHYTHM.finditer(segment.text))
    for match in rhythms:
        start, end = segment.start + match.start(), segment.start + match.end()
        yield "mechanism", match[0][-2:], segment.text, _RHYTHMS[match["rhythm"]], start, end
    text = without_units(segment.text)
    duty = _DUTY.match(text)
    if duty and not rhythms:
        kind = "reform" if _REFORM.search(duty["object"]) else "task"
        yield kind, duty["verb"], duty["object"], "", segment.start, segment.start + len(text)
