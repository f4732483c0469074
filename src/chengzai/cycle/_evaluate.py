"""晾晒比拼: counties scored by the scheme in content, ranked with the ranges that weights and data leave."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chengzai.assess import (
    Doubts,
    Scheme,
    ScoredItem,
    competition_ranks,
    ranks_of,
    read_scheme,
    score,
    sobol_shares,
    what_if,
)
from chengzai.cycle._month import run_month
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import number_in_force
from chengzai.cycle._standings import stand
from chengzai.kernel import Finding, Period, Text, UserError
from chengzai.publish import Edition
from chengzai.store import Pack, ScoreRow, read_pack, write_score_sheet

View = dict[str, Any]


class NoScheme(UserError):
    """The pack holds no scheme of evaluation that can be used."""


def schemes_of(pack: Pack) -> tuple[list[Scheme], list[Finding]]:
    """Return the usable schemes of a pack and what is wrong with the others."""
    read = [read_scheme(table) for table in pack.evaluation]
    return [scheme for scheme, _ in read if scheme], [finding for _, findings in read for finding in findings]


def evaluate(content: Path, data: Path, period: Period, *, real: bool, as_of: int | None = None) -> View:
    """Return the counties' evaluation for a month: scores, level and improvement, ranges, groups, and what moves them.

    An item that any county has no value for is set aside for all, and the ranking is marked; ties share a rank.
    Raises NoScheme where the pack has none that can be used.
    """
    pack = read_pack(pack_in_force(data, content, as_of=as_of))
    schemes, findings = schemes_of(pack)
    if not schemes:
        told = findings[0].message if findings else Text("内容包没有评价办法（evaluation/）。", "There is no scheme.")
        raise NoScheme(told)
    day = period.last_day()
    box, error = number_in_force(pack, "weight_box", day), number_in_force(pack, "score_error", day)
    edition = run_month(content, data, period, real=real, as_of=as_of)
    before = _year_before(content, data, edition, real=real, as_of=as_of)
    return {
        "period": period.text,
        "simulated": edition.simulated,
        "weight_box": box,
        "score_error": error,
        "schemes": [_ranked(scheme, edition, before, box, error) for scheme in schemes],
        "findings": [finding.as_dict() for finding in findings],
    }


def _year_before(content: Path, data: Path, edition: Edition, *, real: bool, as_of: int | None) -> Edition | None:
    earlier = edition.period.next(-12)
    if earlier.year < edition.plan.start.year:
        return None
    return run_month(content, data, earlier, real=real, as_of=as_of)


def values_of(scheme: Scheme, edition: Edition, place: str) -> dict[str, float]:
    """Return what a scheme scores: for each item the per cent of its own goal that a county has attained."""
    judged = edition.judged.get(place, {})
    return {i.id: judged[i.id].attained * 100 if i.id in judged else math.nan for i in scheme.items}


def _ranked(scheme: Scheme, edition: Edition, before: Edition | None, box: float, error: float) -> View:
    places = [place for group in scheme.classes.values() for place in group]
    values = {place: values_of(scheme, edition, place) for place in places}
    counted = _counted(scheme, values)
    aside = [i.id for i in scheme.items if i not in counted]
    if not counted:
        return _head(scheme, edition, aside) | {"rows": [], "items": [], "complete": False}
    points = np.array([[score(i.method, values[p][i.id], i.parameters) for i in counted] for p in places])
    standing = stand(points, [i.weight for i in counted], box=box, error=error, seed=edition.period.ordinal)
    gains = _gains(scheme, before, places, [i.id for i in counted], standing.totals)
    names = [edition.places[place].name for place in places]
    rows = [
        {
            "place": places[i],
            **row,
            "grade": scheme.grade(float(standing.totals[i])),
            "gain": gains[i][0],
            "gain_rank": gains[i][1],
        }
        for i, row in standing.rows(names)
    ]
    return _head(scheme, edition, aside) | {
        "rows": rows,
        "items": [_item(edition, scheme, i.id) for i in counted],
        "complete": not aside,
        "pairs": int(standing.ahead.sum()),
        "of_pairs": len(places) * (len(places) - 1) // 2,
        "shares": _shares(standing.doubts, standing.totals, edition),
    }


def try_weights(evaluated: View, weights: Mapping[str, str]) -> View:
    """Return what other weights do to an evaluated scheme: ranks, and who passes whom by which indicators.

    `weights` gives numbers as written by item; items not named keep theirs. Raises NoScheme for what is no weight.
    """
    items, rows = evaluated["items"], evaluated["rows"]
    old = [float(item["weight"]) for item in items]
    try:
        new = [float(weights.get(item["id"], item["weight"])) for item in items]
        told = what_if(np.array([row["exact_points"] for row in rows]), old, new)
    except ValueError:
        raise NoScheme(
            Text("权重须是不小于0的数，且不全为0。", "Weights are numbers of 0 or more, and not all of them 0.")
        ) from None
    names = [row["name"] for row in rows]
    return {
        "weights": {item["id"]: weight for item, weight in zip(items, new, strict=True)},
        "rows": [
            {"name": name, "was": was, "now": now, "score": round(score_now, 1)}
            for name, was, now, score_now in zip(names, told.before, told.after, told.scores, strict=True)
        ],
        "passed": [
            {
                "name": names[p.unit],
                "was": told.before[p.unit],
                "now": told.after[p.unit],
                "other": names[p.other],
                "because": [{"name": items[k]["name"], "points": round(by, 2)} for k, by in p.because],
            }
            for p in told.passed
        ],
    }


def _counted(scheme: Scheme, values: Mapping[str, Mapping[str, float]]) -> list[ScoredItem]:
    """Return the items that every county has a value for: only these are compared."""
    return [i for i in scheme.items if not any(math.isnan(own[i.id]) for own in values.values())]


def _head(scheme: Scheme, edition: Edition, aside: Sequence[str]) -> View:
    return {
        "name": scheme.name,
        "clause": scheme.clause,
        "status": scheme.status,
        "procedure": list(scheme.procedure),
        "veto": list(scheme.veto),
        "use": list(scheme.use),
        "grades": [{"name": g.name, "since": g.since} for g in scheme.grades],
        "bonus_most": scheme.bonus_most,
        "aside": [edition.plan.target[name].indicator for name in aside if name in edition.plan.target],
    }


def _item(edition: Edition, scheme: Scheme, name: str) -> View:
    item = next(i for i in scheme.items if i.id == name)
    target = edition.plan.target.get(name)
    return {
        "id": name,
        "name": target.indicator if target else name,
        "weight": item.weight,
        "effective": round(scheme.effective_weights()[name], 1),
        "method": item.method,
        "parameters": dict(item.parameters),
        "source_unit": item.source_unit,
    }


def _gains(
    scheme: Scheme, before: Edition | None, places: Sequence[str], items: Sequence[str], totals: Any
) -> list[tuple[float | None, int | None]]:
    """Return each county's gain on the same items over a year and its rank by gain; None where that is not known."""
    if before is None:
        return [(None, None)] * len(places)
    chosen = [item for item in scheme.items if item.id in items]
    weight = sum(item.weight for item in chosen)
    gains = []
    for place, total in zip(places, totals, strict=True):
        values = values_of(scheme, before, place)
        then = math.fsum(i.weight * score(i.method, values[i.id], i.parameters) for i in chosen) / weight
        gains.append(float(total) - then)
    if any(math.isnan(gain) for gain in gains):
        return [(None, None)] * len(places)
    ranks = competition_ranks(np.array(gains))
    return [(round(gain, 1), rank) for gain, rank in zip(gains, ranks, strict=True)]


