"""The pack's policy files as the rules in force at the end of a period."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from chengzai.assess import Band, OutlookRule, PaceRule, PromptRule, Rules, WarnRule, check_bands
from chengzai.kernel import Dated, Finding, Period, Step, Text, UserError
from chengzai.plan import Plan
from chengzai.store import Pack


class RuleMissing(UserError):
    """A rule that every pack needs is not in its policy files."""


class NotAMonthOfThePlan(UserError):
    """A run is asked for a period in which the plan does not run."""


def require_month(plan: Plan, period: Period) -> None:
    """Return if the period is a month within the plan; raises NotAMonthOfThePlan."""
    if period.frequency == "month" and plan.start.year <= period.year <= plan.end.year:
        return
    first, last = (f"{day.year}-{day.month:02}" for day in (plan.start, plan.end))
    raise NotAMonthOfThePlan(
        Text(
            f"“{period}”不是方案期内的月份；请写 {first} 至 {last} 之间的月份，如 {last}。",
            f"'{period}' is no month of the plan; name one from {first} to {last}, such as {last}.",
        )
    )


def rules_in_force(pack: Pack, period: Period) -> tuple[Rules, tuple[Finding, ...]]:
    """Return the rules that hold on the last day of the period, and where a colour rule is not total."""
    day = period.last_day()
    lights = pack.policy.get("lights", {})
    if not lights:
        raise _missing("policy/lights.toml", "亮灯规则")
    steps = tuple(
        Step(
            step["since"],
            tuple(Band.read(band) for band in step["band"]),
            str(step["clause"]),
            str(step["status"]),
        )
        for step in lights["step"]
    )
    in_force = Dated(str(lights["name"]), steps).at(day)
    return Rules(
        lights=in_force,
        tolerance=_number(pack, "approximate_tolerance").at(day),
        rounding=_rule(pack, "rounding").at(day),
        fast=_number(pack, "fast_progress").at(day),
        completeness=_number(pack, "least_completeness").at(day),
    ), check_bands(in_force.value, rule=str(lights["name"]))


def forecast_rules(pack: Pack, day: dt.date) -> tuple[OutlookRule, WarnRule, PromptRule, dict[str, str]]:
    """Return the rules of forecasts, warnings and prompts on a day, and where they stand; raises RuleMissing."""
    in_force = dated_rule(pack, "forecast", "预测与预警规则", day)
    step, warning = in_force.value, in_force.value["warning"]
    first, after = (tuple(float(v) for v in step[name]) for name in ("first", "after"))
    pace = PaceRule(
        float(step["change"]),
        (first[0], first[1]),
        (after[0], after[1]),
        float(step["noise"]),
        float(step["weight"]),
        float(step["slip"]),
        float(step.get("spread", 1.0)),
    )
    return (
        OutlookRule(pace, {k: int(v) for k, v in step["least"].items()}, int(step.get("takes", 0))),
        WarnRule(
            float(warning["raise_at"]),
            float(warning["clear_at"]),
            int(warning["confirm"]),
            tuple((int(e["after"]), str(e["to"])) for e in warning["escalate"]),
        ),
        _prompt_rule(step["prompt"]),
        {"name": str(pack.policy["forecast"]["name"]), "clause": in_force.clause, "status": in_force.status},
    )


def _prompt_rule(step: Mapping[str, Any]) -> PromptRule:
    # A float that is not a number cannot be compared with a decimal, so that every limit becomes a float here.
    swap = {"swap": float(step["swap"])} if "swap" in step else {}
    return PromptRule(float(step["spike"]), float(step["near"]), int(step["heap"]), int(step["repeats"]), **swap)


def paper_rules(pack: Pack, day: dt.date) -> dict[str, Any]:
    """Return the rules of papers on a day: length, directive words, orders, issuers, clause; raises RuleMissing."""
    return dict(dated_rule(pack, "papers", "公文规则", day).value)


def village_rules(pack: Pack, day: dt.date | None = None) -> tuple[dict[str, str], Mapping[str, Any]]:
    """Return where the rules of village types stand and their table on a day (by default the latest); RuleMissing."""
    step = dated_rule(pack, "villages", "五类村庄分类规则", day or dt.date.max)
    return {"name": str(pack.policy["villages"]["name"]), "clause": step.clause, "status": step.status}, step.value


def dated_rule(pack: Pack, file: str, name: str, day: dt.date) -> Step[Mapping[str, Any]]:
    """Return the table of `policy/<file>.toml` that holds on a day, with where it stands; raises RuleMissing."""
    table = pack.policy.get(file, {})
    if not table:
        raise _missing(f"policy/{file}.toml", name)
    steps = tuple(Step(s["since"], s, str(s["clause"]), str(s["status"])) for s in table["step"])
    return Dated(str(table["name"]), steps).at(day)


def number_in_force(pack: Pack, name: str, day: dt.date) -> float:
    """Return the value of a numeric rule that holds on a day."""
    return _number(pack, name).at(day).value


def word_in_force(pack: Pack, name: str, day: dt.date) -> str:
    """Return the value of a rule that is a word and holds on a day, or nothing where the pack has no such rule."""
    known = {str(entry["name"]) for entry in pack.policy.get("values", {}).get("rule", ())}
    return _rule(pack, name).at(day).value if name in known else ""


def _rule(pack: Pack, name: str) -> Dated[str]:
    entry: Mapping[str, Any] = next((e for e in pack.policy.get("values", {}).get("rule", ()) if e["name"] == name), {})
    if not entry:
        raise _missing("policy/values.toml", name)
    steps = tuple(Step(s["since"], str(s["value"]), str(s["clause"]), str(s["status"])) for s in entry["step"])
    return Dated(str(entry["title"]), steps)


def _number(pack: Pack, name: str) -> Dated[float]:
    rule = _rule(pack, name)
    return Dated(rule.name, tuple(Step(s.since, float(s.value), s.clause, s.status) for s in rule.steps))


def _missing(file: str, rule: str) -> RuleMissing:
    return RuleMissing(
        Text(
            f"内容包缺少规则“{rule}”（{file}）；请照 content/quzhou 的写法补上。",
            f"The pack lacks the rule '{rule}' ({file}); add it as content/quzhou writes it.",
        )
    )
