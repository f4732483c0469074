"""What the office has accepted, as observations: values of forms, and what the registers count."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping

from chengzai.assess import Pipeline
from chengzai.collect import (
    Form,
    Line,
    Sheet,
    cells_of,
    count_register,
    done_entries,
    files_itself,
    in_pipeline,
    read_forms,
    read_registers,
    units_of,
)
from chengzai.cycle._clock import today
from chengzai.cycle._office import by_sheet
from chengzai.kernel import Citation, Finding, Observation, Period, Severity, Text
from chengzai.store import Pack, acts_of


def office_observations(
    pack: Pack, root: str, *, simulated: bool, as_of: int | None, until: dt.date
) -> tuple[list[Observation], list[Finding]]:
    """Return the accepted values as known at a place in the journal, forms first; among simulated data all say so."""
    departments = {str(d["id"]) for d in pack.departments}
    acts = by_sheet(acts_of(simulated=simulated, topics="form/", as_of=as_of))
    source = "simulated" if simulated else "form"
    found = [
        _observation(sheet, code, line, root if sheet.unit in departments else sheet.unit, source)
        for sheet, lines in acts.items()
        for code, line in lines.items()
        if code in pack.elements and str(line.in_force.get("value", "")).strip()
    ]
    found.sort(key=lambda o: o.sequence)
    counted, findings = _counted(pack, root, acts, simulated=simulated, as_of=as_of, until=until)
    return [*found, *counted], findings


def _observation(sheet: Sheet, code: str, line: Line, place: str, source: str) -> Observation:
    submitted = next((act for act in reversed(line.history) if act.act == "submit"), line.history[0])
    return Observation(
        code,
        place,
        Period.parse(sheet.period),
        float(line.in_force["value"]),
        source,
        f"{sheet.topic}@{sheet.unit}@{sheet.period}",
        submitted.name,
        submitted.at[:10],
        line.accepted_at,
    )


def _counted(
    pack: Pack,
    root: str,
    forms: Mapping[Sheet, Mapping[str, Line]],
    *,
    simulated: bool,
    as_of: int | None,
    until: dt.date,
) -> tuple[list[Observation], list[Finding]]:
    """Return what registers count, where something is registered or the unit has said that nothing is.

    Nothing registered is no zero by itself: the unit's accepted form must say so. A form of counts alone is handed
    in by nobody: it files itself with its period's last day.
    """
    departments = {str(d["id"]) for d in pack.departments}
    said = {
        (code, sheet.unit, sheet.period)
        for sheet, lines in forms.items()
        for code, line in lines.items()
        if line.in_force.get("register")
    }
    entries = by_sheet(acts_of(simulated=simulated, topics="register/", as_of=as_of))
    readable, _ = read_forms(pack.forms, pack.elements)
    registers, _ = read_registers(pack.registers, pack.elements)
    ended = min(until, today(simulated=simulated))
    said |= _filed(pack, root, readable, {count.element for r in registers for count in r.counts}, ended)
    asked = {code: form for form in readable for code in form.elements}
    found: list[Observation] = []
    findings: list[Finding] = []
    for register in registers:
        lines = {sheet.unit: own for sheet, own in entries.items() if sheet.topic == f"register/{register.id}"}
        for element, unit, _ in said:
            if any(count.element == element for count in register.counts):
                lines.setdefault(unit, {})
        source = "simulated" if simulated else "register"
        for o in count_register(register, lines, pack.elements, until=until, source=source):
            if not o.value and o.element in asked and (o.element, o.place, o.period.text) not in said:
                continue
            place = root if o.place in departments else o.place
            found.append(Observation(o.element, place, o.period, o.value, o.source, o.evidence, sequence=o.sequence))
    return found, findings


def _filed(
    pack: Pack, root: str, forms: Iterable[Form], counted: Container[str], until: dt.date
) -> set[tuple[str, str, str]]:
    """Return the cells (element, unit, period) of forms of counts alone whose periods have ended, by the clock too."""
    found: set[tuple[str, str, str]] = set()
    for form in forms:
        period = form.since
        while period.last_day() <= until and any(code in counted for code in form.elements):
            for unit in units_of(form, pack.places, pack.elements, root, period=period):
                cells = cells_of(form, unit, pack.elements, period=period)
                if files_itself(cells, counted):
                    found |= {(element.code, unit, period.text) for element in cells}
            period = period.next()
    return found


def pipelines_of(pack: Pack, root: str, *, simulated: bool, as_of: int | None) -> dict[tuple[str, str], Pipeline]:
    """Return what the registers hold for each counted target, at the city and at each unit that has entries.

    Only registers that count entries one by one: an entry that is not finished has no amount yet.
    """
    departments = {str(d["id"]) for d in pack.departments}
    entries = by_sheet(acts_of(simulated=simulated, topics="register/", as_of=as_of))
    registers, _ = read_registers(pack.registers, pack.elements)
    found: dict[tuple[str, str], Pipeline] = {}
    for register in registers:
        if any(count.field for count in register.counts):
            continue
        for sheet, own in entries.items():
            if sheet.topic != f"register/{register.id}" or not own:
                continue
            lines = list(own.values())
            open_, done = in_pipeline(register, lines), len(done_entries(register, lines))
            for place in {root, root if sheet.unit in departments else sheet.unit}:
                before = found.get((register.target, place))
                found[register.target, place] = Pipeline(
                    open_ + (before.open if before else 0),
                    done + (before.counted if before else 0),
                    register.title.zh,
                    register.title.en,
                )
    return found


def falls_short(observations: Iterable[Observation], known: Mapping[tuple[str, str], float]) -> list[Finding]:
    """Return a finding for each running total that a register counts lower than was known: its past is not entered."""
    return [
        Finding(
            "collect.register-incomplete",
            Severity.WARNING,
            Text(
                f"{o.element} 台账在 {o.place} 只登记到 {o.value:,.10g}，"
                f"小于此前已报的 {known[o.element, o.place]:,.10g}。",
                f"The register of {o.element} at {o.place} counts {o.value:,.10g}, less than was reported before.",
            ),
            Text("请补录以前建成的；补齐前仍用原报数。", "Enter what was built before; until then the reports stand."),
            Citation(o.element, f"{o.place} {o.period}"),
        )
        for o in observations
        if o.value < known.get((o.element, o.place), 0.0)
    ]
