"""晾晒比拼: counties scored by the scheme in content, ranked with the ranges that weights and data leave."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from chengzai.assess import (
    Doubts,
    Ranking,
    Scheme,
    Standing,
    competition_ranks,
    effects_of,
    rank_by_scheme,
    ranks_of,
    score,
    sobol_shares,
    what_if,
    year_shares,
)
from chengzai.cycle._adjustments import effect_words, event_view
from chengzai.cycle._month import run_month
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import number_in_force
from chengzai.cycle._schemes import is_year_end, schemes_of
from chengzai.cycle._standings import Robustness, in_points, stand
from chengzai.cycle._verification import errors_for_ranks
from chengzai.kernel import Period, Text, UserError
from chengzai.publish import Edition
from chengzai.store import ScoreRow, read_pack, write_score_sheet

View = dict[str, Any]
Error = float | tuple[float, ...]  # one for all counties, or one for each
MonthOf = Callable[[Period], Edition]


class NoScheme(UserError):
    """The pack holds no scheme of evaluation that can be used."""


def evaluate(
    content: Path,
    data: Path,
    period: Period,
    *,
    real: bool,
    as_of: int | None = None,
    month_of: MonthOf | None = None,
) -> View:
    """Return the counties' evaluation for a month: scores, level and improvement, ranges, groups, and what moves them.

    Ranks, scores and ranges are those of the edition's ranking, as every other page and paper prints them. An item
    that any county has no value for is set aside for all, and the ranking is marked; ties share a rank.
    `month_of` gives months already run. Raises NoScheme where the pack has none that can be used.
    """
    pack = read_pack(pack_in_force(data, content, as_of=as_of), on=period.last_day())
    schemes, findings = schemes_of(pack)
    if not schemes:
        told = findings[0].message if findings else Text("内容包没有评价办法（evaluation/）。", "There is no scheme.")
        raise NoScheme(told)
    day = period.last_day()
    box, error = number_in_force(pack, "weight_box", day), number_in_force(pack, "score_error", day)
    if month_of is None:
        month_of = partial(run_month, content, data, real=real, as_of=as_of)
    edition = month_of(period)
    if not edition.ranking.by_scheme:
        why = next(f.message for f in edition.findings if f.code == "assess.scheme-unusable")
        raise NoScheme(why)
    before = _year_before(edition, month_of)
    errors = errors_for_ranks(pack, period, error, real=real, as_of=as_of)
    return {
        "period": period.text,
        "year": period.year,
        "simulated": edition.simulated,
        "weight_box": box,
        "score_error": error,
        "verified_words": "、".join(f"{edition.places[p].name}{100 * e:.1f}%" for p, e in errors.items() if e > error),
        "verified": {edition.places[place].name: round(100 * e, 1) for place, e in sorted(errors.items()) if e > error},
        "schemes": [_scheme_view(scheme, edition, before, (box, error), errors) for scheme in schemes],
        "findings": [finding.as_dict() for finding in findings],
    }


def _year_before(edition: Edition, month_of: MonthOf) -> Edition | None:
    earlier = edition.period.next(-12)
    return None if earlier.year < edition.plan.start.year else month_of(earlier)


def values_of(scheme: Scheme, edition: Edition, place: str) -> dict[str, float]:
    """Return what a scheme scores: for each item the per cent of the year's goal that a county has attained."""
    own = {place: edition.judged.get(place, {})}
    shares = year_shares(edition.plan, edition.allocations, own)[place]
    return {i.id: shares.get(i.id, math.nan) * 100 for i in scheme.items}


def ranking_of(scheme: Scheme, edition: Edition, box: float) -> Ranking:
    """Return the ranking of a month by a scheme: the edition's own if that is the one in force."""
    if edition.ranking.by_scheme and edition.ranking.name.zh == scheme.name:
        return edition.ranking
    counties = {place: own for place, own in edition.judged.items() if place != edition.plan.root}
    shares = year_shares(edition.plan, edition.allocations, counties)
    effects = effects_of(scheme, edition.adjustments, edition.period.year, edition.period.last_day())
    return rank_by_scheme(scheme, shares, box, effects, graded=is_year_end(edition.period))


