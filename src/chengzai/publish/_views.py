"""Pages as plain data: what the templates show and the JSON twins give, in either language."""

import math
from collections.abc import Sequence
from typing import Any

from chengzai.assess import STATES, Assessment, share_due
from chengzai.kernel import Finding, Period
from chengzai.measure import explain
from chengzai.plan import Target
from chengzai.publish._edition import Edition, printed

_TROUBLE = ("far_behind", "behind", "watch")
_OBSERVATIONS = 40
View = dict[str, Any]


def _number(value: float) -> float | None:
    """Return a number that JSON can hold: NaN becomes null."""
    return None if math.isnan(value) else value


def _plain(value: float, decimals: int) -> str:
    """Return a number without exponent or trailing zeros; a dash where there is none."""
    if math.isnan(value):
        return "—"
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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


def city_page(edition: Edition, language: str = "zh") -> View:
    """Return the city on one screen: on course or not, who is behind, what changed since last month."""
    city = edition.city
    trouble = [t for t, a in city.items() if a.state in _TROUBLE]
    trouble.sort(key=lambda t: (_TROUBLE.index(city[t].state), city[t].gap if not math.isnan(city[t].gap) else 0.0))
    return {
        **head(edition, language),
        "total": len(city),
        "counts": edition.counts(edition.plan.root),
        "worse": [_row(edition, t, edition.plan.root, language) for t in edition.moved(worse=True)],
        "better": [_row(edition, t, edition.plan.root, language) for t in edition.moved(worse=False)],
        "unreported": [
            {"code": code, "name": edition.places[code].name, "count": len(targets)}
            for code, targets in edition.unreported().items()
        ],
        "sections": _sections(edition, edition.plan.root, language),
        "trouble": [_row(edition, t, edition.plan.root, language) for t in trouble[:10]],
        "ranking": _ranking(edition),
        "map": _map(edition),
        "findings": len(edition.findings),
    }


def county_page(edition: Edition, code: str, language: str = "zh") -> View:
    """Return one county: its lights, its changes, its targets by section, and where it stands."""
    standing = next((s for s in _ranking(edition)["rows"] if s["code"] == code), None)
    return {
        **head(edition, language),
        "code": code,
        "name": edition.places[code].name,
        "total": len(edition.judged.get(code, {})),
        "counts": edition.counts(code),
        "worse": [_row(edition, t, code, language) for t in edition.moved(worse=True, place=code)],
        "better": [_row(edition, t, code, language) for t in edition.moved(worse=False, place=code)],
        "standing": standing,
        "of": len(edition.counties),
        "sections": _sections(edition, code, language),
    }


def target_page(edition: Edition, target_id: str, language: str = "zh") -> View:
    """Return one target: its sentence, series, working, counties and observations."""
    target = edition.plan.target[target_id]
    assessment = edition.city[target_id]
    return {
        **head(edition, language),
        **_row(edition, target_id, edition.plan.root, language),
        "sentences": [_sentence(edition, target, n) for n in range(len(target.quotes))],
        "comparator": target.comparator,
        "kind": target.kind,
        "strength": target.strength,
        "every_year": target.every_year,
        "deadline": target.deadline.isoformat(),
        "deadline_explicit": target.deadline_explicit,
        "reading": target.reading,
        "reason": assessment.reason.in_(language),
        "clause": assessment.clause,
        "rule_status": edition.rules.lights.status,
        "chart": chart_of(edition, target, target.place),
        "county_rows": [
            {**_row(edition, target_id, code, language), "code": code, "name": edition.places[code].name}
            for code in edition.counties
            if target_id in edition.judged.get(code, {})
        ],
        "working": _working(edition, target),
        "allocation": _allocation(edition, target),
        "observations": _observations(edition, target),
        "findings": [f.as_dict(language) for f in _findings_of(edition, target)],
    }


def document_page(edition: Edition, language: str = "zh") -> View:
    """Return the whole document with every number marked by where it ended, and the findings about it."""
    plan = edition.plan
    return {
        **head(edition, language),
        "document": plan.document_name,
        "sections": [
            {
                "title": section.title,
                "editorial": section.editorial,
                "clauses": [
                    {"id": clause.id, "pieces": _pieces(edition, clause.start, clause.end)}
                    for clause in plan.clauses
                    if clause.section == section.id
                ],
            }
            for section in plan.sections
        ],
        "mentions": _mention_counts(edition),
        "repairs": edition.audit.as_dict()["repairs"],
        "findings": [finding.as_dict(language) for finding in edition.audit.findings],
        "run_findings": [f.as_dict(language) for f in edition.findings if not f.code.startswith("plan.")],
    }


def _mention_counts(edition: Edition) -> dict[str, int]:
    dispositions = [account.disposition for account in edition.audit.accounts]
    return {d: dispositions.count(d) for d in ("target", "other_commitment", "not_commitment", "unaccounted")}


