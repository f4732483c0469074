"""The monthly 通报: composed from cells by rules, each figure bound to the cell it prints.

Structure: title, basis and cut-off, 一 overall progress, 二 ranking and what goes well, 三 problems with
the units named, 四 next steps, annexes. No adjective stands without its rule, no statement without its claim.
"""

import math
import re
from collections.abc import Sequence

from chengzai.assess import change_of
from chengzai.publish._annexes import annexes
from chengzai.publish._blocks import SIMULATED_MARK, STATE_WORD, Block, Bulletin, Line, Part, words_of
from chengzai.publish._claims import said
from chengzai.publish._edition import Edition
from chengzai.publish._sentences import LATE, Sentences, count_change, ordinal, state_counts
from chengzai.publish._svg import stacked_bars

_LISTED, _FAST = 8, 4


def write_bulletin(edition: Edition) -> Bulletin:
    """Return the month's bulletin of the city."""
    writer = Writer(edition)
    period = edition.period
    title = (f"关于{edition.plan.short_title}", f"{period.year}年{period.part}月{edition.progress}情况的通报")
    attached = annexes(edition)
    names = [block.lines[1][0] for block in attached if block.kind == "annex"]
    listed = [(f"附件：1.{names[0]}",), *((f"{n}.{name}",) for n, name in enumerate(names[1:], start=2))]
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
        Block("attachments", tuple(listed)),
        Block("note", (closing(edition),)),
        *attached,
    )
    return Bulletin("".join(title), edition.simulated, blocks)


def closing(edition: Edition) -> Line:
    """Return what stands where an authority would sign: nothing here may issue a document by itself."""
    if edition.simulated:
        return (said("（本文为模拟数据，没有发文机关、发文字号和成文日期。）", "simulated"),)
    return (said("（送审稿：发文机关、发文字号、主送机关和成文日期由印发机关确定。）", "not-issued"),)


