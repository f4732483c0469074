"""及时预警: what will be missed, how sure that is, how well such forecasts did here, and what to look at again."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chengzai.assess import (
    Outlook,
    Pipeline,
    Score,
    Track,
    TrackRecord,
    Warned,
    class_name,
    foretell,
    goal_sign,
    paces_apart,
    past_forecasts,
    prompts_of,
    track_record,
    tracks_of,
    warn,
)
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._office_facts import pipelines_of
from chengzai.cycle._rules import forecast_rules
from chengzai.kernel import Finding, Text
from chengzai.publish import (
    Edition,
    Registered,
    binding_words,
    fewest_decimals,
    past_words,
    register_words,
    telling_decimals,
)
from chengzai.store import read_pack

View = dict[str, Any]
_FARTHEST = 60  # months: no plan looks further ahead
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
        edition.rules.tolerance.value,
    )
    aimed = [t for t in tracks if t.law != "pace" or not math.isnan(t.limit)]
    below = [t for t in tracks if t.law == "pace" and math.isnan(t.limit)]
    progress("record", 0, 1)
    scored = past_forecasts(aimed, rule)
    calibration, record = scored.learned(), track_record(scored)
    progress("record", 1, 1)
    pipelines = pipelines_of(pack, edition.plan.root, simulated=edition.simulated, as_of=as_of)
    outlooks = foretell(aimed, rule, history=history, calibration=calibration, pipelines=pipelines, progress=progress)
    outlooks += foretell(below, rule, calibration=calibration)
    track_of = {(t.target.id, t.place): t for t in tracks}
    outlook_of = {(o.target, o.place): o for o in outlooks}
    owners = {target: allocation.owner for target, allocation in edition.allocations.items()}
    open_ = warn(aimed, outlooks, owners, rule, warning, calibration)
    warnings = sorted(open_, key=lambda w: not track_of[w.target, w.place].city)
    prompts = prompts_of(edition.measured.cubes, edition.judged, edition.counties, prompt)
    lines = _Lines(edition, record, pipelines)
    return {
        "period": edition.period.text,
        "simulated": edition.simulated,
        "rule": head | {"raise_at": warning.raise_at, "clear_at": warning.clear_at, "confirm": warning.confirm},
        "warned_city": sum(track_of[w.target, w.place].city for w in warnings),
        "warnings": [lines.warning(w, track_of[w.target, w.place], outlook_of[w.target, w.place]) for w in warnings],
        "outlooks": [lines.of(o, track_of[o.target, o.place]) for o in outlooks],
        "answers": {a: sum(o.answer == a and track_of[o.target, o.place].city for o in outlooks) for a in _ANSWERS},
        "record": _record(record),
        "scores": _scores(record),
        "prompts": [
            {"kind": p.kind, "label": f"prompt_{p.kind}", "about": _name_of(edition, p.about), "period": p.period,
             "places": [edition.places[c].name for c in p.places], "told": p.told.zh, "told_en": p.told.en}
            for p in prompts
        ] + [_disagreement(f) for f in edition.findings if f.code == "collect.sources-disagree"],
    }  # fmt: skip


_ANSWERS = ("told", "not_enough", "reached", "once", "past", "no_goal")


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
    decimals = 0 if edition.counts_counties(track.target, track.place) else edition.decimals(track.target)
    return _printed(track, value / edition.scale_at(track.target, track.place), decimals)


def _printed(track: Track, value: float, decimals: int) -> str:
    """Return a value in the unit that pages print, a class of quality by its name."""
    if math.isnan(value):
        return "—"
    return (class_name(value) if track.target.of_class else "") or f"{value:,.{decimals}f}"


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


@dataclass(frozen=True)
class _Lines:
    """The lines of one month's outlook as plain data, in the units that pages print."""

    edition: Edition
    record: TrackRecord | None
    pipelines: Mapping[tuple[str, str], Pipeline]

    def of(self, o: Outlook, track: Track) -> View:
        """Return one target at one place: its goal, what is expected, how sure that is, and what binds."""
        edition, scale = self.edition, self.edition.scale_at(track.target, track.place)
        ends = [v / scale for v in (o.low95, o.low80, o.middle, o.high80, o.high95)]
        low, high = (v / scale for v in track.meets)
        decimals = 0 if edition.counts_counties(track.target, track.place) else edition.decimals(track.target)
        if not math.isnan(o.miss):
            decimals = telling_decimals(ends, (low, high), track.goal / scale, decimals)
        low95, low80, middle, high80, high95 = (_printed(track, v, decimals) for v in ends)
        goal = _printed(track, track.goal / scale, fewest_decimals(track.goal / scale, decimals))
        sign = Text("", "") if edition.counts_counties(track.target, track.place) else goal_sign(track.target)
        pace, needed = paces_apart(o.pace, o.pace_needed)
        register = self._registered(o, track)
        binding = binding_words(o.binds, self._place(o.binding), o.binding_miss, register)
        beside = register_words(register, track.goal) if register and o.binds != "register" else Text("", "")
        return _named(edition, track) | {
            "answer": o.answer,
            "evidence": o.evidence,
            "left": o.left,
            "frequency": o.frequency,
            "sign": sign.zh,
            "sign_en": sign.en,
            "goal": "" if track.target.kind in {"milestone", "completion"} else goal,
            "miss": None if math.isnan(o.miss) else round(o.miss, 3),
            "middle": middle,
            "range80": [low80, high80],
            "range95": [low95, high95],
            "fan": None if math.isnan(sum(ends)) else ends,
            "pace": None if math.isnan(o.pace) else pace,
            "pace_needed": needed if o.pace_needed > 0 else None,
            "met_now": o.pace_needed <= 0,
            "ever": o.ever,
            "binds": o.binds,
            "remarks": [t.zh for t in (binding, beside) if t.zh],
            "remarks_en": [t.en for t in (binding, beside) if t.en],
            "past": self._past(o, track),
        }

    def _registered(self, o: Outlook, track: Track) -> Registered | None:
        pipeline = self.pipelines.get((o.target, o.place))
        if not pipeline or not track.kept or not track.whole or track.target.every_year or not len(track.values):
            return None
        reached = 0.0 if math.isnan(track.most) else track.most
        title = Text(pipeline.title, pipeline.title_en)
        return Registered(pipeline.open, pipeline.counted, reached, pipeline.reach(reached), title)

    def _place(self, code: str) -> str:
        return self.edition.places[code].name if code else ""

    def _past(self, o: Outlook, track: Track) -> View | None:
        """Return how such statements did in this city; None for what is certain or had none of its kind."""
        if self.record is None or math.isnan(o.miss) or track.law != "pace" or o.miss in {0.0, 1.0}:
            return None
        said = self.record.of(o.miss, o.left * track.measured.months)
        if said is None:
            return None
        words = past_words(said.low, said.high, said.cases, said.came)
        return {"cases": said.cases, "came": said.came, "words": words.zh, "words_en": words.en}

    def warning(self, w: Warned, track: Track, o: Outlook) -> View:
        """Return one open warning: how sure, since when, why (what binds is named), and who takes it up."""
        binding = binding_words(o.binds, self._place(o.binding), o.binding_miss, self._registered(o, track))
        return _named(self.edition, track) | {
            "miss": round(w.miss, 3),
            "months": w.months,
            "lead": w.lead,
            "level": w.level,
            "takes_up": w.takes_up,
            "owner": w.owner,
            "reason": w.reason.zh + binding.zh + ("。" if binding.zh else ""),
            "reason_en": " ".join(t for t in (w.reason.en, binding.en) if t),
            "clears_at": None if math.isnan(w.clears_at) else _shown(self.edition, track, w.clears_at),
        }