def _shares(doubts: Doubts, totals: Any, edition: Edition) -> View:
    """Return what moves the ranking most: Sobol shares of the mean shift in rank from the one published."""
    base = np.array(competition_ranks(totals))

    def shift(*drawn: Any) -> Any:
        return np.abs(ranks_of(doubts.scores(*drawn)) - base).mean(axis=1)

    found = sobol_shares(shift, doubts, np.random.default_rng(edition.period.ordinal), draws=512)
    return {name: {"first": round(a, 2), "total": round(b, 2)} for name, (a, b) in found.items()}


def score_sheet(content: Path, data: Path, period: Period, place: str, *, real: bool) -> tuple[str, bytes]:
    """Return a county's score sheet as a workbook with live formulas: the county recomputes it to the printed digit."""
    schemes, _ = schemes_of(read_pack(pack_in_force(data, content)))
    edition = run_month(content, data, period, real=real)
    if not schemes or place not in edition.places:
        raise NoScheme(Text("没有这个县的评价表。", "There is no score sheet of this county."))
    scheme = schemes[0]
    everybody = {p: values_of(scheme, edition, p) for group in scheme.classes.values() for p in group}
    counted = {item.id for item in _counted(scheme, everybody)}
    values = {name: v if name in counted else math.nan for name, v in values_of(scheme, edition, place).items()}
    rows = [
        ScoreRow(
            edition.plan.target[i.id].indicator if i.id in edition.plan.target else i.id,
            i.weight,
            i.method,
            i.parameters,
            None if math.isnan(values[i.id]) else values[i.id],
            i.source_unit,
        )
        for i in scheme.items
    ]
    name = edition.places[place].name
    mark = "模拟数据·非正式文件" if edition.simulated else ""
    title = f"{name}　{period}　{scheme.name}"
    return f"评价表-{name}-{period}.xlsx", write_score_sheet(title, rows, mark=mark, clause=scheme.clause)
