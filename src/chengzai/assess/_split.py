"""责任分解 proposed by rule: the plan's number split to counties and years so that the parts make the whole exactly."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from chengzai.assess._allocation import Allocation
from chengzai.kernel import Text, UserError, whole_parts
from chengzai.plan import Plan, Target

SPLIT_RULES = ("population", "distance", "equal")
_ADDITIVE = ("cumulative", "flow", "stock")
_NO_STEPS = ("maintain", "milestone", "completion")


class CannotSplit(UserError):
    """The rule lacks what it needs; another rule or figures typed by hand are the way out."""


def is_additive(target: Target) -> bool:
    """Return whether county parts of a target sum to the whole."""
    return target.kind in _ADDITIVE and target.canonical is not None and target.canonical.unit != "%"


def counts_from_nought(target: Target) -> bool:
    """Return whether a target counts what was done since the plan began, so that its baseline is nought by its kind."""
    return target.kind in {"cumulative", "milestone", "completion"}


def needs_baseline(target: Target) -> bool:
    """Return whether a target cannot be judged without the value it started from."""
    return not counts_from_nought(target) and target.kind not in {"maintain", "coverage"} and not target.every_year


def propose_split(  # noqa: PLR0913 -- each argument is a fact of one act
    plan: Plan,
    target: Target,
    counties: Sequence[str],
    *,
    rule: str,
    weights: Mapping[str, float],
    baselines: Mapping[str, float],
    baseline: float | None = None,
) -> Allocation:
    """Return an allocation of a target to counties and years by a rule; raises CannotSplit.

    Let G be the goal, B the baseline, wᵢ a county's weight (its people), bᵢ its baseline, and D = G − Σbᵢ.

        population   gᵢ = bᵢ + D·wᵢ/Σw
        distance     gᵢ = bᵢ + D·dᵢ/Σd,  dᵢ = max(0, G·wᵢ/Σw − bᵢ): who is furthest from a fair share does most
        equal        gᵢ = bᵢ·G/Σb, the same effort from everybody; D/n each where nothing has begun

    for a count. For a share or rate everybody gets G by `population`; by `distance` each closes the same part of its
    way to the ceiling (100 for a percentage), and by `equal` each moves by the same points, so that the weighted mean
    is G. Counts are whole and sum to G: the largest remainders get what is left over. Years go in equal steps.

    No baseline is made up: only what is counted since the plan began starts from nought. A level without county
    baselines is split by people alone (bᵢ = 0 in the formula, none recorded), and has no yearly steps.
    """
    goal = float(target.canonical.value) if target.canonical else 1.0
    start = baseline
    if start is None and counts_from_nought(target):
        start = math.fsum(baselines.get(code, 0.0) for code in counties)
    elif start is None and is_additive(target) and counties and all(code in baselines for code in counties):
        start = math.fsum(baselines[code] for code in counties)
    if not is_additive(target):
        shares = _rates(target, counties, rule, goal, weights, baselines) if target.canonical and counties else {}
    else:
        shares = _parts(target, counties, rule, goal, weights, baselines) if counties else {}
    return Allocation(
        target=target.id,
        source="authored",
        baseline=start,
        steps=_steps(plan, target, start, goal),
        shares=shares,
        county_baselines={code: baselines[code] for code in counties if code in baselines},
        additive=is_additive(target),
    )


def _parts(
    target: Target,
    counties: Sequence[str],
    rule: str,
    goal: float,
    weights: Mapping[str, float],
    baselines: Mapping[str, float],
) -> dict[str, float]:
    if rule != "population" and not counts_from_nought(target) and any(c not in baselines for c in counties):
        raise _no_baselines(target, rule)
    known = {code: baselines.get(code, 0.0) for code in counties}
    rest = goal - sum(known.values())
    if rule == "equal":
        begun = sum(known.values())
        wanted = {c: known[c] * goal / begun if begun else goal / len(counties) for c in counties}
    else:
        total = _weight(counties, weights)
        pull = {c: weights[c] for c in counties}
        if rule == "distance":
            gaps = {c: max(0.0, goal * weights[c] / total - known[c]) for c in counties}
            pull = gaps if any(gaps.values()) else pull
        wanted = {c: known[c] + rest * pull[c] / sum(pull.values()) for c in counties}
    if not _counts_whole(target, goal):
        return _to_the_goal(wanted, goal)
    codes = sorted(wanted)  # whoever comes first in the list of places gets the odd one
    return dict(zip(codes, map(float, whole_parts([wanted[c] for c in codes])), strict=True))


def _rates(
    target: Target,
    counties: Sequence[str],
    rule: str,
    goal: float,
    weights: Mapping[str, float],
    baselines: Mapping[str, float],
) -> dict[str, float]:
    if rule == "population" or (target.comparator in {"<", "<="} and not baselines):
        return dict.fromkeys(counties, goal)
    if any(c not in baselines for c in counties):
        raise _no_baselines(target, rule)
    total = _weight(counties, weights)
    mean = sum(baselines[c] * weights[c] for c in counties) / total
    ceiling = 100.0 if target.canonical and target.canonical.unit == "%" and target.direction == "up" else None
    if rule == "distance" and ceiling is not None and mean < ceiling:
        part = (goal - mean) / (ceiling - mean)
        return {c: round(baselines[c] + part * (ceiling - baselines[c]), 2) for c in counties}
    return {c: round(baselines[c] + goal - mean, 2) for c in counties}


def _no_baselines(target: Target, rule: str) -> CannotSplit:
    how = "差距" if rule == "distance" else "同等幅度"
    return CannotSplit(
        Text(
            f"“{target.indicator}”缺各县基数，不能按{how}分；请先填基数，或改用“按人口”。",
            f"'{target.name_en}' has no county baselines; enter them first, or split by population.",
        )
    )


def _weight(counties: Sequence[str], weights: Mapping[str, float]) -> float:
    missing = [c for c in counties if not weights.get(c)]
    if missing:
        raise CannotSplit(
            Text(
                f"缺少 {'、'.join(missing)} 的人口数，不能按人口分；请改用“同等幅度”或手工填写。",
                f"The population of {', '.join(missing)} is not known; choose 'equal' or type the parts.",
            )
        )
    return sum(weights[c] for c in counties)


def _counts_whole(target: Target, goal: float) -> bool:
    return float(goal).is_integer() and (target.canonical is None or target.canonical.unit != "%")


def _to_the_goal(wanted: Mapping[str, float], goal: float) -> dict[str, float]:
    """Return parts with two decimals that sum to the goal exactly, the largest taking the rest."""
    parts = {code: Decimal(str(round(value, 2))) for code, value in wanted.items()}
    largest = max(parts, key=lambda code: parts[code])
    parts[largest] += Decimal(str(goal)) - sum(parts.values())
    return {code: float(part) for code, part in parts.items()}


def _steps(plan: Plan, target: Target, start: float | None, goal: float) -> dict[int, float]:
    if start is None or target.every_year or target.kind in _NO_STEPS or target.each:
        return {}
    first, last = plan.start.year, target.deadline.year
    count = last - first + 1
    whole = _counts_whole(target, goal)
    steps = {}
    for n, year in enumerate(range(first, last), start=1):
        value = start + (goal - start) * n / count
        steps[year] = float(math.floor(value)) if whole else round(value, 2)
    return {**steps, last: goal} if count > 0 else {}