def _pieces(edition: Edition, start: int, end: int) -> list[View]:
    """Return a clause as runs of text: plain, or a number with its disposition, reference and reason."""
    pieces: list[View] = []
    at = start
    for account in edition.audit.accounts:
        mention = account.mention
        if not start <= mention.start < end:
            continue
        if mention.start > at:
            pieces.append({"text": edition.plan.document[at : mention.start]})
        ref = account.refs[0] if account.disposition == "target" else ""
        pieces.append(
            {"text": mention.surface, "is": account.disposition, "target": ref, "reason": account.reason or "、".join(account.refs)}
        )
        at = mention.end
    if at < end:
        pieces.append({"text": edition.plan.document[at:end]})
    return pieces


def _row(edition: Edition, target_id: str, place: str, language: str) -> View:
    """Return one target at one place as a table row; printed numbers beside raw ones."""
    target = edition.plan.target[target_id]
    a = edition.judged[place][target_id]
    cell = f"target/{target_id}/{place}"
    decimals = edition.decimals(target)
    dated = target.kind in {"milestone", "completion"}
    return {
        "id": target_id,
        "indicator": edition.label(target, language),
        "scope": target.scope,
        "section": target.section,
        "state": a.state,
        "sign": {">=": "≥", "<=": "≤", "==": "", "~=": "≈"}.get(target.comparator, target.comparator),
        "unit": "个县" if target.each and place == edition.plan.root else edition.unit(target),
        "value": "" if dated else printed(edition, f"{cell}/value", decimals),
        "goal": "" if dated else printed(edition, f"{cell}/goal", _trim(edition, target, a.goal, decimals)),
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
        "raw": {"value": _number(a.value), "goal": _number(a.goal), "gap": _number(a.gap)},
        "spark": _spark(edition, target, place),
    }


def _trim(edition: Edition, target: Target, goal: float, decimals: int) -> int:
    """Return fewer decimals where the goal needs none, so that a goal reads as the plan writes it."""
    shown = goal / edition.scale(target)
    needed = next((d for d in range(decimals + 1) if math.isclose(shown, round(shown, d))), decimals)
    return needed if not math.isnan(goal) else decimals


def _sections(edition: Edition, place: str, language: str) -> list[View]:
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
                "total": len(ids),
                "rows": [_row(edition, t, place, language) for t in ids],
            }
        )
    return sections


def _ranking(edition: Edition) -> View:
    return {
        "complete": edition.ranking.complete,
        "counted": len(edition.ranking.counted),
        "left_out": len(edition.ranking.left_out),
        "rows": [
            {
                "code": s.place,
                "name": edition.places[s.place].name,
                "rank": s.rank,
                "best": s.best,
                "worst": s.worst,
                "tied": s.tied,
                "score": printed(edition, f"rank/{s.place}/score", 2),
                "missing": len(s.missing),
                "counts": edition.counts(s.place),
                "total": len(edition.judged.get(s.place, {})),
            }
            for s in edition.ranking.standings
        ],
    }


def _map(edition: Edition) -> View:
    shapes = []
    for feature in edition.boundaries:
        code = str(feature["properties"]["code"])
        counts, total = edition.counts(code), len(edition.judged.get(code, {}))
        rings = [polygon[0] for polygon in feature["geometry"]["coordinates"]]
        place = edition.places[code] if code in edition.places else None
        shapes.append(
            {
                "code": code,
                "name": place.name if place else code,
                "rings": rings,
                "label": feature["properties"]["label"],
                "share": counts["on_course"] / total if total else None,
                "on_course": counts["on_course"],
                "total": total,
            }
        )
    towns = [p for p in edition.places.at_level("township") if p.lon is not None and p.lat is not None]
    unplaced = [p.name for p in edition.places.at_level("township") if p.lon is None]
    return {"shapes": shapes, "points": [[p.lon, p.lat] for p in towns], "without_point": unplaced}


def _series(edition: Edition, target: Target, place: str) -> tuple[list[Period], list[float]]:
    measured, values = edition.measured.series(target, place, edition.period)
    scale = 1.0 if target.each and place == edition.plan.root else edition.scale(target)
    periods = [Period.of(measured.frequency, measured.ordinal - len(values) + 1 + i) for i in range(len(values))]
    return periods, [v / scale for v in values]


def _due(edition: Edition, target: Target, a: Assessment, periods: Sequence[Period]) -> list[float]:
    """Return the trajectory in printed units, read off the expected share of each period."""
    scale = 1.0 if target.each and a.place == edition.plan.root else edition.scale(target)
    if math.isnan(a.baseline) or math.isnan(a.goal):
        return [math.nan] * len(periods)
    allocation = edition.allocations.get(target.id)
    return [
        (a.baseline + (a.goal - a.baseline) * share_due(edition.plan, target, allocation, period)) / scale
        for period in periods
    ]


