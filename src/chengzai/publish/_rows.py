"""Rows of pages: one target at one place as a table shows it, printed numbers beside raw ones."""

import math
from collections.abc import Sequence
from typing import Any

from chengzai.assess import STATES, Assessment, change_words, class_name, goal_sign, share_due
from chengzai.kernel import Period
from chengzai.plan import Target
from chengzai.publish._edition import Edition, cell_value, printed

View = dict[str, Any]


def json_number(value: float) -> float | None:
    """Return a number that JSON can hold: NaN becomes null."""
    return None if math.isnan(value) else value


def plain(value: float, decimals: int) -> str:
    """Return a number without exponent or trailing zeros; a dash where there is none."""
    if math.isnan(value):
        return "—"
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chance_word(probability: float) -> str:
    """Return a probability as it may be said: nobody is surer than 99 %."""
    if probability > 0.99:
        return "＞99%"
    return "＜1%" if probability < 0.01 else f"{probability:.0%}"


def head(edition: Edition, language: str) -> View:
    """Return what every page carries: the plan, the period, and whether its data is simulated."""
    return {
        "plan": edition.plan.title if language == "zh" else edition.plan.name_en,
        "city": edition.plan.city,
        "period": edition.period.text,
        "year": edition.period.year,
        "month": edition.period.part,
        "simulated": edition.simulated,
        "language": language,
        "elapsed_percent": printed(edition, "elapsed", 1),
        "start_year": edition.plan.start.year,
        "end_year": edition.plan.end.year,
        "counties": [{"code": code, "name": edition.places[code].name} for code in edition.counties],
    }


def row_of(edition: Edition, target_id: str, place: str, language: str) -> View:
    """Return one target at one place as a table row; printed numbers beside raw ones."""
    target = edition.plan.target[target_id]
    a = edition.judged[place][target_id]
    cell = f"target/{target_id}/{place}"
    decimals, scale = edition.decimals(target), edition.scale(target)
    dated = target.kind in {"milestone", "completion"}
    return {
        "id": target_id,
        "indicator": edition.label(target, language),
        "scope": target.scope,
        "section": target.section,
        "state": a.state,
        "sign": "" if edition.counts_counties(target, place) else goal_sign(target).in_(language),
        "unit": edition.unit_at(target, place),
        "value": "" if dated else _shown(edition, target, f"{cell}/value", edition.value_decimals(target, place)),
        "goal": "" if dated else _shown(edition, target, f"{cell}/goal", fewest_decimals(a.goal / scale, decimals)),
        "attained": printed(edition, f"{cell}/attained", 1),
        "expected": printed(edition, f"{cell}/expected", 1),
        "gap": printed(edition, f"{cell}/gap", 1),
        "needed": printed(edition, f"{cell}/needed", decimals + (edition.scale(target) == 1 and decimals == 0)),
        "best": printed(edition, f"{cell}/best", decimals + (edition.scale(target) == 1 and decimals == 0)),
        "measured": a.measured.text,
        "reported": a.completeness.reported,
        "due_reports": a.completeness.expected,
        "complete": a.completeness.full,
        "met": a.met,
        "reason": a.reason.in_(language),
        "words": target.quotes[0].words,
        "clause_id": target.quotes[0].clause,
        "raw": {"value": json_number(a.value), "goal": json_number(a.goal), "gap": json_number(a.gap)},
        "spark": sparkline_of(edition, target, place),
    }


def pace_of(edition: Edition, target: Target, language: str) -> tuple[str, str]:
    """Return in words what the city still needs of a target, and the best change one period has shown; else dashes."""
    a, root, cell = edition.city[target.id], edition.plan.root, f"target/{target.id}/{edition.plan.root}"
    if math.isnan(a.needed):
        return "—", "—"
    counts, unit, pace = edition.counts_counties(target, root), edition.unit_at(target, root), edition.pace(target.id)
    whole, change = (0, 0) if counts else (edition.decimals(target), edition.change_decimals(target))
    each = "" if math.isnan(pace.each) else printed(edition, f"{cell}/pace", change)
    needed = pace.said(printed(edition, f"{cell}/rest", whole), each, unit).in_(language)
    if math.isnan(a.best):
        return needed, "—"
    best = change_words(target, a.best, counts_places=counts)
    return needed, best.said(printed(edition, f"{cell}/best", change).lstrip("-"), unit).in_(language)


def _shown(edition: Edition, target: Target, cell: str, decimals: int) -> str:
    """Return a value or goal as printed; a class of quality by its name."""
    counts = edition.counts_counties(target, cell.split("/")[2])
    name = class_name(cell_value(edition, cell)) if target.of_class and not counts else ""
    return name or printed(edition, cell, decimals)


def fewest_decimals(goal: float, decimals: int) -> int:
    """Return fewer decimals where a goal, in the unit as printed, needs none: so it reads as the plan writes it.

    >>> fewest_decimals(15.0, 2), fewest_decimals(33.3333, 1)
    (0, 1)
    """
    return next((d for d in range(decimals + 1) if math.isclose(goal, round(goal, d))), decimals)


def table_sections(edition: Edition, place: str, language: str) -> list[View]:
    """Return the sections that hold targets, each with its counts, worst target, and rows."""
    judged = edition.judged.get(place, {})
    sections = []
    for section in edition.plan.sections:
        ids = [t for t in edition.plan.target if edition.plan.target[t].section == section.id and t in judged]
        if not ids:
            continue
        states = [judged[t].state for t in ids]
        sections.append(
            {
                "id": section.id,
                "title": section.title,
                "editorial": section.editorial,
                "counts": {state: states.count(state) for state in STATES},
                "told": [states.count(s) for s in ("on_course", "watch", "behind", "far_behind", "no_report")],
                "total": len(ids),
                "rows": [row_of(edition, t, place, language) for t in ids],
            }
        )
    return sections


def series_of(edition: Edition, target: Target, place: str) -> tuple[list[Period], list[float]]:
    measured, values = edition.measured.series(target, place, edition.period)
    scale = edition.scale_at(target, place)
    periods = [Period.of(measured.frequency, measured.ordinal - len(values) + 1 + i) for i in range(len(values))]
    return periods, [v / scale for v in values]


def due_of(edition: Edition, target: Target, a: Assessment, periods: Sequence[Period]) -> list[float]:
    """Return the trajectory in printed units, read off the expected share of each period; what is kept is level."""
    scale = edition.scale_at(target, a.place)
    if a.law == "keep":
        return [a.goal / scale] * len(periods)
    if math.isnan(a.baseline) or math.isnan(a.goal):
        return [math.nan] * len(periods)
    allocation = edition.allocations.get(target.id)
    return [
        (a.baseline + (a.goal - a.baseline) * share_due(edition.plan, target, allocation, period)) / scale
        for period in periods
    ]


def sparkline_of(edition: Edition, target: Target, place: str) -> View:
    if target.kind in {"milestone", "completion"}:
        return {"values": [], "due": []}
    periods, values = series_of(edition, target, target.place if place == edition.plan.root else place)
    due = due_of(edition, target, edition.judged[place][target.id], periods)
    return {"values": [json_number(v) for v in values[-24:]], "due": [json_number(v) for v in due[-24:]]}