class Writer(Sentences):
    """Writes the chapters of one edition's bulletin."""

    def opening(self) -> Line:
        plan, period = self.edition.plan, self.edition.period
        last = self.edition.until
        asked = next(
            (p.quote.words for p in plan.promises_of("mechanism") if re.search("每月.*通报", p.quote.words)), ""
        )
        basis = f"根据《{plan.title}》“{asked}”的要求，" if asked else f"根据《{plan.title}》，"
        what = f"现将{period.year}年{period.part}月{self.edition.progress}情况通报如下。"
        until = f"数据截至{last.year}年{last.month}月{last.day}日，季度、年度指标取最近一个已结束的期间。"
        return (basis + what + until,)

    def summary(self, *, moved: bool = True) -> Line:
        """Return how many targets are in each state, and how that moved since the month before."""
        f, root = self.figure, self.root
        counts: Line = ("全方案共", f("total"), "项目标，其中", *state_counts(self, root), "。")
        if not moved:
            return counts
        share: Line = ("按期的占全部目标的", f(f"share/{root}/on_course", 1), "%；")
        return (
            *counts,
            *(share if self.edition.judged_targets() else ()),
            "方案时间进度为",
            f("elapsed", 1),
            "%。",
            *(() if self.edition.first_month else self.since_last_month()),
        )

    def since_last_month(self) -> Line:
        """Return how the lights moved since the month before."""
        worse, better = self.figure("moved/worse"), self.figure("moved/better")
        return ("较上月，", worse, "项亮灯转差，", better, "项好转；", *self.composition())

    def overall(self) -> list[Block]:
        """Return the first chapter: the summary, the headline targets, and the counties' lights as a chart."""
        heads = [(*self.level(target), "，", *self.versus(target), "。") for target in self._headline_targets()]
        blocks = [Block("body", (self.summary(),)), *(Block("body", (line,)) for line in heads)]
        shown = [c for c in self.edition.counties if any(self.edition.counts(c).values())]
        if not shown:
            return blocks
        chart = stacked_bars(
            [(self.edition.places[c].name, self.edition.counts(c)) for c in shown],
            [(state, STATE_WORD[state]) for state in STATE_WORD],
            mark=SIMULATED_MARK if self.edition.simulated else "",
        )
        return [*blocks, Block("chart", ((f"图 各{self.edition.parts}指标亮灯情况（项）",),), svg=chart)]

    def composition(self) -> Line:
        """Return how the number on course changed: the same targets, and those that joined or left the judged ones."""
        f, cell = self.figure, f"change/{self.root}/on_course"
        change = change_of(self.edition.before.get(self.root, {}), self.edition.city, "on_course")
        line: list[Part] = [*count_change("按期数", f"{cell}/total", change.total, f(f"{cell}/total", unsigned=True))]
        if change.joined or change.left:
            line += ["，其中"]
            line += count_change("同口径", f"{cell}/same", change.same, f(f"{cell}/same", unsigned=True))
        if change.joined:
            line += ["，", said("新进入评价的", "rose", f"{cell}/joined"), f(f"{cell}/joined"), "项"]
        if change.left:
            line += ["，", said("不再评价的减少", "fell", f"{cell}/left"), f(f"{cell}/left", unsigned=True), "项"]
        return (*line, "。")

    def _headline_targets(self) -> list[str]:
        """Return up to six targets of the goals that count up and are judged: the plan's own order."""
        city = self.edition.city
        return [
            t.id
            for t in self.edition.plan.targets
            if t.kind in {"cumulative", "flow", "stock"} and t.place == self.root and not math.isnan(city[t.id].gap)
        ][:6]

    def ranking(self) -> list[Block]:
        """Return the month's ranking with its intervals, what they mean, and the targets that may be called fast."""
        if not self.edition.ranking.ranked:
            parts = self.edition.parts
            none = f"各{parts}均没有可以评分的目标，本期不排名。" if parts else "本方案没有下级单位，不排名。"
            return [Block("body", ((said(none, "no-ranking"),),))]
        blocks = [Block("body", ((*self.ranks(), *self.rank_notes()),))]
        if fast := self._fast():
            blocks.append(Block("body", (self._listed(fast),)))
        return blocks

    def ranks(self) -> Line:
        """Return every county's score, rank and interval, class by class."""
        ranking = self.edition.ranking
        line: list[Part] = [said(f"按{ranking.name.zh}评分：", "ranked-by", ranking.name.zh)]
        for group in ranking.groups:
            line += [f"{group}："] if len(ranking.groups) > 1 else []
            for s in (s for s in ranking.ranked if s.group == group):
                cell = f"rank/{s.place}"
                line += [self.edition.places[s.place].name, self.figure(f"{cell}/score", 1), "分，居第"]
                line += [
                    self.figure(f"{cell}/rank"),
                    *(["位（", said("并列，", "tied", s.place)] if s.tied else ["位（"]),
                ]
                line += [self.figure(f"{cell}/best"), "—", self.figure(f"{cell}/worst"), "）；"]
        line[-1] = "）。"
        return tuple(line)

    def rank_notes(self) -> Line:
        """Return what the intervals are, and whether anything was set aside."""
        ranking = self.edition.ranking
        if ranking.by_scheme:
            box = f"{ranking.box:.0%}"
            how = [said(f"括号内为权重之和不变、各项权重在±{box}内变动时可能的最好和最差位次。", "weights-within", box)]
            if not all(s.exact for s in ranking.ranked):
                how.append(said("个别区间可能偏宽，但不会偏窄。", "wide-ranges"))
        else:
            how = [said("括号内为任去一项目标后的最好和最差位次。", "without-one")]
        note: Line = (*how, "位次按未取整得分排列，区间重叠者差别不宜解读。")
        if ranking.left_out:
            gone = said(f"项指标因有{self.edition.parts}没有可评的数而不计入。", "rank-incomplete")
            note = (self.figure("ranked/left_out"), gone, *note)
        return note

    def _fast(self) -> list[str]:
        """Return the targets still to be reached that may be called fast by the rule in force, most ahead first."""
        return sorted(self.edition.fast(), key=lambda t: -self.edition.city[t].gap)

    def _listed(self, targets: Sequence[str]) -> Line:
        points = f"{self.edition.rules.fast.value:g}个百分点"
        line: list[Part] = [f"尚未达到目标值、领先序时进度不少于{points}的指标有", self.figure("fast"), "项"]
        shown = targets[:_FAST]
        line += ["，领先最多的是：" if len(targets) > len(shown) else "："]
        for target in shown:
            name, *value = self.level(target)
            line += [said(words_of((name,)), "fast", target), *value, "，", *self.versus(target), "；"]
        line[-1] = "。"
        return tuple(line)

    def problems(self) -> list[Block]:
        """Return what is late, the farthest first, and which reports are missing; or what can be said of neither."""
        blocks: list[Block] = []
        for state in LATE:
            listed = self.late((state,))
            if listed:
                blocks.append(_level2(blocks, f"{STATE_WORD[state]}的指标"))
                lines = [self.problem(n, target) for n, target in enumerate(listed[:_LISTED], start=1)]
                if len(listed) > _LISTED:
                    lines.append((said("其余见附件所列。", "rest-in-annex", state, str(_LISTED)),))
                blocks += [Block("body", (line,)) for line in lines]
        if not blocks:
            blocks.append(Block("body", (self.nothing_late(),)))
        missing = self.missing()
        if self.edition.unreported():
            blocks.append(_level2(blocks, "未报送的单位"))
        return [*blocks, *(Block("body", (line,)) for line in missing)]

    def nothing_late(self) -> Line:
        """Return that nothing is late, as far as that can be told: of the targets that are judged."""
        if not self.edition.judged_targets():
            return (said("本期没有可以评价的指标。", "nothing-judged"),)
        words = said("项中没有滞后和严重滞后的指标。", "none-late")
        return "本期评价的", self.figure("judged"), words

    def missing(self, *, before: str = "") -> list[Line]:
        """Return who did not report how much; that all is in is said only where no report that was due is missing."""
        missing = self.edition.unreported()
        if not missing and self.edition.all_reported():
            return [(said("应报的数据均已报送。", "all-reported"),)]
        lines: list[Line] = []
        if missing:
            line: list[Part] = [before]
            for code in missing:
                line += [
                    said(self.edition.unit_name(code), "unreported", code, str(len(missing[code]))),
                    self.figure(f"missing/{code}"),
                    "项、",
                ]
            lines.append((*line[:-1], "项。"))
        if self.edition.partly_reported():
            partly = str(len(self.edition.partly_reported()))
            words = said("项指标的报送还不齐，按已报的评价。", "partly-reported", self.root, partly)
            lines.append((self.figure("partly"), words))
        return lines

    def next_steps(self) -> list[Block]:
        """Return for each lagging count the pace it needs to the deadline against the best it has shown."""
        lines: list[Line] = []
        late = self.late()
        paced = [t for t in late if self._has_pace(t)][:6]
        for target_id in paced:
            target = self.edition.plan.target[target_id]
            owner: Line = (self.owner(target_id), "，") if self._is_owned(target_id) else ()
            name = f"{ordinal(len(lines) + 1)}{self.edition.label(target)}："
            lines.append((name, *self.pace(target_id), "。", *owner, self.deadline(target_id), "。"))
        if free := [t for t in paced if not self._is_owned(t)]:
            which = "以上指标" if len(free) == len(paced) else f"以上未列责任单位的{len(free)}项指标"
            lines[-1] += (said(f"{which}的责任单位待责任分解确定。", "no-owner", *free),)
        if len(paced) < len(late):
            rest = "其余滞后的指标" if paced else "滞后的指标"
            lines.append((f"{ordinal(len(lines) + 1)}{rest}由责任单位查明原因，提出可核查的措施。",))
        if self.edition.unreported():
            lines.append((f"{ordinal(len(lines) + 1)}未报送的单位抓紧补报，并说明原因。",))
        return [Block("body", (line,)) for line in lines or [("本期不另提要求。",)]]

    def _is_owned(self, target_id: str) -> bool:
        allocation = self.edition.allocations.get(target_id)
        return bool(allocation and allocation.owner)

    def _has_pace(self, target_id: str) -> bool:
        counts = self.edition.plan.target[target_id].kind in {"cumulative", "stock"}
        return counts and not math.isnan(self.edition.city[target_id].needed)


def _level2(before: Sequence[Block], title: str) -> Block:
    """Return a second-level head numbered after those before it."""
    number = "一二三四五"[sum(block.kind == "level2" for block in before)]
    return Block("level2", ((f"（{number}）{title}",),))
