"""Everybody's desk: what is due, what waits for me, who has not reported, what changed since I was here."""

from collections.abc import Iterable
from typing import Any

from chengzai.collect import Form, Line, Sheet, burden, cells_of, count_findings, files_itself, periods_due, units_of
from chengzai.cycle._allocate import allocation_sheet, target_counts
from chengzai.cycle._duties import duties_in_force, duties_sheet
from chengzai.cycle._nightly import last_comparison
from chengzai.cycle._office import Office, by_sheet, no_such_sheet
from chengzai.kernel import PER_YEAR, Actor, Period
from chengzai.store import acts_of, drafted_lines

View = dict[str, Any]
_BACK = 3  # periods a desk looks back over; what is older stands on the status page


def desk_page(office: Office, actor: Actor, *, seen: int = 0) -> View:
    """Return a person's desk: sheets to fill, sheets to look at, and what happened in their scope since `seen`."""
    sheets = _sheets(office)
    acts = by_sheet(acts_of(simulated=office.simulated, topics="form/"))
    acts |= by_sheet(acts_of(simulated=office.simulated, topic="tasks"))
    drafted = drafted_lines(simulated=office.simulated)
    due, waiting = [], []
    for sheet, keys, title in sheets:
        if not office.may_see(actor, sheet):
            continue
        row = _row(office, sheet, keys, title, acts.get(sheet, {}), drafted.get(sheet, 0))
        parts = office.parts(actor, sheet, keys[0] if keys else "")
        if "hand_in" in parts and actor_reports(actor, sheet.unit) and (row["left"] or row["returned"]):
            due.append(row)
        looked = (row["submitted"] if "review" in parts else 0) + (row["reviewed"] if "accept" in parts else 0)
        if looked:
            waiting.append({**row, "waiting": looked})
    waiting += _register_rows(office, actor) + _proposals(office, actor)
    return {
        "person": actor.name,
        "roles": sorted(actor.roles),
        "units": sorted({office.scope.name(grant.unit) for grant in actor.grants}),
        "today": office.today.isoformat(),
        "due": sorted(due, key=lambda r: (not r["returned"], r["due"], r["unit"], r["title"])),
        "waiting": sorted(waiting, key=lambda r: (not r["due"], r["due"], r["unit"], r["title"])),
        "uncounted": _uncounted(office, actor),
        "allocation": _allocation(office, actor),
        "news": _news(office, actor, seen),
        "simulated": office.simulated,
    }


def actor_reports(actor: Actor, unit: str) -> bool:
    """Return whether a unit's sheets are a person's own to fill: a grant names the unit itself."""
    return any(grant.role == "reporter" and grant.unit == unit for grant in actor.grants)


def _sheets(office: Office, back: int = _BACK) -> list[tuple[Sheet, list[str], str]]:
    """Return the sheets that people hand in for the last periods that have opened, with their lines and titles."""
    found = []
    for form in office.forms.values():
        for period in periods_due(form, office.timing, office.today, back=back):
            for unit in units_of(form, office.pack.places, office.pack.elements, office.plan.root, period=period):
                cells = cells_of(form, unit, office.pack.elements, period=period)
                if files_itself(cells, office.counted):
                    continue
                keys = [e.code for e in cells]
                found.append((Sheet(f"form/{form.id}", unit, period.text), keys, form.title.zh))
    for month in _task_periods(office, back):
        by_unit: dict[str, list[str]] = {}
        for task, duty in duties_in_force(office, Period.parse(month).last_day()).items():
            for unit in dict.fromkeys((duty.get("lead"), *duty.get("units", ()))):
                by_unit.setdefault(str(unit), []).append(task)
        found += [(Sheet("tasks", unit, month), tasks, "任务进展") for unit, tasks in by_unit.items()]
    return found


def _task_periods(office: Office, back: int) -> list[str]:
    """Return the months of task reports: those of the monthly forms, so that both are asked together."""
    monthly: Iterable[Form] = (form for form in office.forms.values() if form.frequency == "month")
    first = min(monthly, key=lambda form: form.since.ordinal, default=None)
    return [p.text for p in periods_due(first, office.timing, office.today, back=back)] if first else []


def _row(office: Office, sheet: Sheet, keys: list[str], title: str, lines: dict[str, Line], drafted: int) -> View:
    _, due, locks = office.timing.window(Period.parse(sheet.period))
    steps = [lines[key].step if key in lines else "empty" for key in keys]
    return {
        "topic": sheet.topic,
        "form": sheet.topic.partition("/")[2] or "tasks",
        "title": title,
        "unit": sheet.unit,
        "unit_name": office.scope.name(sheet.unit),
        "period": sheet.period,
        "due": due.isoformat(),
        "days": (due - office.today).days,
        "late": office.today > due,
        "locked": office.today > locks,
        "cells": len(keys),
        "typed": drafted,
        "left": steps.count("empty"),
        "submitted": steps.count("submitted"),
        "reviewed": steps.count("reviewed"),
        "accepted": steps.count("accepted"),
        "returned": steps.count("returned"),
        "minutes": round(sum(1 for key in keys if key not in office.counted) * office.timing.minutes),
    }


