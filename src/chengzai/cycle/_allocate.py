"""责任分解: targets and tasks given to counties, departments and years; proposed by rule, edited, checked, approved."""

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
from chengzai.collect import Line, Sheet, read_value
from chengzai.cycle._acts import Refused, act_on
from chengzai.cycle._office import Office, no_such_sheet, read_allocation
from chengzai.kernel import Actor, Finding, Severity, Text, UserError, unit_scale
from chengzai.plan import Promise, Target

View = dict[str, Any]


def allocation_sheet(office: Office) -> Sheet:
    """Return the one sheet on which all targets are allocated."""
    return Sheet("allocation", office.plan.root)


def duties_sheet(office: Office) -> Sheet:
    """Return the one sheet on which all tasks are assigned."""
    return Sheet("duties", office.plan.root)


def duties_in_force(office: Office) -> dict[str, Mapping[str, Any]]:
    """Return who answers for each task, as approved."""
    return {key: line.in_force for key, line in office.lines(duties_sheet(office)).items() if line.in_force}


def tasks_of(office: Office, unit: str) -> list[Promise]:
    """Return the tasks that an approved 责任分解 gives to a unit."""
    duties = duties_in_force(office)
    return [
        promise
        for promise in office.plan.promises
        if (duty := duties.get(promise.id)) and unit in {duty.get("lead"), *duty.get("units", ())}
    ]


