"""The plan against itself: arithmetic between its targets, repeats, and yearly steps against totals."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import (
    Binary,
    Citation,
    Finding,
    FormulaError,
    Name,
    Negate,
    Number,
    Severity,
    Text,
    parse_formula,
    read_number,
    unit_scale,
)
from chengzai.plan._measurable import MEASURABLE
from chengzai.plan._records import Plan, Target


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One piece of arithmetic on the plan's own numbers: its value in `unit` and the sentence that says it."""

    id: str
    value: float
    unit: str
    sentence: str
    assumed: str
    severity: Severity


def check_plan(plan: Plan, checks: Sequence[Mapping[str, Any]]) -> tuple[tuple[CheckResult, ...], tuple[Finding, ...]]:
    """Return the pack's arithmetic on the plan with its findings, and those of the general rules.

    A check's `expression` names targets (hyphens as underscores, values in base units) and the numbers
    it takes as `given`; `unit` says how the result is shown, and `says` is the sentence with `{result}`.
    """
    results: list[CheckResult] = []
    findings: list[Finding] = []
    values = {t.id.replace("-", "_"): float(t.canonical.value) for t in plan.targets if t.canonical}
    for check in checks:
        try:
            results.append(_evaluate(check, values))
        except (FormulaError, KeyError) as problem:
            findings.append(_broken(check, problem))
    findings += [_result_finding(result) for result in results]
    findings += [finding for rule in _GENERAL for finding in rule(plan)]
    return tuple(results), tuple(findings)


def _evaluate(check: Mapping[str, Any], values: Mapping[str, float]) -> CheckResult:
    given = {name: float(value) for name, value in check.get("given", {}).items()}
    scale, _ = unit_scale(str(check.get("unit", "")))
    value = _value(parse_formula(str(check["expression"])).root, {**values, **given}) / float(scale)
    shown = f"{value:,.{int(check.get('decimals', 0))}f}".replace(",", "")
    return CheckResult(
        str(check["id"]),
        value,
        str(check.get("unit", "")),
        str(check["says"]).replace("{result}", shown),
        str(check.get("assumed", "")),
        Severity(check.get("severity", "note")),
    )


def _value(node: object, values: Mapping[str, float]) -> float:
    match node:
        case Number(value):
            return value
        case Name(code):
            return values[code]
        case Negate(of):
            return -_value(of, values)
        case Binary(operator, left, right):
            a, b = _value(left, values), _value(right, values)
            if operator == "/":
                return a / b if b else math.nan
            return {"+": a + b, "-": a - b, "*": a * b}[operator]
        case _:
            raise FormulaError(Text("核对算式只能用四则运算。", "A check on the plan takes arithmetic only."))


def _broken(check: Mapping[str, Any], problem: Exception) -> Finding:
    what = problem.text if isinstance(problem, FormulaError) else None
    zh = what.zh if what else f"算式里的 {problem} 不是指标，也不在 given 中。"
    en = what.en if what else f"{problem} is neither a target nor given."
    return Finding(
        "plan.check-unreadable",
        Severity.ERROR,
        Text(f"核对“{check.get('id', '?')}”：{zh}", f"Check '{check.get('id', '?')}': {en}"),
        Text("请改正 checks.toml 中的 expression。", "Correct the expression in checks.toml."),
        Citation("checks.toml", str(check.get("id", "?"))),
    )


def _result_finding(result: CheckResult) -> Finding:
    zh = result.sentence + (f"（假定：{result.assumed}）" if result.assumed else "")
    return Finding(
        "plan.arithmetic",
        result.severity,
        Text(zh, f"{result.id}: {result.value:.4g} {result.unit}"),
        Text("供责任分解与解释口径时参考。", "For the split of duties and for stating definitions."),
        Citation("checks.toml", result.id),
    )


def _repeats(plan: Plan) -> Iterator[Finding]:
    for target in plan.targets:
        if len(target.quotes) > 1:
            yield Finding(
                "plan.stated-twice",
                Severity.NOTE,
                Text(
                    f"“{target.indicator}”在文中出现{len(target.quotes)}次，数值一致，合为一项指标。",
                    f"'{target.name_en}' is stated {len(target.quotes)} times with one value; it is one target.",
                ),
                Text("修订时请同时改动各处。", "Amend every place together."),
                Citation(plan.document_name, "、".join(quote.clause for quote in target.quotes)),
            )


def _yearly_steps(plan: Plan) -> Iterator[Finding]:
    years = plan.end.year - plan.start.year + 1
    alike = {(t.indicator, t.scope): t for t in reversed(plan.targets) if not t.every_year and t.kind == "cumulative"}
    for target in plan.targets:
        total = plan.target.get(target.yearly_of)
        if total is None and target.every_year:
            total = alike.get((target.indicator, target.scope))
        if total is None or target.canonical is None or total.canonical is None:
            continue
        reached = target.canonical.value * years
        agrees = reached == total.canonical.value
        yield Finding(
            "plan.yearly-steps",
            Severity.NOTE if agrees else Severity.WARNING,
            Text(
                f"{target.indicator}{target.canonical.value}×{years}年＝{reached}，"
                f"总目标{total.canonical.value}，{'相符' if agrees else '不符'}。",
                f"{target.name_en}: {target.canonical.value} × {years} years = {reached}; "
                f"the total says {total.canonical.value}.",
            ),
            Text("不符时请起草单位说明以何者为准。", "If they differ, ask the author which one holds."),
            Citation(plan.document_name, f"{target.quotes[0].clause}、{total.quotes[0].clause}"),
        )


