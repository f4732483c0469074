"""The monthly 通报: composed from cells by rules, each figure bound to the cell it prints.

Structure: title, basis and cut-off, 一 overall progress, 二 ranking and what goes well, 三 problems with
the units named, 四 next steps, annexes. No adjective stands without its rule.
"""

import math
import re
from collections.abc import Sequence

from chengzai.assess import Assessment, change_of
from chengzai.publish._annexes import annexes
from chengzai.publish._blocks import SIMULATED_MARK, STATE_WORD, Block, Bulletin, Figure, Line, Part, figure
from chengzai.publish._edition import Edition
from chengzai.publish._svg import stacked_bars


def write_bulletin(edition: Edition) -> Bulletin:
    """Return the month's bulletin of the city."""
    writer = Writer(edition)
    period = edition.period
    title = (f"关于{edition.plan.short_title}", f"{period.year}年{period.part}月工程进展情况的通报")
    blocks = (
        Block("title", tuple((line,) for line in title)),
        Block("body", (writer.opening(),)),
        Block("level1", (("一、总体进展",),)),
        *writer.overall(),
        Block("level1", (("二、排名与亮点",),)),
        *writer.ranking(),
        Block("level1", (("三、存在问题",),)),
        *writer.problems(),
        Block("level1", (("四、下步要求",),)),
        *writer.next_steps(),
        Block("attachments", (("附件：1.各县（市、区）得分与位次",), ("2.目标进展一览表",), ("3.方法说明",))),
        Block("note", ((closing(edition),),)),
        *annexes(edition),
    )
    return Bulletin("".join(title), edition.simulated, blocks)


def closing(edition: Edition) -> str:
    """Return what stands where an authority would sign: nothing here may issue a document by itself."""
    if edition.simulated:
        return "（本文为模拟数据，没有发文机关、发文字号和成文日期。）"
    return "（送审稿：发文机关、发文字号、主送机关和成文日期由印发机关确定。）"


