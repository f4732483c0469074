"""Where a planner's region and the counties' reports differ: by how much, which holds, and what a scenario changes.

A scenario starts from the sheets of its region, the monitor from what was reported. The reports hold for the present.
What a scenario brings is told as the difference to nothing being done, laid over the forecast without action.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chengzai.kernel import Text
from chengzai.publish import Edition

View = dict[str, Any]
_PLACES = 2  # decimals, as effects are told


def beside_reports(effects: Iterable[View], edition: Edition, outlook: Mapping[str, Any] | None = None) -> list[View]:
    """Return a scenario's effects on targets, each with what is reported beside what the region says.

    Adds `reported` (in the effect's unit; None where nothing is or the report only says whether it is done), `apart`
    (region less report), `change` (what the scenario brings by the deadline over nothing being done), `forecast`
    (without action, where an outlook was made), `expected` (forecast and change), and the sentences `words`,
    `words_en`, empty where both agree and nothing is forecast.
    """
    middles = _middles(outlook)
    return [_beside(e, edition, middles) if e["target"] in edition.plan.target else e | _ALONE for e in effects]


_ALONE = {**dict.fromkeys(("reported", "apart", "change", "forecast", "expected")), "words": "", "words_en": ""}


def _middles(outlook: Mapping[str, Any] | None) -> dict[str, float]:
    """Return the forecast without action of each target of the city, in the target's own unit."""
    told = {}
    for row in (outlook or {}).get("outlooks", ()):
        try:
            value = float(str(row["middle"]).replace(",", ""))
        except ValueError:
            continue  # nothing is forecast
        if row["city"]:
            told[str(row["target"])] = value
    return told


def _beside(effect: View, edition: Edition, middles: Mapping[str, float]) -> View:
    target, judged = edition.plan.target[effect["target"]], edition.city.get(effect["target"])
    value = math.nan if judged is None else judged.value / edition.scale(target)
    of_one_unit = effect["unit"] == target.unit
    known = of_one_unit and not math.isnan(value)
    reported = round(value, _PLACES) if known else None
    apart = _less(effect["today"], reported)
    nothing, by = effect.get("nothing"), effect["by"]
    change = _less(by, nothing)
    forecast = middles.get(effect["target"]) if of_one_unit and nothing is not None else None
    expected = None if forecast is None or change is None else round(forecast + change, _PLACES)
    if expected is not None and effect["unit"] == "%":
        expected = min(max(expected, 0.0), 100.0)
    told = {"reported": reported, "apart": apart, "change": change, "forecast": forecast, "expected": expected}
    if of_one_unit:
        sentences = [_present(effect, told, edition), _future(effect, told)]
    else:
        sentences = [_done(effect, value, edition)]
    met = effect["met"]
    if expected is not None and effect["goal"] is not None:
        met = target.met_by(expected, goal=effect["goal"], tolerance=edition.rules.tolerance.value)
    said = [s for s in sentences if s is not None]
    return effect | told | {
        "met": met,
        "words": "".join(s.zh for s in said),
        "words_en": " ".join(s.en for s in said),
    }  # fmt: skip


def _less(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else round(first - second, _PLACES)


def _present(effect: View, told: View, edition: Edition) -> Text | None:
    """Return the sentence about two presents that differ."""
    if not told["apart"]:
        return None
    unit, above = effect["unit"], told["apart"] > 0
    today, reported, apart = _plain(effect["today"]), _plain(told["reported"]), _plain(abs(told["apart"]))
    more, more_en = ("多", "more") if above else ("少", "less")
    zh = f"现值填报为{reported}{unit}（{_month(edition)}），推演底数为{today}{unit}，{more}{apart}{_points(unit)}"
    en = f"Reported: {reported}{unit} ({edition.period}); the region has {today}{unit}, {apart} {more_en}"
    return Text(f"{zh}；现值以填报为准。", f"{en}. The report holds for the present.")


def _future(effect: View, told: View) -> Text | None:
    """Return the sentence about two futures without action, and what the scenario brings."""
    if told["expected"] is None or not _less(told["forecast"], effect["nothing"]):
        return None
    unit, year = effect["unit"], effect["deadline"]
    forecast, nothing, expected = _plain(told["forecast"]), _plain(effect["nothing"]), _plain(told["expected"])
    brings, brings_en = "本方案不改变它", "this scenario does not move it"
    if change := told["change"]:
        moves = "增加" if change > 0 else "减少"
        brings = f"本方案{moves}{_plain(abs(change))}{_points(unit)}，加在预测上为{expected}{unit}"
        brings_en = f"this scenario brings {_plain(change)}, over the forecast {expected}{unit}"
    zh = f"什么都不做，{year}年按填报预测为{forecast}{unit}，按底数推算为{nothing}{unit}"
    en = f"With nothing done {year} has {forecast}{unit} by the reports' forecast, {nothing}{unit} by the region"
    return Text(f"{zh}；{brings}。", f"{en}; {brings_en}.")


def _done(effect: View, value: float, edition: Edition) -> Text | None:
    """Return the sentence where the report says whether a thing is done and the region says otherwise."""
    today, goal, unit = effect["today"], effect["goal"], effect["unit"]
    if math.isnan(value) or today is None or goal is None or (value >= 1) == (today >= goal):
        return None
    word, word_en = ("已完成", "done") if value >= 1 else ("未完成", "not done")
    has, wanted = f"{_plain(today)}{unit}", f"{_plain(goal)}{unit}"
    return Text(
        f"填报为{word}（{_month(edition)}），推演底数为{has}，达到{wanted}才算完成；现值以填报为准。",
        f"Reported as {word_en} ({edition.period}); the region has {has}, and {wanted} would be done. "
        "The report holds for the present.",
    )


def _plain(value: float) -> str:
    """Return a number with at most two decimals and no empty ones."""
    return f"{value:,.{_PLACES}f}".rstrip("0").rstrip(".")


def _month(edition: Edition) -> str:
    return f"{edition.period.year}年{edition.period.part}月"


def _points(unit: str) -> str:
    """Return the unit of a difference."""
    return "个百分点" if unit == "%" else unit


def presents_apart(scenarios: Sequence[View], edition: Edition) -> list[View]:
    """Return the targets where a region and the reports differ today, each once and with its sentence."""
    found = {}
    for told in scenarios:
        for effect in beside_reports(told["effects"], edition):
            if effect["words"] and effect["target"] not in found:
                kept = ("target", "scope", "name", "name_en", "words", "words_en")
                found[effect["target"]] = {field: effect[field] for field in kept}
    return list(found.values())