def _register_rows(office: Office, actor: Actor) -> list[View]:
    rows = []
    for sheet, lines in by_sheet(acts_of(simulated=office.simulated, topics="register/")).items():
        register = office.registers.get(sheet.topic.partition("/")[2])
        parts = office.parts(actor, sheet, "")
        steps = [line.step for line in lines.values()]
        count = (steps.count("submitted") if "review" in parts else 0) + (
            steps.count("reviewed") if "accept" in parts else 0
        )
        if register and count:
            rows.append(
                {
                    "topic": sheet.topic,
                    "form": register.id,
                    "title": register.title.zh,
                    "unit": sheet.unit,
                    "unit_name": office.scope.name(sheet.unit),
                    "period": "",
                    "due": "",
                    "waiting": count,
                    "late": False,
                }
            )
    return rows


def _uncounted(office: Office, actor: Actor) -> list[View]:
    """Return the registers of a person's own units with entries that count in no month: theirs to mend."""
    rows = []
    for sheet, lines in by_sheet(acts_of(simulated=office.simulated, topics="register/")).items():
        register = office.registers.get(sheet.topic.partition("/")[2])
        if register is None or "hand_in" not in office.parts(actor, sheet, "") or not actor_reports(actor, sheet.unit):
            continue
        count = sum(1 for line in lines.values() if count_findings(register, line.content))
        if count:
            names = {"topic": sheet.topic, "form": register.id, "title": register.title.zh, "unit": sheet.unit}
            rows.append({**names, "unit_name": office.scope.name(sheet.unit), "count": count})
    return rows


def _proposals(office: Office, actor: Actor) -> list[View]:
    """Return the proposals of targets and tasks that wait for a person's approval."""
    rows = []
    for sheet in (allocation_sheet(office), duties_sheet(office)):
        waiting = [line for line in office.lines(sheet).values() if line.step == "submitted"]
        if waiting and "accept" in office.parts(actor, sheet, ""):
            rows.append(
                {
                    "topic": sheet.topic,
                    "form": sheet.topic,
                    "title": title_of(office, sheet),
                    "unit": sheet.unit,
                    "unit_name": office.scope.name(sheet.unit),
                    "period": "",
                    "due": "",
                    "waiting": len(waiting),
                    "late": False,
                }
            )
    return rows


def _allocation(office: Office, actor: Actor) -> View:
    parts = office.parts(actor, allocation_sheet(office), "")
    if not parts & {"hand_in", "accept"}:
        return {}
    targets, duties = target_counts(office), office.lines(duties_sheet(office))
    return {
        "targets": len(office.plan.targets),
        "targets_approved": targets["accepted"],
        "targets_current": targets["current"],
        "targets_waiting": targets["submitted"],
        "tasks": len(office.plan.promises),
        "tasks_approved": sum(1 for line in duties.values() if line.in_force),
        "tasks_waiting": sum(1 for line in duties.values() if line.step == "submitted"),
    }


def _news(office: Office, actor: Actor, seen: int) -> list[View]:
    """Return the acts of others within a person's scope after a place in the journal, the latest first."""
    found = []
    for act in acts_of(simulated=office.simulated, after=seen):
        if act.actor in {actor.id, ""} or act.sheet.kind in {"batch", "mapping"}:
            continue
        sheet = Sheet(act.sheet.topic.removeprefix("open/"), act.sheet.unit, act.sheet.period)
        if office.may_see(actor, sheet):
            found.append(
                {
                    "sequence": act.sequence,
                    "at": act.at,
                    "name": act.name,
                    "act": act.act,
                    "title": title_of(office, sheet),
                    "unit_name": office.scope.name(sheet.unit),
                    "period": sheet.period,
                    "lines": len(act.lines),
                    "reason": act.reason,
                    "topic": sheet.topic,
                    "unit": sheet.unit,
                }
            )
    return found[::-1][:40]