class Writer:
    """Writes lines about one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.root = edition.plan.root

    def figure(self, cell: str, decimals: int = 0, *, unsigned: bool = False) -> Figure:
        return figure(self.edition, cell, decimals, unsigned=unsigned)

    def opening(self) -> Line:
        plan, period = self.edition.plan, self.edition.period
        last = period.last_day()
        asked = next(
            (p.quote.words for p in plan.promises_of("mechanism") if re.search("每月.*通报", p.quote.words)), ""
        )
        basis = f"根据《{plan.title}》“{asked}”的要求，" if asked else f"根据《{plan.title}》，"
        what = f"现将{period.year}年{period.part}月工程进展情况通报如下。"
        until = f"数据截至{last.year}年{last.month}月{last.day}日，季度、年度指标取最近一个已结束的期间。"
        return (basis + what + until,)

    def late(self) -> list[str]:
        """Return the targets that are behind, the farthest first."""
        city = self.edition.city
        return sorted((t for t, a in city.items() if a.state in {"far_behind", "behind"}), key=self._gap)

    def summary(self, *, moved: bool = True) -> Line:
        """Return how many targets are in each state, and how that moved since the month before."""
        f, root = self.figure, self.root
        counts: list[Part] = ["全方案共", f("total"), "项目标，其中"]
        for state, word in STATE_WORD.items():
            if self.edition.counts(root)[state]:
                counts += [word, f(f"count/{root}/{state}"), "项、"]
        counts[-1] = "项。"
        if not moved:
            return tuple(counts)
        return (
            *counts,
            "按期占",
            f(f"share/{root}/on_course", 1),
            "%；方案时间进度为",
            f("elapsed", 1),
            "%。较上月，",
            f("moved/worse"),
            "项亮灯转差，",
            f("moved/better"),
            "项好转；",
            *self.composition(),
        )

    def overall(self) -> list[Block]:
        """Return the first chapter: the summary, the headline targets, and the counties' lights as a chart."""
        heads = [self.headline(target) for target in self._headline_targets()]
        chart = stacked_bars(
            [(self.edition.places[c].name, self.edition.counts(c)) for c in self.edition.counties],
            [(s, STATE_WORD[s]) for s in ("on_course", "watch", "behind", "far_behind", "not_yet_due", "no_report")],
            mark=SIMULATED_MARK if self.edition.simulated else "",
        )
        return [
            Block("body", (self.summary(),)),
            *(Block("body", (line,)) for line in heads),
            Block("chart", (("图 各县（市、区）指标亮灯情况（项）",),), svg=chart),
        ]

    def composition(self) -> Line:
        """Return how the number on course changed: the same targets, and those that joined or left the judged ones."""
        f, cell = self.figure, f"change/{self.root}/on_course"
        change = change_of(self.edition.before.get(self.root, {}), self.edition.city, "on_course")
        line: list[Part] = ["按期数"]
        line += ["增加" if change.total >= 0 else "减少", f(f"{cell}/total", unsigned=True), "项，其中同口径"]
        line += ["增加" if change.same >= 0 else "减少", f(f"{cell}/same", unsigned=True), "项"]
        if change.joined:
            line += ["，新进入评价的", f(f"{cell}/joined"), "项"]
        if change.left:
            line += ["，不再评价的减少", f(f"{cell}/left", unsigned=True), "项"]
        return (*line, "。")

    def _headline_targets(self) -> list[str]:
        """Return up to six targets of the goals that count up and are judged: the plan's own order."""
        city = self.edition.city
        return [
            t.id
            for t in self.edition.plan.targets
            if t.kind in {"cumulative", "flow", "stock"} and t.place == self.root and not math.isnan(city[t.id].gap)
        ][:6]

    def headline(self, target_id: str) -> Line:
        """Return one target as a sentence: value, share of the goal, and the distance from 序时进度 in points."""
        a = self.edition.city[target_id]
        return (
            *self.level(target_id, self.root),
            "，",
            *self.versus(f"target/{target_id}/{self.root}", a),
            "。",
        )

    def level(self, target_id: str, place: str = "") -> Line:
        """Return a target's value as the beginning of a sentence, by default the city's."""
        place = place or self.root
        target = self.edition.plan.target[target_id]
        cell = f"target/{target_id}/{place}"
        parts: list[Part] = [f"{self.edition.label(target)}{self._when(self.edition.judged[place][target_id])}为"]
        parts += [self.figure(f"{cell}/value", self.edition.decimals(target)), self._unit(target_id, place)]
        return tuple(parts)

    def _unit(self, target_id: str, place: str) -> str:
        return self.edition.unit_at(self.edition.plan.target[target_id], place)

    def _when(self, a: Assessment) -> str:
        """Return the period a value speaks of, where it is not the month of the bulletin."""
        if self.edition.plan.target[a.target].every_year:
            return f"（{a.measured.year}年1—{a.measured.part}月）"
        if a.measured.frequency == "month":
            return ""
        quarter = f"第{'一二三四'[a.measured.part - 1]}季度" if a.measured.frequency == "quarter" else ""
        return f"（{a.measured.year}年{quarter}）"

    def versus(self, cell: str, a: Assessment) -> Line:
        """Return attained share and gap; 快于 and 慢于 carry the sign."""
        if a.met:
            return ("已达到目标值",)
        gap = self.figure(f"{cell}/gap", 1, unsigned=True)
        word = "快于" if a.gap >= 0 else "慢于"
        return ("完成进度", self.figure(f"{cell}/attained", 1), f"%，{word}序时进度", gap, "个百分点")

    def ranking(self) -> list[Block]:
        edition = self.edition
        if not edition.ranking.ranked:
            return [Block("body", (("各县（市、区）均没有可以评分的目标，本期不排名。",),))]
        line: list[Part] = ["按各项目标完成进度的平均得分，"]
        for s in edition.ranking.ranked:
            name = edition.places[s.place].name
            line += [
                f"{name}",
                self.figure(f"rank/{s.place}/score", 1),
                "分，居第",
                self.figure(f"rank/{s.place}/rank"),
            ]
            if s.tied:
                line += ["位（并列"]
            else:
                line += ["位（"]
            line += [
                "任去一项指标后在第",
                self.figure(f"rank/{s.place}/best"),
                "至第",
                self.figure(f"rank/{s.place}/worst"),
                "位之间）；",
            ]
        line[-1] = "位之间）。"
        note: Line = ("位次按未取整得分排列，区间重叠的县之间差别不宜解读。",)
        if not edition.ranking.complete:
            note = (
                "因有单位未报，",
                self.figure("ranked/left_out"),
                "项指标未计入，本期排名不完整，仅供参考。",
                *note,
            )
        fast = self._fast()
        blocks = [Block("body", ((*line, *note),))]
        if fast:
            blocks.append(Block("body", (self._listed("进展较快的指标（领先序时进度不少于规定点数）：", fast),)))
        return blocks

    def _fast(self) -> list[str]:
        """Return the targets that may be called fast by the rule in force, most ahead first; four at most."""
        city = self.edition.city
        ahead = [t for t, a in city.items() if not a.met and a.gap >= self.edition.rules.fast.value]
        return sorted(ahead, key=lambda t: -city[t].gap)[:4]

    def _listed(self, intro: str, targets: Sequence[str]) -> Line:
        line: list[Part] = [intro]
        for target in targets:
            line += [
                *self.level(target, self.root),
                "，",
                *self.versus(f"target/{target}/{self.root}", self.edition.city[target]),
                "；",
            ]
        line[-1] = "。"
        return tuple(line)

    def problems(self) -> list[Block]:
        blocks: list[Block] = []
        for state in ("far_behind", "behind"):
            listed = sorted((t for t, a in self.edition.city.items() if a.state == state), key=self._gap)
            if listed:
                blocks.append(_level2(blocks, f"{STATE_WORD[state]}的指标"))
                blocks += [Block("body", (self.problem(n, target),)) for n, target in enumerate(listed[:8], start=1)]
                if len(listed) > 8:
                    blocks.append(Block("body", (("其余见附件所列。",),)))
        missing = self.edition.unreported()
        if missing:
            line: list[Part] = []
            for code in missing:
                line += [self.edition.places[code].name, self.figure(f"missing/{code}"), "项、"]
            line[-1] = "项。"
            blocks.append(_level2(blocks, "未按时报送的单位"))
            blocks.append(Block("body", (tuple(line),)))
        return blocks or [Block("body", (("本期无滞后指标，各单位均已报送。",),))]

    def _gap(self, target: str) -> float:
        gap = self.edition.city[target].gap
        return 0.0 if math.isnan(gap) else gap

    def problem(self, number: int, target_id: str) -> Line:
        """Return one problem: where the target stands, why it has its light, and which counties hold it back."""
        a = self.edition.city[target_id]
        parts: list[Part] = [
            ordinal(number),
            f"{self.edition.label(self.edition.plan.target[target_id])}{self._when(a)}：",
        ]
        if not math.isnan(a.gap):
            cell = f"target/{target_id}/{self.root}"
            decimals = self.edition.decimals(self.edition.plan.target[target_id])
            parts += [
                "现为",
                self.figure(f"{cell}/value", decimals),
                self._unit(target_id, self.root),
                "，",
                *self.versus(cell, a),
            ]
        else:
            parts += [a.reason.zh.rstrip("。")]
        behind = [
            self.edition.places[c].name
            for c in self.edition.counties
            if (county := self.edition.judged.get(c, {}).get(target_id)) and county.state in {"behind", "far_behind"}
        ]
        parts.append(f"，滞后的有{'、'.join(behind)}。" if behind else "。")
        return tuple(parts)

    def next_steps(self) -> list[Block]:
        """Return for each lagging count the pace it needs to the deadline against the best it has shown."""
        steps: list[Block] = []
        city = self.edition.city
        for target_id in self.late():
            a, target = city[target_id], self.edition.plan.target[target_id]
            if math.isnan(a.needed) or target.kind not in {"cumulative", "stock"} or len(steps) >= 6:
                continue
            cell, every = (
                f"target/{target_id}/{self.root}",
                {"month": "每月", "quarter": "每季", "year": "每年"},
            )
            decimals = self.edition.pace_decimals(target)
            unit = self._unit(target_id, self.root)
            change = ("增加" if a.needed > 0 else "下降") if target.kind == "stock" else "完成"
            line: Line = (
                f"{ordinal(len(steps) + 1)}{self.edition.label(target)}：",
                f"到期前平均{every[a.measured.frequency]}须{change}",
                self.figure(f"{cell}/needed", decimals, unsigned=True),
                f"{unit}，历史最好为",
                self.figure(f"{cell}/best", decimals, unsigned=True),
                f"{unit}。责任单位{self._owner(target_id)}，{target.deadline.year}年{target.deadline.month}月前完成。",
            )
            steps.append(Block("body", (line,)))
        if self.edition.unreported():
            due = self.edition.period.next()
            steps.append(
                Block(
                    "body",
                    ((f"{ordinal(len(steps) + 1)}未报的单位于{due.year}年{due.part}月10日前补报，并说明原因。",),),
                )
            )
        return steps or [Block("body", (("各单位按分解计划推进。",),))]

    def _owner(self, target_id: str) -> str:
        allocation = self.edition.allocations.get(target_id)
        return f"为{allocation.owner}" if allocation and allocation.owner else "待责任分解确定"


def _level2(before: Sequence[Block], title: str) -> Block:
    """Return a second-level head numbered after those before it."""
    number = "一二三四五"[sum(block.kind == "level2" for block in before)]
    return Block("level2", ((f"（{number}）{title}",),))


def ordinal(number: int) -> str:
    return f"{number}."
