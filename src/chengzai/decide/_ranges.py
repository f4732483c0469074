"""How sure the people of a scenario are: births, deaths and moves to town drawn many times, all else as told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._region import Ages, Region
from chengzai.decide._relocation import Moves
from chengzai.decide._years import NOBODY, PEOPLE, Choice, Years
from chengzai.people import Rates

Floats = NDArray[np.float64]
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
_DRAWS, _SEED = 300, 1


@dataclass(frozen=True)
class Ranges:
    """People at the end, by LEVELS: each town's (万人), the urban share, and the chance of each town's target."""

    towns: Mapping[str, tuple[float, ...]]
    urban: tuple[float, ...]
    reaches: Mapping[str, float]


def ranges(region: Region, choice: Choice, moves: Moves) -> Ranges | None:
    """Return how far people may lie from what a scenario tells; None where nothing says how uncertain rates are.

    A draw scales births, deaths and moves to town for the whole time and everywhere, and moves in each county once
    more: rates that are mistaken stay mistaken, and counties are mistaken together. Who is moved by the plan, goes.
    """
    ages = region.ages
    if ages is None or not any(ages.uncertain.values()):
        return None
    rng, last = np.random.default_rng(_SEED), region.years
    told = Years(region, choice, moves)
    kept = {f"{b.county}/{part}": 0.0 for b in region.blocks for part in ("urban", "rural")}
    for b in region.blocks:
        kept[f"{b.county}/{'urban' if b.urban else 'rural'}"] += b.persons
    urban_told, all_told = told.urban(last)[""] * told.people(last)[""], told.people(last)[""]
    plain_urban, plain_all = _totals(kept, told.growth, last)
    towns, shares = [], []
    for _ in range(_DRAWS):
        growth = Years(replace(region, ages=replace(ages, rates=_drawn(ages, rng))), choice, NOBODY).growth
        towns.append([t.now * _at(growth, f"{t.county}/urban", last) + told.moved_into(t, last) for t in region.towns])
        urban, everybody = _totals(kept, growth, last)
        shares.append((urban_told - plain_urban + urban) / (all_told - plain_all + everybody))
    levels = np.quantile(np.array(towns).reshape(_DRAWS, len(region.towns)), LEVELS, axis=0)
    target = np.array([t.target for t in region.towns])
    reaches = (np.array(towns) >= target - 0.5 / PEOPLE).mean(axis=0)
    return Ranges(
        {t.id: tuple(levels[:, n].tolist()) for n, t in enumerate(region.towns)},
        tuple(np.quantile(shares, LEVELS).tolist()),
        {t.id: float(reaches[n]) for n, t in enumerate(region.towns)},
    )


def _at(growth: Mapping[str, Floats], part: str, year: int) -> float:
    return float(growth[part][year]) if part in growth else 1.0


def _totals(kept: Mapping[str, float], growth: Mapping[str, Floats], year: int) -> tuple[float, float]:
    """Return the urban people and everybody after some growth, nobody moved."""
    grown = {part: people * _at(growth, part, year) for part, people in kept.items()}
    return sum(n for part, n in grown.items() if part.endswith("urban")), sum(grown.values())


def _drawn(ages: Ages, rng: np.random.Generator) -> Rates:
    """Return rates that differ from those told by factors of mean one, as uncertain as content says."""
    rates, spread = ages.rates, ages.uncertain

    def factor(name: str, size: int | None = None) -> Floats:
        sigma = spread.get(name, 0.0)
        return np.asarray(np.exp(rng.normal(-sigma * sigma / 2, sigma, size)))

    births, deaths, moves = factor("births"), factor("deaths"), factor("moves")
    own = np.repeat(factor("county_moves", len(ages.counties)), 2)
    moved = np.minimum(rates.moves * (moves * own)[:, None, None], 1.0)
    return replace(
        rates,
        survival=np.clip(1 - (1 - rates.survival) * deaths, 0.0, 1.0),
        fertility=rates.fertility * births,
        born=np.clip(1 - (1 - rates.born) * deaths, 0.0, 1.0),
        moves=moved,
    )
