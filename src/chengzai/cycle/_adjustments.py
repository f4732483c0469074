"""Bonus, penalty, cap and veto in the office: entered on a document, accepted by another, appealed, decided."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chengzai.assess import (
    ADJUSTMENTS,
    Adjustment,
    AdjustmentRefused,
    Scheme,
    event_of,
    fold_adjustments,
    require_adjustment,
    require_adjustment_step,
    require_single,
)
from chengzai.collect import Act, Sheet
from chengzai.cycle._office import Office
from chengzai.cycle._schemes import schemes_of
from chengzai.kernel import Actor, Text
from chengzai.store import acts_of, one_writer

View = dict[str, Any]
_TOPIC = "adjustment"


def adjustments_known(*, real: bool, year: int | None = None, as_of: int | None = None) -> tuple[Adjustment, ...]:
    """Return the events of a year (or all) as the journal has left them, or had at a place in it."""
    period = None if year is None else str(year)
    return fold_adjustments(acts_of(simulated=not real, topic=_TOPIC, period=period, as_of=as_of))


def enter_adjustment(office: Office, actor: Actor, year: int, unit: str, event: Mapping[str, Any]) -> View:
    """Enter an event of a county under the scheme in force, once; raises AdjustmentRefused."""
    if unit not in office.counties:
        raise AdjustmentRefused(Text("没有这个县。", "There is no such county."))
    require_adjustment(_scheme(office), event, year, office.today)
    sheet, said = Sheet(_TOPIC, unit, str(year)), {"event": dict(event)}
    with one_writer():
        entry = event_of("", Act(0, office.at, actor.id, actor.name, "enter", sheet, said))
        require_single(entry, adjustments_known(real=not office.simulated, year=year))
        done = office.record("enter", sheet, actor, said)
    return {"sequence": done.sequence, "key": str(done.sequence)}


def step_adjustment(office: Office, actor: Actor, key: str, act: str, *, reason: str = "", outcome: str = "") -> View:
    """Accept, refuse, appeal or decide an event named by its key; raises AdjustmentRefused."""
    with one_writer():
        known = {a.key: a for a in adjustments_known(real=not office.simulated)}
        if key not in known:
            raise AdjustmentRefused(Text("没有这个事项。", "There is no such event."))
        event = known[key]
        require_adjustment_step(event, act, actor.id, reason, outcome)
        if act == "accept":
            require_single(event, (a for a in known.values() if a.step == "accepted"))
        said: Mapping[str, object] = {key: {"outcome": outcome} if act == "rule" else {}}
        done = office.record(act, Sheet(_TOPIC, event.unit, str(event.day.year)), actor, said, reason)
    return {"sequence": done.sequence, "key": key}


def unit_of_adjustment(office: Office, key: str) -> str:
    """Return the county of an event; empty where there is none such."""
    return next((a.unit for a in adjustments_known(real=not office.simulated) if a.key == key), "")


def adjustments_page(office: Office, year: int) -> View:
    """Return the events of a year as a page, and what may be entered under the scheme in force."""
    schemes, _ = schemes_of(office.pack)
    scheme = schemes[0] if schemes else None
    events = adjustments_known(real=not office.simulated, year=year)
    return {
        "year": year,
        "simulated": office.simulated,
        "scheme": scheme.name if scheme else "",
        "bonus_most": scheme.bonus_most if scheme else 0.0,
        "penalty_most": scheme.penalty_most if scheme else 0.0,
        "veto_grade": scheme.veto_grade if scheme else "",
        "grounds": list(scheme.veto) if scheme else [],
        "grades": [grade.name for grade in scheme.grades] if scheme else [],
        "kinds": [{"id": kind, "name": words.zh, "name_en": words.en} for kind, words in ADJUSTMENTS.items()],
        "counties": [{"code": code, "name": office.scope.name(code)} for code in office.counties],
        "events": [event_view(a, office.scope.name(a.unit)) for a in events],
    }


def event_view(a: Adjustment, name: str) -> View:
    """Return an event as plain data with the words for its kind and its effect."""
    return {
        **asdict(a),
        "day": a.day.isoformat(),
        "name": name,
        "kind_name": ADJUSTMENTS[a.kind].zh,
        "kind_name_en": ADJUSTMENTS[a.kind].en,
        "effect": effect_words(a),
        "waiting": a.waiting,
        "in_force": a.in_force,
    }


def effect_words(a: Adjustment) -> str:
    """Return what an event does, as it is printed."""
    if a.kind in {"bonus", "penalty"}:
        return f"{ADJUSTMENTS[a.kind].zh}{a.points:g}分"
    return f"等次不高于“{a.grade}”" if a.kind == "cap" else f"否决：{a.ground}"


def _scheme(office: Office) -> Scheme:
    schemes, _ = schemes_of(office.pack)
    if not schemes:
        raise AdjustmentRefused(Text("内容包没有可用的评价办法。", "The pack has no scheme that can be used."))
    return schemes[0]
