"""A year is scored against that year's goal: what of the share due at the year's end has been attained."""

import math
from collections.abc import Mapping

from chengzai.assess._allocation import Allocation
from chengzai.assess._assess import Assessment, share_due
from chengzai.kernel import Period
from chengzai.plan import Plan, Target

_NO_VALUE = ("no_report", "not_asked", "cannot_tell", "not_yet_due")


def year_share(plan: Plan, target: Target, allocation: Allocation | None, a: Assessment) -> float:
    """Return the attained share over the share due at the end of the year measured; 1 where the goal is reached.

    A number that every year must reach is due in full at each year's end, so its own share stands. What is kept or
    done counts 1, else 0. NaN where nothing can be told or nothing was due by that year's end.
    """
    if a.state in _NO_VALUE:
        return math.nan
    if a.met or math.isnan(a.attained):
        return 1.0 if a.met else 0.0
    due = share_due(plan, target, allocation, Period.parse(f"{a.measured.year}-12"))
    return a.attained / due if due > 0 else math.nan


def year_shares(
    plan: Plan, allocations: Mapping[str, Allocation], judged: Mapping[str, Mapping[str, Assessment]]
) -> dict[str, dict[str, float]]:
    """Return the share of the year's goal by place and target; a target that a place does not have is absent."""
    return {
        place: {name: year_share(plan, plan.target[name], allocations.get(name), a) for name, a in own.items()}
        for place, own in judged.items()
    }