def _scheme_view(
    scheme: Scheme, edition: Edition, before: Edition | None, rule: tuple[float, float], errors: Mapping[str, float]
) -> View:
    """Return a scheme's evaluation; `rule` is the box of weights and the error in force, `errors` those measured.

    `likely` holds the measured errors, `likely_by_rule` the rule's alone: where they differ, a rank could change.
    """
    box, error = rule
    ranking = ranking_of(scheme, edition, box)
    head = _head(scheme, edition, ranking.left_out) | {
        "graded": is_year_end(edition.period),
        "events": [event_view(a, edition.places[a.unit].name) for a in edition.adjustments],
    }
    if not ranking.counted:
        return head | {"rows": [], "items": [], "classes": [], "complete": False}
    gains = _gains(scheme, before, ranking)
    rows: list[View] = []
    classes: list[View] = []
    for group in ranking.groups:
        members = [s for s in ranking.standings if s.group == group]
        names = [edition.places[s.place].name for s in members]
        seed = edition.period.ordinal
        by_rule = _firm(scheme, ranking, members, error, seed)
        measured = tuple(errors.get(s.place, error) for s in members)
        firm = _firm(scheme, ranking, members, measured, seed) if set(measured) != {error} else by_rule
        rule_alone = {i: row["likely"] for i, row in by_rule.rows(names)}
        rows += [
            {
                "place": members[i].place,
                "class": group,
                **row,
                "likely_by_rule": rule_alone[i],
                **_as_printed(members[i]),
                **gains[members[i].place],
            }
            for i, row in firm.rows(names)
        ]
        classes.append(
            {
                "name": group,
                "pairs": int(firm.ahead.sum()),
                "of_pairs": len(members) * (len(members) - 1) // 2,
                "shares": _shares(firm.doubts, firm.totals, edition),
            }
        )
    return head | {
        "rows": rows,
        "items": [_item(edition, scheme, name) for name in ranking.counted],
        "classes": classes,
        "complete": ranking.complete,
        "pairs": sum(c["pairs"] for c in classes),
        "of_pairs": sum(c["of_pairs"] for c in classes),
        "shares": classes[0]["shares"],
    }


def _firm(scheme: Scheme, ranking: Ranking, members: Sequence[Standing], error: Error, seed: int) -> Robustness:
    """Return how firm the order of one class is."""
    points = np.array([[s.points[name] for name in ranking.counted] for s in members])
    weights = [item.weight for item in scheme.items if item.id in ranking.counted]
    return stand(points, weights, box=ranking.box, error=error, seed=seed, effects=[s.effect for s in members])


def _as_printed(s: Standing) -> View:
    """Return what the month's ranking says of a county, as every page and paper prints it."""
    return {
        "score": in_points(s.score),
        "rank": s.rank,
        "tied": s.tied,
        "best": s.best,
        "worst": s.worst,
        "exact": s.exact,
        "grade": s.grade,
        "effect": s.effect,
    }


def try_weights(evaluated: View, weights: Mapping[str, str]) -> View:
    """Return what other weights do to an evaluated scheme: ranks, and who passes whom by which indicators.

    `weights` gives numbers as written by item; items not named keep theirs. Raises NoScheme for what is no weight.
    """
    items, rows = evaluated["items"], evaluated["rows"]
    old = [float(item["weight"]) for item in items]
    try:
        new = [float(weights.get(item["id"], item["weight"])) for item in items]
        told = what_if(np.array([row["exact_points"] for row in rows]), old, new, [row["effect"] for row in rows])
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
                "because": [{"name": items[k]["name"], "points": round(by, 2) + 0.0} for k, by in p.because],
            }
            for p in told.passed
        ],
    }


