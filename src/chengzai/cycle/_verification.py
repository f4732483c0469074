"""Verification by sample in the office: drawn by the task force, checked by evaluators, shown and fed into ranks."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from chengzai.assess import (
    CheckedValue,
    SampledValue,
    UnitErrors,
    draw_sample,
    measured_errors,
    unit_errors,
)
from chengzai.collect import Act, Sheet
from chengzai.cycle._office import Office
from chengzai.cycle._printed import known_or_none
from chengzai.cycle._rules import RuleMissing, number_in_force
from chengzai.cycle._sources import known_facts
from chengzai.kernel import Actor, Period, Text, UserError
from chengzai.store import Pack, acts_of, one_writer

View = dict[str, Any]
_TOPIC = "verification"
_LEAST_SEED = 6


class VerificationRefused(UserError):
    """A draw or a finding that the order of steps, or the separation of persons, does not allow."""


def draw_verification(office: Office, actor: Actor, period: Period, seed: str, each: int) -> View:
    """Draw the sample of a month once, `each` values a county, by a seed made public before; VerificationRefused.

    What can be drawn are the values in force whose period ends with the month. The draw records them as reported.
    """
    if len(seed.strip()) < _LEAST_SEED or not 1 <= each <= 200:
        raise _refused(
            "请写明事先公布的种子（至少6个字符，如开奖号码），每县抽1至200个。",
            "Give a seed made public before (6 characters or more), and 1 to 200 values a county.",
        )
    if period.last_day() > office.today:
        raise _refused("这个月还没有结束。", "The month has not ended.")
    values = _in_force(office, period)
    with one_writer():
        if _acts(period, real=not office.simulated):
            raise _refused("这个月已经抽过样，不能重抽。", "This month's sample is drawn: it is not drawn again.")
        drawn = draw_sample(values, seed.strip(), each)
        if not drawn:
            raise _refused("这个月没有可以抽查的数值。", "There is no value to draw from.")
        said = {"draw": {"seed": seed.strip(), "each": each, "of": len(values), "values": [asdict(v) for v in drawn]}}
        done = office.record("draw", Sheet(_TOPIC, office.plan.root, period.text), actor, said)
    return {"sequence": done.sequence, "count": len(drawn)}


def record_finding(office: Office, actor: Actor, period: Period, key: str, finding: Mapping[str, Any]) -> View:
    """Record what a checker found in place of a drawn value, with evidence; raises VerificationRefused.

    The checker is neither who drew the sample nor who typed, handed in, reviewed, returned or accepted the value at
    any time. A later word replaces an
    earlier one; both stay in the journal.
    """
    with one_writer():
        acts = _acts(period, real=not office.simulated)
        drawn = {value.key: value for value in _drawn(acts)}
        if key not in drawn:
            raise _refused("这个数值没有被抽中。", "That value was not drawn.")
        if actor.id == acts[0].actor:
            raise _refused("抽样人不能自己核查。", "Who drew the sample does not check it.")
        if actor.id in handlers_of(office, drawn[key]) or drawn[key].by in {actor.id, actor.name}:
            raise _refused(
                "填报、审核、验收过这个数的人不能核查它。", "Who reported, reviewed or accepted it does not check it."
            )
        found = finding.get("found")
        if not isinstance(found, int | float) or not math.isfinite(found):
            raise _refused("请填写核实数。", "Give the value found.")
        if not str(finding.get("evidence", "")).strip():
            raise _refused("请写明佐证（原始凭证号、照片编号等）。", "Name the evidence.")
        said = {key: {"found": float(found), "evidence": finding["evidence"], "note": finding.get("note", "")}}
        done = office.record("find", Sheet(_TOPIC, drawn[key].unit, period.text), actor, said)
    return {"sequence": done.sequence, "key": key}


def handlers_of(office: Office, value: SampledValue) -> set[str]:
    """Return everybody (by id) who has typed, handed in, reviewed, returned or accepted a value, by the journal.

    A value that a register counts has passed through the hands of all who handled an entry of its unit.
    """
    forms = acts_of(simulated=office.simulated, topics="form/", period=value.period)
    own = [a for a in forms if value.element in a.lines and office.place_of(a.sheet.unit) == value.place]
    lines = [act.lines[value.element] for act in own]
    if register := office.counted.get(value.element):
        entries = acts_of(simulated=office.simulated, topic=f"register/{register.id}", unit=value.place)
        own += entries
        lines += [line for act in entries for line in act.lines.values()]
    return ({act.actor for act in own} | {str(line.get("typed_by", "")) for line in lines}) - {""}


def errors_in_year(pack: Pack, year: int, *, real: bool, as_of: int | None = None) -> list[UnitErrors]:
    """Return what all samples of a year say of each county; empty where none was drawn."""
    acts = acts_of(simulated=not real, topic=_TOPIC, as_of=as_of)
    own = [act for act in acts if act.sheet.period.startswith(f"{year}-")]
    if not own:
        return []
    tolerance = number_in_force(pack, "verification_tolerance", Period.parse(f"{year}-12").last_day())
    return unit_errors(_drawn(own), _checked(own), tolerance)


def errors_for_ranks(pack: Pack, period: Period, least: float, *, real: bool, as_of: int | None) -> Mapping[str, float]:
    """Return the relative error of each county's data where a sample of the year measured it."""
    errors = errors_in_year(pack, period.year, real=real, as_of=as_of)
    if not errors:
        return {}
    return measured_errors(errors, least, int(number_in_force(pack, "verification_enough", period.last_day())))


