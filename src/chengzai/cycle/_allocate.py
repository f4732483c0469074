"""责任分解: targets and tasks given to counties, departments and years; proposed by rule, edited, checked, approved."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from chengzai.assess import (
    SPLIT_RULES,
    Allocation,
    CannotSplit,
    check_allocations,
    is_additive,
    needs_baseline,
    propose_split,
)
from chengzai.collect import Act, Line, Sheet, fold, read_value
from chengzai.cycle._acts import Refused, act_on
from chengzai.cycle._duties import duties_sheet, owner_of, propose_duties, task_row
from chengzai.cycle._office import Office, no_such_sheet, read_allocation
from chengzai.kernel import Actor, Finding, Period, Severity, Text, UserError, unit_scale
from chengzai.plan import Target
from chengzai.store import acts_of, one_writer

View = dict[str, Any]


def allocation_sheet(office: Office) -> Sheet:
    """Return the one sheet on which all targets are allocated."""
    return Sheet("allocation", office.plan.root)


def allocations_in_force(acts: Iterable[Act], *, on: dt.date, simulated: bool) -> dict[str, Allocation]:
    """Return the approved allocations that hold on a day by target, from the acts on the allocation sheet."""
    holding = {key: line.on(on) for key, line in fold(acts).items()}
    return {key: _read(key, content, simulated=simulated) for key, content in holding.items() if content}


def _read(target: str, content: Mapping[str, Any], *, simulated: bool) -> Allocation:
    return read_allocation({**content, "target": target}, source="simulated" if simulated else "authored")


def allocation_page(office: Office, actor: Actor) -> View:
    """Return every target and task with how far its split has come, what is wrong with it, and who answers."""
    lines = office.lines(allocation_sheet(office))
    duties = office.lines(duties_sheet(office))
    findings = _findings_by_target(office, lines)
    rows = [
        _target_row(office, target, lines.get(target.id), findings.get(target.id, [])) for target in office.plan.targets
    ]
    tasks = [task_row(office, promise, duties.get(promise.id)) for promise in office.plan.promises]
    parts = office.parts(actor, allocation_sheet(office), "")
    return {
        "rows": rows,
        "tasks": tasks,
        "counts": target_counts(office),
        "task_counts": {
            step: sum(1 for r in tasks if r["step"] == step) for step in ("empty", "submitted", "accepted")
        },
        "departments": [{"id": d.id, "name": d.name, "status": d.status} for d in office.scope.departments.values()],
        "counties": [{"code": c, "name": office.scope.name(c)} for c in office.counties],
        "rules": list(SPLIT_RULES),
        "lacking": sum(1 for row in rows if row["lacks_baseline"]),
        "may_propose": "hand_in" in parts,
        "may_approve": "accept" in parts,
        "simulated": office.simulated,
    }


def target_counts(office: Office) -> View:
    """Return how many targets have their split approved, in force otherwise, waiting, returned, or none at all.

    `current` are those that the pack, or the simulated split, gives and nobody has proposed anew. A target is counted
    once, as its row shows it.
    """
    lines = office.lines(allocation_sheet(office))
    stands = [_stands(office, target.id, lines.get(target.id)) for target in office.plan.targets]
    return {name: stands.count(name) for name in ("accepted", "current", "submitted", "returned", "empty")}


def _stands(office: Office, target_id: str, line: Line | None) -> str:
    if line is None:
        return "current" if target_id in office.allocations else "empty"
    return line.step


def _target_row(office: Office, target: Target, line: Line | None, findings: list[Finding]) -> View:
    content = line.content if line else _plain_or_empty(office.allocations.get(target.id))
    canonical = target.canonical
    scale = float(unit_scale(target.unit)[0])
    return {
        "id": target.id,
        "name": target.indicator,
        "section": office.plan.section_title.get(target.section, ""),
        "words": target.quotes[0].words,
        "goal": f"{float(canonical.value) / scale:,.10g}" if canonical else "",
        "unit": target.unit or (canonical.unit if canonical else ""),
        "baseline_shown": "" if content.get("baseline") is None else f"{float(content['baseline']) / scale:,.10g}",
        "lacks_baseline": needs_baseline(target) and content.get("baseline") is None and bool(line),
        "current": _stands(office, target.id, line) == "current",
        "deadline": target.deadline.isoformat(),
        "owner": str(content.get("owner", "")),
        "owner_name": office.scope.name(str(content.get("owner", ""))) if content.get("owner") else "",
        "baseline": content.get("baseline"),
        "shares": len(content.get("shares", {})),
        "rule": str(content.get("rule", "")),
        "step": line.step if line else "empty",
        "by": line.submitted_by if line else "",
        "findings": [finding.as_dict() for finding in findings],
    }


def _findings_by_target(office: Office, lines: Mapping[str, Line]) -> dict[str, list[Finding]]:
    proposed = [_read(key, line.content, simulated=office.simulated) for key, line in lines.items() if line.content]
    found: dict[str, list[Finding]] = {}
    for finding in check_allocations(proposed, office.plan, office.pack.places):
        found.setdefault(finding.where.locator, []).append(finding)
    return found


def target_split(office: Office, actor: Actor, target_id: str, rule: str = "") -> View:
    """Return one target's split to edit: as it stands, or as a rule proposes it; with its sentence and its history."""
    target = office.plan.target.get(target_id)
    if target is None:
        raise no_such_sheet(target_id)
    sheet = allocation_sheet(office)
    line = office.lines(sheet).get(target_id) or Line(target_id)
    told = ""
    stored: Mapping[str, Any] = line.content or _plain_or_empty(office.allocations.get(target_id))
    content = stored
    if rule or not content:
        try:
            content = _proposed(office, target, rule or "population", content)
        except CannotSplit as problem:
            told = problem.text.zh
    counties = _counties_of(office, target)
    shares, baselines = content.get("shares", {}), content.get("county_baselines", {})
    first, last = office.plan.start.year, target.deadline.year
    parts = office.parts(actor, sheet, target_id)
    return {
        **_target_row(office, target, line, []),
        "goal_number": float(target.canonical.value) if target.canonical else None,
        "goal_words": target.quotes[0].words,
        "clause": target.quotes[0].clause,
        "additive": is_additive(target) and not target.each,
        "baseline": content.get("baseline"),
        "owner": str(content.get("owner") or owner_of(office, target.section)),
        "owner_suggested": not content.get("owner"),
        "rule": str(content.get("rule", "")),
        "proposed": content is not stored,
        "told": told,
        "counties": [
            {
                "code": code,
                "name": office.scope.name(code),
                "share": shares.get(code),
                "baseline": baselines.get(code),
                "people": office.weights.get(code),
            }
            for code in counties
        ],
        "years": [{"year": y, "value": content.get("steps", {}).get(str(y))} for y in range(first, last + 1)]
        if content.get("steps") or not target.every_year
        else [],
        "departments": [{"id": d.id, "name": d.name} for d in office.scope.departments.values()],
        "rules": list(SPLIT_RULES),
        "may_propose": "hand_in" in parts,
        "may_approve": "accept" in parts and line.step == "submitted",
        "in_force": bool(line.in_force),
        "holds_from": first_open_day(office).isoformat(),
        "history": [
            {
                "act": act.act,
                "name": act.name,
                "at": act.at,
                "reason": act.reason,
                "sequence": act.sequence,
                "told": _told(office, act.lines.get(target_id, {})),
            }
            for act in line.history
        ],
        "simulated": office.simulated,
    }