def _record(record: TrackRecord | None) -> View | None:
    """Return the calibration as it is printed; None where the city has no year end behind it."""
    if record is None:
        return None
    return {
        "events": record.events,
        "missed": record.missed,
        "score": _score(record.score),
        "leads": [
            {"from": low, "to": min(high, _FARTHEST), **_score(score)}
            | {"cover80": round(near * 100, 1), "cover95": round(far * 100, 1)}
            for low, high, score, near, far in record.leads
        ],
        "bins": [
            {"low": round(b.low * 100), "high": round(b.high * 100), "cases": b.cases, "told": round(b.mean * 100),
             "came": b.came, "share": round(b.came / b.cases * 100)}
            for b in record.bins
        ],
        "cover80": round(record.cover80 * 100, 1),
        "cover95": round(record.cover95 * 100, 1),
    }  # fmt: skip


def _scores(record: TrackRecord | None) -> list[View]:
    """Return both scores by months ahead beside the simple rules, each with the verdict, better or worse."""
    found = []
    for label, kind in (("brier", "brier"), ("log_score", "log")):
        rows = []
        for low, high, score, _, _ in record.leads if record else ():
            ours, *rules = (getattr(score, f"{who}{kind}") for who in ("", "line_", "year_", "base_"))
            line, year, base = (f"{v:.3f}" for v in rules)
            verdict = "score_better" if ours < min(rules) else "score_worse"
            rows.append({"from": low, "to": min(high, _FARTHEST), "ours": f"{ours:.3f}", "line": line, "year": year,
                         "base": base, "verdict": verdict})  # fmt: skip
        found.append({"label": label, "rows": rows})
    return found


def _score(score: Score) -> View:
    return {name: round(getattr(score, name), 3) for name in score.__dataclass_fields__}


def _disagreement(finding: Finding) -> View:
    return {"kind": "source", "label": "prompt_source", "about": finding.where.document, "places": [],
            "period": finding.where.locator, "told": finding.message.zh, "told_en": finding.message.en}  # fmt: skip
