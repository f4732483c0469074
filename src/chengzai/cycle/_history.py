"""A plan that was amended: which version holds on a day, as far as was known, and what each promise said before."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from chengzai.plan import Change, Plan, compare_versions, compile_plan
from chengzai.store import plan_versions, read_plan


@dataclass(frozen=True)
class Amended:
    """One version of a plan: the days it is in force from and was recorded on, why, and what it changed."""

    in_force: dt.date
    recorded: dt.date
    why: str
    plan: Plan
    changes: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the version as plain data; what was kept is left out."""
        return {
            "in_force": self.in_force.isoformat(),
            "recorded": self.recorded.isoformat(),
            "why": self.why,
            "targets": len(self.plan.targets),
            "changes": [change.as_dict() for change in self.changes if change.what != "kept"],
        }


def plan_history(content: Path, *, on: dt.date | None = None, known: dt.date | None = None) -> tuple[Amended, ...]:
    """Return the versions of a pack's plan up to a day, as known on another, the first one first."""
    plan = compile_plan(*read_plan(content))[0]
    history = [Amended(plan.start, plan.start, "", plan, ())]
    for version in plan_versions(content, known=known):
        if on is not None and version.in_force > on:
            continue
        plan = compile_plan(*read_plan(version.folder))[0]
        changes = compare_versions(history[-1].plan, plan)
        history.append(Amended(version.in_force, version.recorded, version.why, plan, changes))
    return tuple(history)


def told_before(
    content: Path, plan: Plan, *, on: dt.date, known: dt.date | None
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Return what earlier versions said of each target whose words have changed, with the days they held."""
    if not plan_versions(content, known=known):
        return {}
    history = plan_history(content, on=on, known=known)
    said: dict[str, list[dict[str, str]]] = {}
    for version, after in pairwise(history):
        for target in version.plan.targets:
            now = plan.target.get(target.id)
            if now is not None and now.quotes[0].words != target.quotes[0].words:
                held = {"since": version.in_force.isoformat(), "until": after.in_force.isoformat()}
                said.setdefault(target.id, []).append(held | {"words": target.quotes[0].words})
    return {target: tuple(held) for target, held in said.items()}