def _parts(plan: Plan) -> Iterator[Finding]:
    for target in plan.targets:
        whole = plan.target.get(target.part_of)
        if not whole or not target.canonical or not whole.canonical:
            continue
        counted = target.canonical.unit == whole.canonical.unit and target.kind != "ratio" and not target.growth
        if counted and target.canonical.value > whole.canonical.value:
            yield _impossible(plan, target, f"其中数 {target.canonical.value} 大于总数 {whole.canonical.value}")


def _shares(plan: Plan) -> Iterator[Finding]:
    for target in plan.targets:
        canonical = target.canonical
        if canonical and canonical.unit == "%" and canonical.value > 100:
            yield _impossible(plan, target, f"比例 {canonical.value}% 超过 100%")


def _impossible(plan: Plan, target: Target, why: str) -> Finding:
    return Finding(
        "plan.impossible-value",
        Severity.WARNING,
        Text(f"“{target.indicator}”：{why}。", f"'{target.name_en}' cannot be met as written."),
        Text("请起草单位核对。", "Ask the plan's author."),
        Citation(plan.document_name, target.quotes[0].clause),
    )


def _undefined(plan: Plan) -> Iterator[Finding]:
    """Report words of degree (基本) that come without a rule for telling when they are met."""
    for target in plan.targets:
        if target.strength == "basic":
            yield Finding(
                "plan.degree-undefined",
                Severity.WARNING,
                Text(
                    f"“{target.quotes[0].words}”用了“基本”，没有判定标准。",
                    f"'{target.name_en}' is promised 'basically', with no rule for telling when it is met.",
                ),
                Text("请起草单位给出比例或验收办法。", "Ask the author for a share or a way of acceptance."),
                Citation(
                    plan.document_name,
                    target.quotes[0].clause,
                    target.quotes[0].span.start,
                    target.quotes[0].span.end,
                ),
            )


def _lost_headings(plan: Plan) -> Iterable[Finding]:
    for before, why in plan.lost_headings:
        yield Finding(
            "plan.heading-lost",
            Severity.NOTE,
            Text(f"条款 {before} 之前：{why}", f"A heading is missing before clause {before}."),
            Text(
                "页面上的章节名为编辑所拟；请以正式文本补正。",
                "The titles shown are editorial; compare the official text.",
            ),
            Citation(plan.document_name, before),
        )


def _disagreeing(plan: Plan) -> Iterator[Finding]:
    """Report promises of one name, scope and rhythm whose numbers or days differ."""
    first: dict[tuple[str, str, bool], Target] = {}
    for target in plan.targets:
        known = first.setdefault((target.indicator, target.scope, target.every_year), target)
        if known is target or (known.canonical, known.deadline) == (target.canonical, target.deadline):
            continue
        yield Finding(
            "plan.repeats-disagree",
            Severity.WARNING,
            Text(
                f"“{target.indicator}”两处说法不一：“{known.quotes[0].words}”与“{target.quotes[0].words}”。",
                f"'{target.name_en}' is promised in two ways.",
            ),
            Text(
                "请起草单位说明以何者为准；若是两件事，请写明区别。",
                "Ask the author which one holds, or how they differ.",
            ),
            Citation(plan.document_name, f"{known.quotes[0].clause}、{target.quotes[0].clause}"),
        )


def _said_again(plan: Plan) -> Iterator[Finding]:
    """Report two targets that promise the same number of the same thing by the same day: perhaps one, said twice."""
    first: dict[tuple[object, ...], Target] = {}
    for target in plan.targets:
        if target.value is None:
            continue
        same = (target.indicator, target.scope, target.comparator, target.canonical, target.deadline, target.every_year)
        known = first.setdefault(same, target)
        if known is not target:
            yield Finding(
                "plan.repeat-suspected",
                Severity.NOTE,
                Text(
                    f"“{known.quotes[0].words}”与“{target.quotes[0].words}”可能是同一项目标。",
                    f"'{known.name_en}' and '{target.name_en}' may be one target said twice.",
                ),
                Text("若是，请在审核页并入一张卡片；若是两件事，请写明范围。", "Merge them, or state how they differ."),
                Citation(plan.document_name, f"{known.quotes[0].clause}、{target.quotes[0].clause}"),
            )


_STATED_COUNT = re.compile(
    r"(?P<list>(?:[^、，,。；;：:“”]+、)+[^、，,。；;：:“”]+?)等?(?P<count>[二三四五六七八九十])(?:大|类)"
)


def _stated_counts(plan: Plan) -> Iterator[Finding]:
    """Report a list whose stated count is not the number of its members."""
    for clause in plan.clauses:
        for match in _STATED_COUNT.finditer(clause.text):
            members, stated = match["list"].count("、") + 1, int(read_number(match["count"]))
            if members != stated:
                yield Finding(
                    "plan.list-count-differs",
                    Severity.WARNING,
                    Text(
                        f"“{match[0]}”写明{stated}项，列出{members}项。",
                        f"A list in clause {clause.id} states {stated} members and names {members}.",
                    ),
                    Text("请起草单位核对是否漏列，或改正计数。", "Ask the author whether one is missing."),
                    Citation(plan.document_name, clause.id, clause.start + match.start(), clause.start + match.end()),
                )


# One rule is one line here; each takes the plan and yields findings.
_GENERAL = (
    _disagreeing,
    _said_again,
    _stated_counts,
    _repeats,
    _yearly_steps,
    _parts,
    _shares,
    _undefined,
    _lost_headings,
    *MEASURABLE,
)
