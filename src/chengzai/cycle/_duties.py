"""Who answers for the tasks of a plan: one department leads, others and counties share; proposed, then approved."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from chengzai.collect import Line, Sheet
from chengzai.cycle._acts import act_on
from chengzai.cycle._office import Office
from chengzai.kernel import Actor, Text, UserError
from chengzai.plan import Promise
from chengzai.store import one_writer

View = dict[str, Any]


def duties_sheet(office: Office) -> Sheet:
    """Return the one sheet on which all tasks are assigned."""
    return Sheet("duties", office.plan.root)


def duties_in_force(office: Office, on: dt.date | None = None) -> dict[str, Mapping[str, Any]]:
    """Return who answers for each task as approved: on a day, or by the latest approval."""
    lines = office.lines(duties_sheet(office))
    holding = {key: line.in_force if on is None else line.on(on) for key, line in lines.items()}
    return {key: content for key, content in holding.items() if content}


def tasks_of(office: Office, unit: str, on: dt.date | None = None) -> list[Promise]:
    """Return the tasks that an approved 责任分解 gives to a unit: on a day, or by the latest approval."""
    duties = duties_in_force(office, on)
    return [
        promise
        for promise in office.plan.promises
        if (duty := duties.get(promise.id)) and unit in {duty.get("lead"), *duty.get("units", ())}
    ]


def owner_of(office: Office, section: str) -> str:
    """Return the department that answers for a section of the plan, or nothing."""
    return next((d.id for d in office.scope.departments.values() if section in d.sections), "")


def task_row(office: Office, promise: Promise, line: Line | None) -> View:
    """Return a task with who leads, who shares it, and the units among which the sharing ones are chosen."""
    content = line.content if line else {}
    section = promise.quote.clause.split(".")[0]
    sharing = [str(unit) for unit in content.get("units", ())]
    return {
        "id": promise.id,
        "words": promise.quote.words,
        "kind": promise.kind,
        "section": office.plan.section_title.get(section, ""),
        "lead": str(content.get("lead", "")),
        "lead_name": office.scope.name(str(content["lead"])) if content.get("lead") else "",
        "units": [office.scope.name(unit) for unit in sharing],
        "choices": [
            {"unit": unit, "name": office.scope.name(unit), "on": unit in sharing}
            for unit in dict.fromkeys((*office.counties, *sharing))
        ],
        "step": line.step if line else "empty",
    }


def propose_duties(office: Office, actor: Actor) -> int:
    """Propose for each task that has none its section's department, and the counties where the text names them."""
    known = office.lines(duties_sheet(office))
    duties = {promise.id: _duty(office, promise) for promise in office.plan.promises if promise.id not in known}
    if duties:
        act_on(office, actor, duties_sheet(office), "submit", duties)
    return len(duties)


def _duty(office: Office, promise: Promise) -> dict[str, Any]:
    section = promise.quote.clause.split(".")[0]
    clause = office.plan.clause.get(promise.quote.clause)
    words = office.plan.document[clause.start : clause.end] if clause else promise.quote.words
    sentence = next((s for s in re.split(r"(?<=[。；])", words) if promise.quote.words[:12] in s), "")
    counties = list(office.counties) if re.search(r"各县|县\(市、区\)|县（市、区）", sentence) else []
    return {"lead": owner_of(office, section), "units": counties}


def assign_tasks(office: Office, actor: Actor, duties: Mapping[str, Mapping[str, Any]], why: str = "") -> View:
    """Propose who leads and who shares tasks; what a duty does not name (`lead`, `units`) stays as it was.

    Raises UserError for a task or unit that does not exist, and for a task that nobody would lead.
    """
    tasks = {promise.id: promise for promise in office.plan.promises}
    with one_writer():  # what was proposed last is what the change is laid over
        lines = office.lines(duties_sheet(office))
        changed = {}
        for task, duty in duties.items():
            before = lines[task].content if task in lines else {}
            lead = str(before.get("lead", "") if duty.get("lead") is None else duty["lead"])
            sharing = before.get("units", ()) if duty.get("units") is None else duty["units"]
            units = [str(unit) for unit in dict.fromkeys(sharing)]
            strange = [unit for unit in (lead, *units) if unit and unit not in office.scope]
            if task not in tasks or strange or not lead:
                what = f"“{tasks[task].quote.words[:20]}”" if task in tasks else f" {task} "
                wrong = f"没有单位 {'、'.join(strange)}" if strange else "还没有选牵头单位"
                wrong = wrong if task in tasks else "方案里没有这项任务"
                raise UserError(
                    Text(f"任务{what}：{wrong}。", f"Task {task}: unknown task or unit, or nobody leads it.")
                )
            changed[task] = {**before, "lead": lead, "units": units}
        done, _ = act_on(office, actor, duties_sheet(office), "submit", changed, reason=why)
    return {"sequence": done.sequence}