def allocations_in_force(acts: Iterable[Any], *, simulated: bool) -> dict[str, Allocation]:
    """Return the approved allocations by target from the acts on the allocation sheet."""
    from chengzai.collect import fold  # noqa: PLC0415 -- one use

    lines = fold(acts)
    return {key: _read(key, line.in_force, simulated=simulated) for key, line in lines.items() if line.in_force}


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
    tasks = [_task_row(office, promise, duties.get(promise.id)) for promise in office.plan.promises]
    parts = office.parts(actor, allocation_sheet(office), "")
    return {
        "rows": rows,
        "tasks": tasks,
        "counts": {step: sum(1 for r in rows if r["step"] == step) for step in ("empty", "submitted", "accepted")},
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


def _owner(office: Office, section: str) -> str:
    return next((d.id for d in office.scope.departments.values() if section in d.sections), "")


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
        "current": line is None and target.id in office.allocations,
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


def _task_row(office: Office, promise: Promise, line: Line | None) -> View:
    content = line.content if line else {}
    section = promise.quote.clause.split(".")[0]
    return {
        "id": promise.id,
        "words": promise.quote.words,
        "kind": promise.kind,
        "section": office.plan.section_title.get(section, ""),
        "lead": str(content.get("lead", "")),
        "lead_name": office.scope.name(str(content["lead"])) if content.get("lead") else "",
        "units": [office.scope.name(unit) for unit in content.get("units", ())],
        "step": line.step if line else "empty",
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
    content: Mapping[str, Any] = line.content or _plain_or_empty(office.allocations.get(target_id))
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
        "owner": str(content.get("owner") or _owner(office, target.section)),
        "rule": str(content.get("rule", "")),
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
    return {**_plain(split), "owner": current.get("owner") or _owner(office, target.section), "rule": rule}


def _plain(allocation: Allocation) -> dict[str, Any]:
    table = asdict(allocation)
    table["steps"] = {str(year): value for year, value in allocation.steps.items()}
    return {k: v for k, v in table.items() if k not in {"target", "source", "season"}}


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
        try:
            lines[target.id] = _proposed(office, target, rule, _plain_or_empty(office.allocations.get(target.id)))
        except CannotSplit as problem:
            lines[target.id] = {"owner": _owner(office, target.section), "rule": ""}
            told.append({"target": target.id, "name": target.indicator, "why": problem.text.zh})
    if lines:
        act_on(office, actor, allocation_sheet(office), "submit", lines)
    return {"targets": len(lines), "tasks": propose_duties(office, actor), "left": told}


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
    return {"lead": _owner(office, section), "units": counties}


def propose_split_of(office: Office, actor: Actor, target_id: str, typed: Mapping[str, Any]) -> View:
    """Propose an edited split of one target; raises Refused while its parts do not make the plan's number.

    Typed numbers may carry 万 and 亿; they are kept in the base unit.
    """
    target = office.plan.target.get(target_id)
    if target is None:
        raise no_such_sheet(target_id)
    content = _typed(office, target, typed)
    allocation = _read(target_id, content, simulated=office.simulated)
    errors = [
        f for f in check_allocations([allocation], office.plan, office.pack.places) if f.severity is Severity.ERROR
    ]
    if errors:
        raise Refused({target_id: errors})
    reason = str(typed.get("why", "")).strip()
    done, _ = act_on(office, actor, allocation_sheet(office), "submit", {target_id: content}, reason=reason)
    return {"sequence": done.sequence}


def _typed(office: Office, target: Target, typed: Mapping[str, Any]) -> dict[str, Any]:
    unit = target.canonical.unit if target.canonical else ""
    counties = set(_counties_of(office, target))

    def number(written: object) -> float | None:
        if written in {None, ""}:
            return None
        value = read_value(str(written), unit)
        if value is None:
            raise UserError(Text(f"“{written}”不是数，未保存。", f"'{written}' is no number; nothing was saved."))
        return float(value)

    def numbers(table: Mapping[str, Any], keys: Iterable[str]) -> dict[str, float]:
        read = {key: number(table.get(key)) for key in keys}
        return {key: value for key, value in read.items() if value is not None}

    years = [str(y) for y in range(office.plan.start.year, target.deadline.year + 1)]
    owner = str(typed.get("owner", ""))
    if owner and owner not in office.scope:
        raise UserError(Text(f"没有责任单位“{owner}”。", f"There is no unit '{owner}'."))
    return {
        "baseline": number(typed.get("baseline")),
        "steps": numbers(dict(typed.get("steps", {})), years),
        "shares": numbers(dict(typed.get("shares", {})), sorted(counties)),
        "county_baselines": numbers(dict(typed.get("county_baselines", {})), sorted(counties)),
        "owner": owner,
        "rule": str(typed.get("rule", "")),
        "additive": is_additive(target),
    }


def assign_tasks(office: Office, actor: Actor, duties: Mapping[str, Mapping[str, Any]], why: str = "") -> View:
    """Propose who leads and who shares tasks; raises NotAllowed for a unit that does not exist."""
    known = {promise.id for promise in office.plan.promises}
    lines = {}
    for task, duty in duties.items():
        lead, units = str(duty.get("lead", "")), [str(u) for u in duty.get("units", ())]
        strange = [unit for unit in (lead, *units) if unit and unit not in office.scope]
        if task not in known or strange or not lead:
            raise UserError(
                Text(
                    f"任务 {task} 的责任单位不明（{'、'.join(strange) or '未选牵头单位'}）。",
                    f"Task {task}: unknown unit.",
                )
            )
        lines[task] = {"lead": lead, "units": units}
    done, _ = act_on(office, actor, duties_sheet(office), "submit", lines, reason=why)
    return {"sequence": done.sequence}


def approve(office: Office, actor: Actor, topic: str, keys: Iterable[str], *, reason: str = "") -> View:
    """Approve proposed splits or duties, or return them with a reason; one that does not sum is not approved."""
    sheet = allocation_sheet(office) if topic == "allocation" else duties_sheet(office)
    chosen: dict[str, dict[str, Any]] = {key: {} for key in keys}
    if topic == "allocation" and not reason:
        wrong = _findings_by_target(office, office.lines(sheet))
        errors = {key: wrong[key] for key in chosen if key in wrong}
        if errors:
            raise Refused(errors)
    done, _ = act_on(office, actor, sheet, "return" if reason else "accept", chosen, reason=reason)
    return {"sequence": done.sequence, "lines": len(chosen)}