def _told(office: Office, content: Mapping[str, Any]) -> str:
    """Return a proposed split in one line, as an official reads it."""
    if content.get("since"):
        return f"自{content['since']}起执行"
    if not content:
        return ""
    parts = [f"责任单位 {office.scope.name(str(content['owner']))}"] if content.get("owner") else []
    if content.get("baseline") is not None:
        parts.append(f"基数 {float(content['baseline']):,.10g}")
    shares = content.get("shares", {})
    parts += [f"{office.scope.name(code)} {float(value):,.10g}" for code, value in shares.items()]
    return "；".join(parts)


def _counties_of(office: Office, target: Target) -> tuple[str, ...]:
    """Return the counties a target can be split to: those it is measured in, none for a city figure."""
    if target.place != office.plan.root:
        return ()
    indicator = next((e for t in office.pack.indicators for e in t.get("indicator", ()) if e["id"] == target.id), None)
    if indicator is None:
        return ()
    names = re.findall(r"[a-z_][a-z0-9_]*", str(indicator["formula"]))
    levels = {office.pack.elements[n].collected for n in names if n in office.pack.elements}
    if levels <= {"prefecture", "core", "any"}:
        return ()
    return tuple(code for code in office.counties if not target.each or code in target.each)


def _proposed(office: Office, target: Target, rule: str, current: Mapping[str, Any]) -> dict[str, Any]:
    baselines = {code: float(v) for code, v in current.get("county_baselines", {}).items() if v is not None}
    split = propose_split(
        office.plan,
        target,
        _counties_of(office, target),
        rule=rule,
        weights=office.weights,
        baselines=baselines,
        baseline=current.get("baseline"),
    )
    owner = current.get("owner") or owner_of(office, target.section)
    return {**current, **_plain(split), "season": list(current.get("season", ())), "owner": owner, "rule": rule}