def _spark(edition: Edition, target: Target, place: str) -> View:
    if target.kind in {"milestone", "completion"}:
        return {"values": [], "due": []}
    periods, values = _series(edition, target, target.place if place == edition.plan.root else place)
    due = _due(edition, target, edition.judged[place][target.id], periods)
    return {"values": [_number(v) for v in values[-24:]], "due": [_number(v) for v in due[-24:]]}


def chart_of(edition: Edition, target: Target, place: str) -> View:
    """Return a target's series to its deadline with trajectory and goal, in printed units."""
    a = edition.judged[edition.plan.root if place == target.place else place][target.id]
    periods, values = _series(edition, target, place)
    if not periods or target.kind in {"milestone", "completion"}:
        return {"values": [], "due": [], "labels": [], "goal": None}
    frequency = periods[0].frequency
    per_year = {"month": 12, "quarter": 4, "year": 1}[frequency]
    begin = Period.of(frequency, edition.plan.start.year * per_year)
    end = Period.of(frequency, (edition.plan.end.year + 1) * per_year - 1)
    axis = [Period.of(frequency, n) for n in range(begin.ordinal, end.ordinal + 1)]
    known = dict(zip(periods, values, strict=True))
    scale = 1.0 if target.each and place == edition.plan.root else edition.scale(target)
    return {
        "labels": [str(period.year) if period.part == 1 else period.text for period in axis],
        "tick": per_year,
        "values": [_number(known.get(period, math.nan)) for period in axis],
        "due": [_number(v) for v in _due(edition, target, a, axis)],
        "goal": _number(a.goal / scale),
        "unit": edition.unit(target),
    }


def _sentence(edition: Edition, target: Target, number: int) -> View:
    """Return the paragraph around a quote in pieces: before, the words with the number marked, after."""
    quote = target.quotes[number]
    clause = edition.plan.clause[quote.clause]
    text, start, end = edition.plan.document, quote.span.start, quote.span.end
    inner = quote.number_span if quote.number else quote.span
    return {
        "clause": clause.id,
        "section": edition.plan.section_title.get(clause.section, clause.section),
        "before": text[clause.start : start],
        "words_before": text[start : inner.start],
        "number": text[inner.start : inner.end],
        "words_after": text[inner.end : end],
        "after": text[end : clause.end],
    }


def _working(edition: Edition, target: Target) -> View | None:
    indicator = edition.measured.indicators.get(target.id)
    a = edition.city[target.id]
    cube = edition.measured.cubes[indicator.frequency] if indicator else None
    if indicator is None or cube is None or a.measured.text not in cube.period_at or target.place not in cube.places:
        return None
    working = explain(cube, indicator.id, target.place, a.measured)
    return {
        "formula": working.formula,
        "period": a.measured.text,
        "inputs": [
            {"code": code, "name": name, "value": _plain(v, 2), "reported": c.reported, "expected": c.expected}
            for code, name, v, c in working.inputs
        ],
    }


def _allocation(edition: Edition, target: Target) -> View | None:
    allocation = edition.allocations.get(target.id)
    if allocation is None:
        return None
    scale, decimals = edition.scale(target), edition.decimals(target)
    return {
        "source": allocation.source,
        "baseline": "—" if allocation.baseline is None else _plain(allocation.baseline / scale, decimals),
        "steps": [[year, _plain(value / scale, decimals)] for year, value in sorted(allocation.steps.items())],
        "owner": allocation.owner,
    }


def _observations(edition: Edition, target: Target) -> View:
    """Return the latest reports behind the target, newest first, corrections marked."""
    indicator = edition.measured.indicators.get(target.id)
    if indicator is None:
        return {"rows": [], "total": 0}
    codes = [place.code for place in edition.places.under(target.place)] if target.place in edition.places else []
    codes += [code for code in target.each if code not in codes]
    facts, rows, total = edition.measured.facts, [], 0
    for name in (*indicator.formula.names, *([indicator.published] if indicator.published else [])):
        total += facts.count_of(name, codes)
        for row in facts.of_cell(name, codes, latest=_OBSERVATIONS):
            rows.append({**row, "element": name, "place_name": edition.places[row["place"]].name, "shown": _plain(row["value"], 4)})
    rows.sort(key=lambda row: (row["entered_at"], row["period"]), reverse=True)
    return {"rows": rows[:_OBSERVATIONS], "total": total}


def _findings_of(edition: Edition, target: Target) -> list[Finding]:
    spans = {(quote.span.start, quote.span.end) for quote in target.quotes}
    return [f for f in edition.audit.findings if (f.where.start, f.where.end) in spans and f.where.start >= 0]
