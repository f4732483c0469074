"""Pages as plain data: what the templates show and the JSON twins give, in either language."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from chengzai.kernel import PER_YEAR, Finding, Period, Places
from chengzai.measure import explain
from chengzai.plan import Target
from chengzai.publish._blocked import Blocked
from chengzai.publish._blocked_words import blocked_rows
from chengzai.publish._edition import Edition, printed
from chengzai.publish._rows import View, due_of, head, json_number, pace_of, plain, row_of, series_of, table_sections
from chengzai.publish._statements import report_statements

_TROUBLE = ("far_behind", "behind", "watch")
_JUDGED = ("on_course", "watch", "behind", "far_behind")
_OBSERVATIONS = 40


def city_page(edition: Edition, language: str = "zh") -> View:
    """Return the city on one screen: on course or not, who is behind, what changed since last month."""
    city = edition.city
    trouble = [t for t, a in city.items() if a.state in _TROUBLE]
    trouble.sort(key=lambda t: (_TROUBLE.index(city[t].state), city[t].gap if not math.isnan(city[t].gap) else 0.0))
    return {
        **head(edition, language),
        "total": len(city),
        "counts": edition.counts(edition.plan.root),
        "worse": [row_of(edition, t, edition.plan.root, language) for t in edition.moved(worse=True)],
        "better": [row_of(edition, t, edition.plan.root, language) for t in edition.moved(worse=False)],
        "reports": _reports(edition, "", language),
        "blocked": blocked_rows(edition.blocked, edition.period),
        "sections": table_sections(edition, edition.plan.root, language),
        "trouble": [row_of(edition, t, edition.plan.root, language) for t in trouble[:10]],
        "ranking": _ranking(edition, language),
        "map": _map(edition),
        "findings": len(edition.findings),
    }


def county_page(edition: Edition, code: str, language: str = "zh") -> View:
    """Return one county: its lights, its changes, its targets by section, and where it stands."""
    ranking = _ranking(edition, language)
    standing = next((s for s in ranking["rows"] if s["code"] == code), None)
    return {
        **head(edition, language),
        "code": code,
        "name": edition.places[code].name,
        "total": len(edition.judged.get(code, {})),
        "counts": edition.counts(code),
        "worse": [row_of(edition, t, code, language) for t in edition.moved(worse=True, place=code)],
        "better": [row_of(edition, t, code, language) for t in edition.moved(worse=False, place=code)],
        "reports": _reports(edition, code, language),
        "standing": standing,
        "ranked_by": ranking["name"],
        "of": len(edition.counties),
        "blocked": blocked_rows(_blocked_at(edition, code), edition.period),
        "sections": table_sections(edition, code, language),
    }


def _blocked_at(edition: Edition, code: str) -> list[Blocked]:
    """Return the tasks that a county, or a place in it, reports as blocked."""
    inside = (b for b in edition.blocked if b.unit in edition.places)
    return [b for b in inside if edition.places.is_under(b.unit, code)]


def _reports(edition: Edition, place: str, language: str) -> list[View]:
    """Return what is missing, or that nothing is, each statement with its claim."""
    return [
        {"says": s.claim.says, "of": list(s.claim.of), "words": s.words.in_(language), "link": s.link}
        for s in report_statements(edition, place)
    ]


def target_page(edition: Edition, target_id: str, language: str = "zh") -> View:
    """Return one target: its sentence, series, working, counties and observations."""
    target = edition.plan.target[target_id]
    assessment = edition.city[target_id]
    still, best = pace_of(edition, target, language)
    return {
        **head(edition, language),
        **row_of(edition, target_id, edition.plan.root, language),
        "sentences": [_sentence(edition, target, n) for n in range(len(target.quotes))],
        "comparator": target.comparator,
        "kind": target.kind,
        "strength": target.strength,
        "every_year": target.every_year,
        "deadline": target.deadline.isoformat(),
        "deadline_explicit": target.deadline_explicit,
        "reading": target.reading,
        "earlier": list(edition.earlier.get(target_id, ())),
        "reason": assessment.reason.in_(language),
        "still_needed": still,
        "best_shown": best,
        "clause": assessment.clause,
        "rule_status": edition.rules.lights.status,
        "chart": chart_of(edition, target, target.place),
        "county_rows": [
            {**row_of(edition, target_id, code, language), "code": code, "name": edition.places[code].name}
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
            {
                "text": mention.surface,
                "is": account.disposition,
                "target": ref,
                "reason": account.reason or "、".join(account.refs),
            }
        )
        at = mention.end
    if at < end:
        pieces.append({"text": edition.plan.document[at:end]})
    return pieces


def _ranking(edition: Edition, language: str) -> View:
    ranking = edition.ranking
    return {
        "name": ranking.name.in_(language),
        "by_scheme": ranking.by_scheme,
        "box": f"{ranking.box:.0%}" if ranking.by_scheme else "",
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
                "exact": s.exact,
                "group": s.group,
                "grade": s.grade,
                "scored": not math.isnan(s.score),
                "score": printed(edition, f"rank/{s.place}/score", 1),
                "missing": len(s.missing),
                "counts": edition.counts(s.place),
                "total": len(edition.judged.get(s.place, {})),
            }
            for s in edition.ranking.standings
        ],
    }


def changes_page(now: Edition, then: Edition, language: str = "zh") -> View:
    """Return the lights that differ between two looks at one month, the city first, with both values as printed."""
    rows = []
    for place, judged in now.judged.items():
        for target, a in judged.items():
            b = then.judged.get(place, {}).get(target)
            if b is not None and b.state != a.state:
                rows.append(
                    {
                        "place": place,
                        "place_name": now.places[place].name,
                        "target": target,
                        "indicator": row_of(now, target, place, language)["indicator"],
                        "was": b.state,
                        "now": a.state,
                        "value_was": row_of(then, target, place, language)["value"],
                        "value_now": row_of(now, target, place, language)["value"],
                    }
                )
    return {**head(now, language), "rows": rows}


def county_shapes_of(places: Places, boundaries: Sequence[Mapping[str, Any]]) -> list[View]:
    """Return the outlines of the counties with their names, for a map that shows something else than lights."""
    found = []
    for feature in boundaries:
        code = str(feature["properties"]["code"])
        if code in places and code not in places.index:  # it does not stand on the day of these places
            continue
        found.append(
            {
                "code": code,
                "name": places[code].name if code in places else code,
                "rings": [polygon[0] for polygon in feature["geometry"]["coordinates"]],
                "label": feature["properties"]["label"],
            }
        )
    return found


def _map(edition: Edition) -> View:
    shapes = []
    for outline in county_shapes_of(edition.places, edition.boundaries):
        code = outline["code"]
        counts, total = edition.counts(code), len(edition.judged.get(code, {}))
        shapes.append(
            {
                **outline,
                "share": counts["on_course"] / total if any(counts[state] for state in _JUDGED) else None,
                "on_course": counts["on_course"],
                "total": total,
            }
        )
    towns = [p for p in edition.places.at_level("township") if p.lon is not None and p.lat is not None]
    unplaced = [p.name for p in edition.places.at_level("township") if p.lon is None]
    return {"shapes": shapes, "points": [[p.lon, p.lat] for p in towns], "without_point": unplaced}


def chart_of(edition: Edition, target: Target, place: str) -> View:
    """Return a target's series to its deadline with trajectory and goal, in printed units."""
    a = edition.judged[edition.plan.root if place == target.place else place][target.id]
    periods, values = series_of(edition, target, place)
    if not periods or target.kind in {"milestone", "completion"}:
        return {"values": [], "due": [], "labels": [], "goal": None}
    frequency = periods[0].frequency
    per_year = PER_YEAR[frequency]
    begin = Period.of(frequency, edition.plan.start.year * per_year)
    end = Period.of(frequency, (edition.plan.end.year + 1) * per_year - 1)
    axis = [Period.of(frequency, n) for n in range(begin.ordinal, end.ordinal + 1)]
    known = dict(zip(periods, values, strict=True))
    scale = edition.scale_at(target, place)
    return {
        "labels": [str(period.year) if period.part == 1 else period.text for period in axis],
        "tick": per_year,
        "values": [json_number(known.get(period, math.nan)) for period in axis],
        "due": [json_number(v) for v in due_of(edition, target, a, axis)],
        "goal": json_number(a.goal / scale),
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
            {
                "code": code.partition("&")[0],  # one side of a share, over the units that reported both
                "name": name,
                **(element := cube.elements[cube.element_at[code]]).about(),
                "unit": element.unit,
                "value": plain(v, 2),
                "reported": c.reported,
                "expected": c.expected,
            }
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
        "baseline": "—" if allocation.baseline is None else plain(allocation.baseline / scale, decimals),
        "steps": [[year, plain(value / scale, decimals)] for year, value in sorted(allocation.steps.items())],
        "owner": allocation.owner,
    }


def _observations(edition: Edition, target: Target) -> View:
    """Return the latest reports behind the target, newest first, corrections marked."""
    indicator = edition.measured.indicators.get(target.id)
    if indicator is None:
        return {"rows": [], "total": 0}
    codes = [place.code for place in edition.places.under(target.place)] if target.place in edition.places else []
    codes += [code for code in target.each if code not in codes]
    facts, total = edition.measured.facts, 0
    rows: list[View] = []
    for name in (*indicator.formula.names, *([indicator.published] if indicator.published else [])):
        total += facts.count_of(name, codes)
        rows += [
            {
                **row,
                "element": name,
                "place_name": edition.places[row["place"]].name,
                "shown": plain(row["value"], 4),
            }
            for row in facts.of_cell(name, codes, latest=_OBSERVATIONS)
        ]
    rows.sort(key=lambda row: (row["entered_at"], row["period"]), reverse=True)
    return {"rows": rows[:_OBSERVATIONS], "total": total}


def _findings_of(edition: Edition, target: Target) -> list[Finding]:
    spans = {(quote.span.start, quote.span.end) for quote in target.quotes}
    return [f for f in edition.audit.findings if (f.where.start, f.where.end) in spans and f.where.start >= 0]