def _plain(allocation: Allocation) -> dict[str, Any]:
    table = asdict(allocation)
    table["steps"] = {str(year): value for year, value in allocation.steps.items()}
    table["season"] = list(allocation.season)
    return {k: v for k, v in table.items() if k not in {"target", "source"}}


def _plain_or_empty(allocation: Allocation | None) -> dict[str, Any]:
    return _plain(allocation) if allocation else {}


def propose_all(office: Office, actor: Actor, rule: str) -> View:
    """Propose a split by one rule for every target that has none, and an owner for every task; return what was left.

    A target the rule cannot split is proposed with its owner alone and said.
    """
    lines, told = {}, []
    known = office.lines(allocation_sheet(office))
    for target in office.plan.targets:
        if target.id in known:
            continue
        current = _plain_or_empty(office.allocations.get(target.id))
        try:
            lines[target.id] = _proposed(office, target, rule, current)
        except CannotSplit as problem:
            owner = current.get("owner") or owner_of(office, target.section)
            lines[target.id] = {**current, "owner": owner, "rule": ""}
            told.append({"target": target.id, "name": target.indicator, "why": problem.text.zh})
    if lines:
        act_on(office, actor, allocation_sheet(office), "submit", lines)
    return {"targets": len(lines), "tasks": propose_duties(office, actor), "left": told}


def propose_split_of(office: Office, actor: Actor, target_id: str, typed: Mapping[str, Any]) -> View:
    """Propose a split of one target as edited; what `typed` does not name stays as it was.

    Within `shares`, `county_baselines` and `steps` a key that is not named stays, and one named empty is taken away.
    Typed numbers may carry 万 and 亿; they are kept in the base unit. Raises Refused while the parts do not make the
    plan's number.
    """
    target = office.plan.target.get(target_id)
    if target is None:
        raise no_such_sheet(target_id)
    sheet = allocation_sheet(office)
    with one_writer():  # what was proposed last is what the change is laid over
        line = office.lines(sheet).get(target_id)
        before = line.content if line else _plain_or_empty(office.allocations.get(target_id))
        content = {**before, **_typed(office, target, typed, before)}
        allocation = _read(target_id, content, simulated=office.simulated)
        found = check_allocations([allocation], office.plan, office.pack.places)
        errors = [finding for finding in found if finding.severity is Severity.ERROR]
        if errors:
            raise Refused({target_id: errors})
        reason = str(typed.get("why") or "").strip()
        done, _ = act_on(office, actor, sheet, "submit", {target_id: content}, reason=reason)
    return {"sequence": done.sequence}