def _head(scheme: Scheme, edition: Edition, aside: Sequence[str]) -> View:
    return {
        "name": scheme.name,
        "clause": scheme.clause,
        "status": scheme.status,
        "procedure": list(scheme.procedure),
        "veto": list(scheme.veto),
        "use": list(scheme.use),
        "grades": [
            {"name": g.name, "since": g.since, "means": g.means.zh, "means_en": g.means.en} for g in scheme.grades
        ],
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


def _gains(scheme: Scheme, before: Edition | None, ranking: Ranking) -> dict[str, View]:
    """Return each county's gain over a year and its rank by gain within its class, on the items it can be told by.

    Only an item that some county had no value for a year before is left out, for all; `gain_without` names how many.
    """
    nothing: View = {"gain": None, "gain_rank": None, "gain_without": len(ranking.counted)}
    if before is None:
        return {s.place: nothing for s in ranking.standings}
    then = {s.place: values_of(scheme, before, s.place) for s in ranking.ranked}
    items = [
        i for i in scheme.items if i.id in ranking.counted and not any(math.isnan(own[i.id]) for own in then.values())
    ]
    whole = math.fsum(i.weight for i in items)
    if not items or not whole:
        return {s.place: nothing for s in ranking.standings}
    found: dict[str, View] = {s.place: nothing for s in ranking.standings}
    for group in ranking.groups:
        members = [s for s in ranking.ranked if s.group == group]
        gains = [
            math.fsum(i.weight * (s.points[i.id] - score(i.method, then[s.place][i.id], i.parameters)) for i in items)
            / whole
            for s in members
        ]
        ranks = competition_ranks(np.array(gains))
        without = len(ranking.counted) - len(items)
        for s, gain, rank in zip(members, gains, ranks, strict=True):
            found[s.place] = {"gain": in_points(gain), "gain_rank": rank, "gain_without": without}
    return found


def _shares(doubts: Doubts, totals: Any, edition: Edition) -> View:
    """Return what moves the ranking most: Sobol shares of the mean shift in rank from the one published."""
    base = np.array(competition_ranks(totals))

    def shift(*drawn: Any) -> Any:
        return np.abs(ranks_of(doubts.scores(*drawn)) - base).mean(axis=1)

    found = sobol_shares(shift, doubts, np.random.default_rng(edition.period.ordinal), draws=512)
    return {name: {"first": round(a, 2), "total": round(b, 2)} for name, (a, b) in found.items()}


def score_sheet(content: Path, data: Path, edition: Edition, place: str) -> tuple[str, bytes]:
    """Return a county's score sheet as a workbook with live formulas: the county recomputes it to the printed digit."""
    period = edition.period
    pack = read_pack(pack_in_force(data, content), on=period.last_day())
    schemes, _ = schemes_of(pack)
    if not schemes or place not in edition.places:
        raise NoScheme(Text("没有这个县的评价表。", "There is no score sheet of this county."))
    scheme = schemes[0]
    ranking = ranking_of(scheme, edition, number_in_force(pack, "weight_box", period.last_day()))
    values = {n: v if n in ranking.counted else math.nan for n, v in values_of(scheme, edition, place).items()}
    standing = ranking.of(place)
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
    sheet = write_score_sheet(
        title, rows, mark=mark, clause=scheme.clause, standing=_standing_line(edition, ranking, standing)
    )
    return f"评价表-{name}-{period}.xlsx", sheet


def _standing_line(edition: Edition, ranking: Ranking, s: Standing | None) -> tuple[tuple[str, str | float], ...]:
    """Return rank, range and grade as the month's ranking has them, beneath the formulas."""
    if s is None or math.isnan(s.score):
        return (("位次", "不排名"),)
    of = f"{s.group}内第{s.rank}位" if len(ranking.groups) > 1 else f"第{s.rank}位"
    return (
        *((f"　{effect_words(a)}", a.document) for a in edition.adjustments if a.unit == s.place),
        ("加减分", s.effect),
        ("得分", in_points(s.score)),
        ("位次", of + ("（并列）" if s.tied else "")),
        ("位次区间", f"{s.best}—{s.worst}"),
        ("等次", s.grade or "年度结束后评定"),
    )
