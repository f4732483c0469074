"""及时预警: what will be missed, how sure that is, how well such forecasts did here, and what to look at again."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chengzai.assess import (
    Outlook,
    OutlookRule,
    PaceRule,
    PromptRule,
    Score,
    Track,
    TrackRecord,
    Warned,
    WarnRule,
    foretell,
    past_forecasts,
    prompts_of,
    track_record,
    tracks_of,
    warn,
)
from chengzai.cycle._office import pack_in_force
from chengzai.kernel import Finding, Period, Text, UserError
from chengzai.publish import Edition
from chengzai.store import Pack, read_pack

View = dict[str, Any]
_HISTORY = 6  # months for which the probability is told as it was seen then


class NoForecastRule(UserError):
    """The pack has no rules for forecasts and warnings."""


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
    `progress(words, done, total)` hears how far it is. Raises NoForecastRule.
    """
    pack = read_pack(pack_in_force(data, content, as_of=as_of))
    rule, warning, prompt, head = forecast_rules(pack, edition.period)
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
    owners = {target: allocation.owner for target, allocation in edition.allocations.items()}
    warnings = warn(aimed, outlooks, owners, rule, warning)
    prompts = prompts_of(edition.measured.cubes, edition.judged, edition.counties, prompt)
    track_of = {(t.target.id, t.place): t for t in tracks}
    return {
        "period": edition.period.text,
        "simulated": edition.simulated,
        "rule": head | {"raise_at": warning.raise_at, "clear_at": warning.clear_at, "confirm": warning.confirm},
        "warnings": [_warning(edition, w, track_of[w.target, w.place]) for w in warnings],
        "outlooks": [
            _outlook(edition, o, track_of[o.target, o.place])
            for o in outlooks
            if o.place in _told_places(edition, o)
        ],
        "townships": sum(o.answer == "no_goal" for o in outlooks),
        "answers": {a: sum(o.answer == a and _of_city(edition, o) for o in outlooks) for a in _ANSWERS},
        "record": _record(record),
        "prompts": [
            {"kind": p.kind, "about": _name_of(edition, p.about), "places": [edition.places[c].name for c in p.places],
             "period": p.period, "told": p.told.zh, "told_en": p.told.en}
            for p in prompts
        ] + [_disagreement(f) for f in edition.findings if f.code == "collect.sources-disagree"],
    }  # fmt: skip


_ANSWERS = ("told", "not_enough", "once", "past")


def forecast_rules(pack: Pack, period: Period) -> tuple[OutlookRule, WarnRule, PromptRule, View]:
    """Return the rules in force on the last day of a period, and their clause and status; raises NoForecastRule."""
    table: Mapping[str, Any] = pack.policy.get("forecast", {})
    steps = [s for s in table.get("step", ()) if s["since"] <= period.last_day()]
    if not steps:
        raise NoForecastRule(
            Text(
                "内容包没有预测与预警规则（policy/forecast.toml）；请照 content/quzhou 的写法补上。",
                "The pack has no rules for forecasts (policy/forecast.toml); add them as content/quzhou writes them.",
            )
        )
    step = max(steps, key=lambda s: s["since"])
    pace = PaceRule(
        float(step["change"]),
        _pair(step["first"]),
        _pair(step["after"]),
        float(step["noise"]),
        float(step["weight"]),
        float(step["slip"]),
    )
    warning = step["warning"]
    return (
        OutlookRule(pace, {k: int(v) for k, v in step["least"].items()}, float(step["library"])),
        WarnRule(
            float(warning["raise_at"]),
            float(warning["clear_at"]),
            int(warning["confirm"]),
            tuple((int(e["after"]), str(e["to"])) for e in warning["escalate"]),
        ),
        PromptRule(**step["prompt"]),
        {"name": str(table["name"]), "clause": str(step["clause"]), "status": str(step["status"])},
    )


def _pair(written: Any) -> tuple[float, float]:
    return float(written[0]), float(written[1])


def _of_city(edition: Edition, outlook: Outlook) -> bool:
    return outlook.place == edition.plan.target[outlook.target].place


def _told_places(edition: Edition, outlook: Outlook) -> tuple[str, ...]:
    return (edition.plan.target[outlook.target].place, *edition.counties)


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
    counted = track.target.each and track.place == edition.plan.root
    scaled = value if counted else value / edition.scale(track.target)
    return f"{scaled:,.{0 if counted else edition.decimals(track.target)}f}"


def _outlook(edition: Edition, o: Outlook, track: Track) -> View:
    return {
        "target": o.target,
        "indicator": edition.label(track.target),
        "place": o.place,
        "place_name": edition.places[o.place].name,
        "city": o.place == track.target.place,
        "answer": o.answer,
        "evidence": o.evidence,
        "left": o.left,
        "frequency": o.frequency,
        "deadline": o.deadline.isoformat(),
        "unit": edition.unit(track.target),
        "goal": _shown(edition, track, track.goal),
        "miss": None if math.isnan(o.miss) else round(o.miss, 3),
        "middle": _shown(edition, track, o.middle),
        "range80": [_shown(edition, track, v) for v in (o.low80, o.high80)],
        "range95": [_shown(edition, track, v) for v in (o.low95, o.high95)],
        "pace": None if math.isnan(o.pace) else round(o.pace, 2),
        "pace_needed": None if math.isnan(o.pace_needed) else round(o.pace_needed, 2),
        "ever": o.ever,
    }


def _warning(edition: Edition, w: Warned, track: Track) -> View:
    return {
        "target": w.target,
        "indicator": edition.label(track.target),
        "place": w.place,
        "place_name": edition.places[w.place].name,
        "city": w.place == track.target.place,
        "miss": round(w.miss, 3),
        "months": w.months,
        "lead": w.lead,
        "level": w.level,
        "takes_up": w.takes_up,
        "owner": w.owner,
        "reason": w.reason.zh,
        "reason_en": w.reason.en,
        "unit": edition.unit(track.target),
        "clears_at": None if math.isnan(w.clears_at) else _shown(edition, track, w.clears_at),
        "deadline": track.deadline.last_day().isoformat(),
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
    return {"kind": "source", "about": finding.where.document, "places": [], "period": finding.where.locator,
            "told": finding.message.zh, "told_en": finding.message.en}  # fmt: skip
