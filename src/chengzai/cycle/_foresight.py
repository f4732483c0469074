"""及时预警: what will be missed, how sure that is, how well such forecasts did here, and what to look at again."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chengzai.assess import (
    Outlook,
    Score,
    Track,
    TrackRecord,
    Warned,
    foretell,
    past_forecasts,
    prompts_of,
    track_record,
    tracks_of,
    warn,
)
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._office_facts import pipeline_of
from chengzai.cycle._rules import forecast_rules
from chengzai.kernel import Finding
from chengzai.publish import Edition
from chengzai.store import read_pack

View = dict[str, Any]
_HISTORY = 6  # months for which the probability is told as it was seen then


def foresee(
    content: Path,
    data: Path,
    edition: Edition,
    *,
    as_of: int | None = None,
    history: int = _HISTORY,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> View:
    """Return the outlook of a month: warnings, probabilities with their calibration, and prompts, as plain data.

    `history` is for how many months the probability is told as it was seen then: a warning cannot be older.
    `progress(words, done, total)` hears how far it is. Raises RuleMissing.
    """
    pack = read_pack(pack_in_force(data, content, as_of=as_of))
    rule, warning, prompt, head = forecast_rules(pack, edition.period.last_day())
    tracks = tracks_of(
        edition.plan,
        edition.measured,
        edition.allocations,
        edition.judged,
        edition.rules.completeness.value,
    )
    aimed = [t for t in tracks if t.law != "pace" or not math.isnan(t.limit)]
    below = [t for t in tracks if t.law == "pace" and math.isnan(t.limit)]
    outlooks = [*foretell(aimed, rule, history=history, progress=progress), *foretell(below, rule)]
    progress("record", 0, 1)
    record = track_record(past_forecasts(aimed, rule))
    progress("record", 1, 1)
    pipeline = pipeline_of(pack, simulated=edition.simulated, as_of=as_of)
    track_of = {(t.target.id, t.place): t for t in tracks}
    owners = {target: allocation.owner for target, allocation in edition.allocations.items()}
    warnings = sorted(warn(aimed, outlooks, owners, rule, warning), key=lambda w: not track_of[w.target, w.place].city)
    prompts = prompts_of(edition.measured.cubes, edition.judged, edition.counties, prompt)
    return {
        "period": edition.period.text,
        "simulated": edition.simulated,
        "rule": head | {"raise_at": warning.raise_at, "clear_at": warning.clear_at, "confirm": warning.confirm},
        "warned_city": sum(track_of[w.target, w.place].city for w in warnings),
        "warnings": [_warning(edition, w, track_of[w.target, w.place]) for w in warnings],
        "outlooks": [_outlook(edition, o, track_of[o.target, o.place], pipeline) for o in outlooks],
        "answers": {a: sum(o.answer == a and track_of[o.target, o.place].city for o in outlooks) for a in _ANSWERS},
        "record": _record(record),
        "prompts": [
            {"kind": p.kind, "label": f"prompt_{p.kind}", "about": _name_of(edition, p.about), "period": p.period,
             "places": [edition.places[c].name for c in p.places], "told": p.told.zh, "told_en": p.told.en}
            for p in prompts
        ] + [_disagreement(f) for f in edition.findings if f.code == "collect.sources-disagree"],
    }  # fmt: skip


_ANSWERS = ("told", "not_enough", "once", "past")


def _name_of(edition: Edition, about: str) -> str:
    if about in edition.plan.target:
        return edition.label(edition.plan.target[about])
    return next(
        (
            cube.elements[cube.element_at[about]].name
            for cube in edition.measured.cubes.values()
            if about in cube.element_at
        ),
        about,
    )


def _shown(edition: Edition, track: Track, value: float) -> str:
    """Return a value in the target's own unit, as pages print it."""
    if math.isnan(value):
        return "—"
    decimals = 0 if edition.counts_counties(track.target, track.place) else edition.decimals(track.target)
    return f"{value / edition.scale_at(track.target, track.place):,.{decimals}f}"