def verification_page(office: Office, period: Period) -> View:
    """Return a month's sample as a page: how it was drawn, each value beside what was found, and what that says."""
    acts = _acts(period, real=not office.simulated)
    drawn, checked = _drawn(acts), {c.drawn.key: c for c in _checked(acts)}
    head = {"period": period.text, "year": period.year, "simulated": office.simulated, "drawn": bool(acts)}
    try:
        tolerance = number_in_force(office.pack, "verification_tolerance", period.last_day())
    except RuleMissing as missing:
        return head | {"drawn": False, "lacks": missing.text.zh, "lacks_en": missing.text.en, "values": [], "units": []}
    draw = acts[0].lines["draw"] if acts else {}
    return head | {
        "tolerance": tolerance,
        "tolerance_percent": f"{100 * tolerance:g}",
        "seed": draw.get("seed", ""),
        "each": draw.get("each", 0),
        "of": draw.get("of", 0),
        "drawn_by": acts[0].name if acts else "",
        "drawn_at": acts[0].at[:10] if acts else "",
        "values": [_value_view(office, v, checked.get(v.key), tolerance) for v in drawn],
        "units": [_unit_view(office, e) for e in unit_errors(drawn, checked.values(), tolerance)],
    }


def _value_view(office: Office, v: SampledValue, c: CheckedValue | None, tolerance: float) -> View:
    element = office.pack.elements.get(v.element)
    return {
        **asdict(v),
        "key": v.key,
        "unit_name": office.scope.name(v.unit),
        "element_name": element.name if element else v.element,
        "measure": element.unit if element else "",
        "place_name": office.scope.name(v.place),
        "found": c.found if c else None,
        "evidence": c.evidence if c else "",
        "note": c.note if c else "",
        "checker": c.checker if c else "",
        "difference": known_or_none(100 * c.difference, 2) if c else None,
        "wrong": c.wrong(tolerance) if c else None,
    }


def _unit_view(office: Office, e: UnitErrors) -> View:
    shares = {name: known_or_none(100 * getattr(e, name), 1) for name in ("rate", "low", "high", "spread", "bias")}
    return {"unit": e.unit, "name": office.scope.name(e.unit), "drawn": e.drawn, "checked": e.checked} | {
        "wrong": e.wrong,
        **shares,
    }


def _in_force(office: Office, period: Period) -> list[SampledValue]:
    """Return the values in force of the counties whose period ends with the month."""
    facts, _ = known_facts(office.pack, office.data, period, real=not office.simulated, as_of=None)
    ends = [n for n, text in enumerate(facts.periods) if Period.parse(text).last_day() == period.last_day()]
    county = {n: _county(office, code) for n, code in enumerate(facts.places)}
    by = facts.notes[1]
    latest: dict[str, SampledValue] = {}
    for i in np.flatnonzero(np.isin(facts.period, ends)).tolist():
        unit = county[int(facts.place[i])]
        if unit and not math.isnan(facts.value[i]):
            value = SampledValue(
                unit,
                facts.elements[facts.element[i]],
                facts.places[facts.place[i]],
                facts.periods[facts.period[i]],
                float(facts.value[i]),
                str(by[i]) if len(by) else "",
            )
            latest[value.key] = value
    return list(latest.values())


def _county(office: Office, place: str) -> str:
    return next((code for code in office.counties if office.scope.inside(place, code)), "")


def _acts(period: Period, *, real: bool) -> list[Act]:
    return acts_of(simulated=not real, topic=_TOPIC, period=period.text)


def _drawn(acts: Sequence[Act]) -> list[SampledValue]:
    return [SampledValue(**value) for act in acts if act.act == "draw" for value in act.lines["draw"]["values"]]


def _checked(acts: Sequence[Act]) -> list[CheckedValue]:
    """Return what was found, each value once: the last word on it."""
    drawn = {value.key: value for value in _drawn(acts)}
    found: dict[str, CheckedValue] = {}
    for act in acts:
        if act.act == "find":
            for key, said in act.lines.items():
                found[key] = CheckedValue(
                    drawn[key], float(said["found"]), str(said["evidence"]), str(said["note"]), act.name
                )
    return list(found.values())


def _refused(zh: str, en: str) -> VerificationRefused:
    return VerificationRefused(Text(zh, en))
