"""A plan that was amended: which version holds on a day, as far as was known, and what each promise said before."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from chengzai.cycle._clock import now
from chengzai.kernel import Text, UserError
from chengzai.plan import Change, Plan, compare_plans, compile_plan
from chengzai.store import pack_files, plan_versions, read_plan, write_files


class AmendmentRefused(UserError):
    """An amendment that cannot be recorded: its draft is missing or its day is taken."""


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
        changes = compare_plans(history[-1].plan, plan)
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


def amend_plan(content: Path, draft: Path, *, in_force: dt.date, why: str) -> Amended:
    """Record a reviewed draft as an amendment of a pack, kept promises under their old ids; nothing is overwritten."""
    folder = content / "amendments" / in_force.isoformat()
    while (folder / "amendment.toml").exists():
        folder = folder.with_name(f"{folder.name}-2")
    tables, document = read_plan(draft)
    before = plan_history(content)[-1].plan
    renamed = _with_old_ids(tables, compare_plans(before, compile_plan(tables, document)[0]), folder.name)
    renamed["plan"] |= {
        name: getattr(before, name) for name in ("city", "root", "start", "end", "short_title", "name_en")
    }
    problems = compile_plan(renamed, document)[1]
    if problems:
        raise AmendmentRefused(
            Text(
                f"修订稿还不能用：{problems[0].message.zh} {problems[0].remedy.zh}",
                f"The draft cannot be used yet: {problems[0].message.en}",
            )
        )
    today = now(simulated=False).date()
    head = f'in_force = {in_force}\nrecorded = {today}\nwhy = "{why.replace(chr(34), "”")}"\n'
    write_files(folder, {**pack_files(renamed, document), "amendment.toml": head.encode()})
    return plan_history(content)[-1]


def _with_old_ids(tables: Mapping[str, Any], changes: tuple[Change, ...], prefix: str) -> dict[str, Any]:
    """Return a draft's tables with the ids of the promises they continue; a new one is named after its amendment."""
    ids = {c.new.id: c.old.id if c.old else f"{prefix}-{c.new.id}" for c in changes if c.new}
    commitments = [
        {**table, "target": [{**row, "id": ids.get(str(row["id"]), row["id"])} for row in table.get("target", ())]}
        for table in tables["commitments"]
    ]
    return {**tables, "plan": dict(tables["plan"]), "commitments": commitments}