def title_of(office: Office, sheet: Sheet) -> str:
    """Return what a sheet is called."""
    name = sheet.topic.partition("/")[2]
    if sheet.kind == "form" and name in office.forms:
        return office.forms[name].title.zh
    if sheet.kind == "register" and name in office.registers:
        return office.registers[name].title.zh
    words = {"content": "内容包", "account": "账号", "batch/facts": "数据批次", "batch/allocation": "分解批次"}
    if sheet.topic in words:
        return words[sheet.topic]
    if sheet.kind == "mapping" and name in office.forms:
        return f"{office.forms[name].title.zh}·已有表格的对应方式"
    return {"tasks": "任务进展", "allocation": "责任分解·目标", "duties": "责任分解·任务"}.get(sheet.topic, sheet.topic)


def open_month(office: Office) -> str:
    """Return the latest month whose reporting has opened, or nothing before the first."""
    return next(iter(_task_periods(office, 1)), "")


def status_page(office: Office, actor: Actor, period: str) -> View:
    """Return who has reported what for a period within a person's scope: units against forms, the missing first."""
    when = Period.parse(period)
    if when.text != period or when.frequency not in PER_YEAR:
        raise no_such_sheet(period)
    acts = by_sheet(acts_of(simulated=office.simulated, topics="form/"))
    acts |= by_sheet(acts_of(simulated=office.simulated, topic="tasks"))
    drafted = drafted_lines(simulated=office.simulated)
    by_unit: dict[str, list[View]] = {}
    for sheet, keys, title in _sheets(office, back=120):
        if sheet.period == when.text and office.may_see(actor, sheet):
            row = _row(office, sheet, keys, title, acts.get(sheet, {}), drafted.get(sheet, 0))
            by_unit.setdefault(sheet.unit, []).append(row)
    rows = [
        {
            "unit": unit,
            "name": office.scope.name(unit),
            "level": "department" if unit in office.scope.departments else office.pack.places[unit].level,
            "sheets": sheets,
            "due_cells": sum(s["cells"] for s in sheets),
            "there": sum(s["cells"] - s["left"] - s["returned"] for s in sheets),
            "accepted": sum(s["accepted"] for s in sheets),
            "returned": sum(s["returned"] for s in sheets),
            # What was returned has to be reported again: a unit that owes it has not reported everything.
            "missing": [s["title"] for s in sheets if s["left"] or s["returned"]],
            "late": any(s["late"] and (s["left"] or s["returned"]) for s in sheets),
        }
        for unit, sheets in by_unit.items()
    ]
    periods = sorted({sheet.period for sheet, _, _ in _sheets(office, back=120)}, reverse=True)
    return {
        "period": when.text,
        "periods": periods,
        "rows": sorted(
            rows, key=lambda row: (_LEVELS.index(row["level"]), row["there"] / max(row["due_cells"], 1), row["unit"])
        ),
        "units": len(rows),
        "whole": sum(1 for row in rows if not row["missing"]),
        "may_open": "task_force" in actor.roles,
        "reminder": _reminder(office, when.text, rows),
        "compared": last_comparison(office.data),
        "simulated": office.simulated,
    }


_LEVELS = ("department", "county", "core", "township", "village", "prefecture", "")


def _reminder(office: Office, period: str, rows: list[View]) -> str:
    """Return the words of a reminder to send by whatever the city uses; it names units and sheets, never people."""
    missing = [row for row in rows if row["missing"]]
    if not missing:
        return ""
    _, due, _ = office.timing.window(Period.parse(period))
    head = f"【报送提醒】{period} 报送期限为{due.month}月{due.day}日，以下单位尚未报齐："
    told = [
        f"{row['name']}（{'、'.join(row['missing'][:3])}{'等' if len(row['missing']) > 3 else ''}）" for row in missing
    ]
    return ("【模拟数据】" if office.simulated else "") + head + "；".join(told) + "。请尽快登录报送。"


def burden_page(office: Office) -> View:
    """Return what reporting costs: cells and minutes a month of each kind of unit, and what registers save."""
    rows = burden(
        list(office.forms.values()),
        office.timing,
        office.pack.places.at(office.today),
        {code: e for code, e in office.pack.elements.items() if code not in office.counted},
        office.plan.root,
    )
    levels: dict[str, list[View]] = {}
    for row in rows:
        levels.setdefault(row["level"], []).append(row)
    saved = [code for form in office.forms.values() for code in form.elements if code in office.counted]
    return {
        "levels": [
            {
                "level": level,
                "units": len(own),
                "cells_month": max(row["cells_month"] for row in own),
                "minutes_month": max(row["minutes_month"] for row in own),
                "hours_year_all": round(sum(row["minutes_month"] for row in own) * 12 / 60),
            }
            for level, own in levels.items()
        ],
        "rows": [{**row, "name": office.scope.name(row["unit"])} for row in rows],
        "minutes_per_cell": office.timing.minutes,
        "saved": len(saved),
        "refused": [f.as_dict() for f in office.findings if f.code == "collect.asked-twice"],
        "simulated": office.simulated,
    }