def _typed(office: Office, target: Target, typed: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a split that somebody named, read in the target's base unit."""
    unit = target.canonical.unit if target.canonical else ""
    years = [str(y) for y in range(office.plan.start.year, target.deadline.year + 1)]
    counties = sorted(_counties_of(office, target))
    keys = {"steps": years, "shares": counties, "county_baselines": counties}
    tables = {name: _laid_over(before.get(name, {}), typed.get(name) or {}, keys[name], unit) for name in keys}
    content: dict[str, Any] = {"additive": before.get("additive", is_additive(target))}
    content |= {name: table for name, table in tables.items() if typed.get(name) is not None}
    if typed.get("baseline") is not None:
        content["baseline"] = _number(typed["baseline"], unit)
    if typed.get("owner") is not None:
        content["owner"] = str(typed["owner"])
        if content["owner"] and content["owner"] not in office.scope and content["owner"] != before.get("owner"):
            owner = content["owner"]
            raise UserError(Text(f"没有责任单位“{owner}”。", f"There is no unit '{owner}'."))
    if typed.get("rule") is not None:
        content["rule"] = str(typed["rule"])
    return content


def _laid_over(before: Mapping[str, Any], typed: Mapping[str, Any], keys: Iterable[str], unit: str) -> dict[str, float]:
    """Return a table with the cells that somebody named read and put in, in the order of its keys."""
    named = {key: _number(typed[key], unit) for key in keys if key in typed}
    merged = {**before, **named}
    return {key: float(value) for key, value in sorted(merged.items()) if value is not None}


def _number(written: object, unit: str) -> float | None:
    """Return a typed number in its base unit, or None where nothing was typed; raises UserError."""
    if written in {None, ""}:
        return None
    value = read_value(str(written), unit)
    if value is None:
        raise UserError(Text(f"“{written}”不是数，未保存。", f"'{written}' is no number; nothing was saved."))
    return float(value)


def approve(  # noqa: PLR0913 -- each argument is a fact of one act
    office: Office, actor: Actor, topic: str, keys: Iterable[str], *, reason: str = "", since: str = "", why: str = ""
) -> View:
    """Approve proposed splits or duties, or return them with a `reason`; one that does not sum is not approved.

    What is approved holds from the day `since`, by default from the first month that has not been issued.
    An earlier day changes what issued months would say, so it takes a `why`, which their errata show.
    """
    sheet = allocation_sheet(office) if topic == "allocation" else duties_sheet(office)
    keys = list(keys)
    if reason:
        done, _ = act_on(office, actor, sheet, "return", {key: {} for key in keys}, reason=reason)
        return {"sequence": done.sequence, "lines": len(keys)}
    if topic == "allocation":
        wrong = _findings_by_target(office, office.lines(sheet))
        errors = {key: wrong[key] for key in keys if key in wrong}
        if errors:
            raise Refused(errors)
    with one_writer():  # no month is issued between the day that is chosen and the approval
        day = _day_it_holds(office, since, why).isoformat()
        done, _ = act_on(office, actor, sheet, "accept", {key: {"since": day} for key in keys}, reason=why)
    return {"sequence": done.sequence, "lines": len(keys), "since": day}


def first_open_day(office: Office) -> dt.date:
    """Return the day after the last month that was issued, or the plan's first where none was."""
    issued = [Period.parse(act.sheet.period) for act in acts_of(simulated=office.simulated, topic="issued")]
    ends = [period.last_day() + dt.timedelta(days=1) for period in issued]
    return max((office.plan.start, *ends))


def _day_it_holds(office: Office, since: str, why: str) -> dt.date:
    first = first_open_day(office)
    try:
        day = dt.date.fromisoformat(since) if since else first
    except ValueError:
        raise UserError(Text(f"“{since}”不是日期，应写作 2026-11-01。", f"'{since}' is no date.")) from None
    if day < first and not why.strip():
        raise UserError(
            Text(
                f"{first:%Y年%m月%d日}以前的月份已经签发；要从{day:%Y年%m月%d日}起执行，须写明原因，已签发的月份会出更正说明。",
                f"Months before {first} are issued; to hold from {day} takes a reason; their errata show it.",
            )
        )
    return day