def _named(edition: Edition, track: Track) -> View:
    return {
        "target": track.target.id,
        "indicator": edition.label(track.target),
        "place": track.place,
        "place_name": edition.places[track.place].name,
        "city": track.city,
        "deadline": track.deadline.last_day().isoformat(),
        "unit": edition.unit_at(track.target, track.place),
    }


def _outlook(edition: Edition, o: Outlook, track: Track, pipeline: Mapping[str, int]) -> View:
    return (
        _named(edition, track)
        | _pipeline(edition, o, pipeline)
        | {
            "answer": o.answer,
            "evidence": o.evidence,
            "left": o.left,
            "frequency": o.frequency,
            "goal": _shown(edition, track, track.goal),
            "miss": None if math.isnan(o.miss) else round(o.miss, 3),
            "middle": _shown(edition, track, o.middle),
            "range80": [_shown(edition, track, v) for v in (o.low80, o.high80)],
            "range95": [_shown(edition, track, v) for v in (o.low95, o.high95)],
            "fan": _fan(edition, o, track),
            "pace": None if math.isnan(o.pace) else round(o.pace, 2),
            "pace_needed": None if math.isnan(o.pace_needed) else round(o.pace_needed, 2),
            "ever": o.ever,
        }
    )


def _pipeline(edition: Edition, o: Outlook, pipeline: Mapping[str, int]) -> View:
    """Return what the registers still hold for a counted target of the city, and the value if all of it is finished.

    Evidence beside the probability, not in it: when an entry will be finished is not known.
    """
    target = edition.plan.target[o.target]
    if o.place != target.place or target.kind != "cumulative" or target.every_year or o.target not in pipeline:
        return {}
    open_ = pipeline[o.target]
    reach = edition.city[o.target].value / edition.scale(target) + open_
    short = target.value is not None and not target.met_by(reach * edition.scale(target))
    return {"pipeline": {"open": open_, "reach": f"{reach:,.{edition.decimals(target)}f}", "short": short}}


def _fan(edition: Edition, o: Outlook, track: Track) -> list[float] | None:
    """Return the range at the deadline in the target's own unit, for its chart; None where there is none."""
    scale = edition.scale_at(track.target, track.place)
    values = [v / scale for v in (o.low95, o.low80, o.middle, o.high80, o.high95)]
    return None if math.isnan(sum(values)) else values


def _warning(edition: Edition, w: Warned, track: Track) -> View:
    return _named(edition, track) | {
        "miss": round(w.miss, 3),
        "months": w.months,
        "lead": w.lead,
        "level": w.level,
        "takes_up": w.takes_up,
        "owner": w.owner,
        "reason": w.reason.zh,
        "reason_en": w.reason.en,
        "clears_at": None if math.isnan(w.clears_at) else _shown(edition, track, w.clears_at),
    }


def _record(record: TrackRecord | None) -> View | None:
    """Return the calibration as it is printed; None where the city has no year end behind it."""
    if record is None:
        return None
    return {
        "events": record.events,
        "missed": record.missed,
        "score": _score(record.score),
        "leads": [{"from": low, "to": high, **_score(score)} for low, high, score in record.leads],
        "bins": [
            {"low": round(low * 100), "high": round(high * 100), "cases": cases, "told": round(told * 100),
             "came": round(came * 100)}
            for low, high, cases, told, came in record.bins
        ],
        "cover80": round(record.cover80 * 100, 1),
        "cover95": round(record.cover95 * 100, 1),
    }  # fmt: skip


def _score(score: Score) -> View:
    return {name: round(getattr(score, name), 3) for name in score.__dataclass_fields__}


def _disagreement(finding: Finding) -> View:
    return {"kind": "source", "label": "prompt_source", "about": finding.where.document, "places": [],
            "period": finding.where.locator, "told": finding.message.zh, "told_en": finding.message.en}  # fmt: skip
