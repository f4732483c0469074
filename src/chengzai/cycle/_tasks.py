"""The tasks of a unit for a month: state, words, next step and evidence of each, with last month's beside."""

from typing import Any

from chengzai.collect import STEPS, Line, Sheet
from chengzai.cycle._acts import worst
from chengzai.cycle._duties import tasks_of
from chengzai.cycle._office import Office, no_such_sheet, require_period
from chengzai.cycle._reporting import content_of, findings_of, is_locked, is_open, require_seen, step_of
from chengzai.kernel import Actor, Period
from chengzai.store import drafts_of, versions_of

View = dict[str, Any]


def task_page(office: Office, actor: Actor, unit: str, period: str) -> View:
    """Return the tasks that the approved split gives to a unit, as they stand for one person.

    Raises NoSuchSheet, or NotAllowed where the unit is outside the person's scope.
    """
    if unit not in office.scope:
        raise no_such_sheet(f"tasks / {unit}")
    require_period(period, "month")
    sheet = Sheet("tasks", unit, period)
    require_seen(office, actor, sheet)
    before = office.lines(Sheet("tasks", unit, Period.parse(period).next(-1).text))
    lines, drafts = office.lines(sheet), drafts_of(sheet, simulated=office.simulated)
    versions = versions_of(sheet, simulated=office.simulated)
    found = findings_of(office, sheet)
    rows = []
    for promise in tasks_of(office, unit, Period.parse(period).last_day()):
        key = promise.id
        line = lines.get(key) or Line(key)
        content = content_of(key, lines, drafts, {})
        told = found.get(key, []) if key in drafts or line.step != "empty" else []
        parts = office.parts(actor, sheet, key)
        if "read" not in parts:
            continue
        rows.append(
            {
                "code": key,
                "name": promise.quote.words,
                "clause": promise.quote.clause,
                "section": office.plan.section_title.get(promise.quote.clause.split(".")[0], ""),
                "state": str(content.get("state", "")),
                "note": str(content.get("note", "")),
                "next": str(content.get("next", "")),
                "evidence": list(content.get("evidence", ())),
                "last_state": str(before[key].content.get("state", "")) if key in before else "",
                "last_next": str(before[key].content.get("next", "")) if key in before else "",
                "version": versions.get(key, 0),
                "typed_by": drafts[key].name if key in drafts else "",
                "step": line.step,
                "reason": line.reason,
                "findings": [finding.as_dict("zh") for finding in told],
                "worst": worst(told),
                "open": "hand_in" in parts and is_open(office, sheet, line),
                "may": sorted(parts & {"review", "accept"}),
                "history": [step_of(act, key) for act in line.history],
            }
        )
    opens, due, locks = office.timing.window(Period.parse(period))
    return {
        "form": "tasks",
        "title": "任务进展",
        "title_en": "Tasks",
        "unit": unit,
        "unit_name": office.scope.name(unit),
        "period": period,
        "opens": opens.isoformat(),
        "due": due.isoformat(),
        "locks": locks.isoformat(),
        "late": office.today > due,
        "locked": is_locked(office, sheet),
        "simulated": office.simulated,
        "rows": rows,
        "filled": sum(1 for row in rows if row["state"] and row["note"]),
        "to_check": sum(1 for row in rows if row["worst"] and row["step"] in {"empty", "returned"}),
        "steps": {step: sum(1 for r in rows if r["step"] == step) for step in STEPS},
        "seen": max((line.history[-1].sequence for line in lines.values()), default=0),
        "may_hand_in": any(row["open"] for row in rows),
        "may_open": "task_force" in actor.roles and is_locked(office, sheet),
    }
