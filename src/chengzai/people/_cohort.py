"""Cohort-component projection: people age, die, are born and move, in regions that are coupled by moves.

The discrete method of Preston, Heuveline & Guillot (2001, ch. 6). Arrays are `[region, sex, age]` with sex 0 female and
1 male; an age group is as wide as a step. The last group is open.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rates:
    """What happens in one step.

    `survival` `[region, sex, age]` is the chance to live into the next group, for the open group to stay in it;
    `fertility` `[region, age]` births a woman; `born` `[sex]` the chance of a newborn to live to the end of the step;
    `boys` the boys for each girl; `moves` `[from, to, age]` the share of survivors that change region.
    """

    survival: Floats
    fertility: Floats
    born: Floats
    boys: float
    moves: Floats


@dataclass(frozen=True)
class Projected:
    """A projection: people `[step, region, sex, age]`, the first step the start, and births `[step − 1, region]`."""

    people: Floats
    births: Floats


def step(people: Floats, rates: Rates, migrants: Floats | None = None) -> tuple[Floats, Floats]:
    """Return the people one step later and the births of each region.

    Births come from the women's mean of the step, as the survivors before any move. `migrants` `[region, sex, age]`
    from outside are added at the end, by their age then.
    """
    survived = np.zeros_like(people)
    survived[..., 1:] = people[..., :-1] * rates.survival[..., :-1]
    survived[..., -1] += people[..., -1] * rates.survival[..., -1]
    women = (people[:, 0] + _ahead(people[:, 0], rates.survival[:, 0])) / 2
    births = (rates.fertility * women).sum(axis=1)
    girls, boys = births / (1 + rates.boys), births * rates.boys / (1 + rates.boys)
    survived[:, 0, 0] += girls * rates.born[0]
    survived[:, 1, 0] += boys * rates.born[1]
    moved = survived + np.einsum("rsa,rta->tsa", survived, rates.moves)
    moved -= survived * rates.moves.sum(axis=1)[:, None, :]
    return (moved if migrants is None else moved + migrants), births


def _ahead(women: Floats, survival: Floats) -> Floats:
    """Return the women that will be in each group at the step's end; the youngest group holds none yet."""
    ahead = np.zeros_like(women)
    ahead[..., 1:] = women[..., :-1] * survival[..., :-1]
    ahead[..., -1] += women[..., -1] * survival[..., -1]
    return ahead


def exposed(migrants: Floats, survival: Floats) -> Floats:
    """Return migrants who come evenly through a step as those alive at its end: half the step's deaths are theirs."""
    found = np.zeros_like(migrants)
    found[..., 1:] = (migrants * (1 + survival) / 2)[..., :-1]
    found[..., -1] += (migrants * (1 + survival) / 2)[..., -1]
    return found


def project(people: Floats, rates: Callable[[int], Rates], steps: int, migrants: Floats | None = None) -> Projected:
    """Return a projection over several steps; `rates(n)` are those of step n, `migrants` `[step, region, sex, age]`."""
    told, births = [np.asarray(people, dtype=np.float64)], []
    for n in range(steps):
        now, born = step(told[-1], rates(n), None if migrants is None else migrants[n])
        told.append(now)
        births.append(born)
    return Projected(np.array(told), np.array(births))


def bands(draw: Callable[[np.random.Generator], Floats], draws: int, seed: int, levels: tuple[float, ...]) -> Floats:
    """Return quantiles `[level, …]` of what `draw` gives: one path of uncertain rates a call."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.quantile(np.array([draw(rng) for _ in range(draws)]), levels, axis=0))


def by_ratio(before: Floats, now: Floats, width: int = 1) -> Floats:
    """Return a small place's next census by Hamilton–Perry ratios: each cohort changes as it did between the last two.

    `width` is how many groups a cohort ages between censuses. The youngest groups keep the child-woman ratio's place:
    they are NaN, for births need their own rule.
    """
    ratio = np.divide(
        now[..., width:], before[..., :-width], out=np.zeros_like(now[..., width:]), where=before[..., :-width] > 0
    )
    found = np.full_like(now, np.nan)
    found[..., width:] = now[..., :-width] * ratio
    return found


def rake(cells: Floats, rows: Floats, columns: Floats, *, rounds: int = 200) -> Floats:
    """Return a table scaled to the totals of its rows and columns (iterative proportional fitting, Deming–Stephan).

    Raises ValueError where the totals do not agree, or a total has no cell to stand in.
    """
    if not np.isclose(rows.sum(), columns.sum(), rtol=1e-9):
        raise ValueError("the totals of rows and columns do not agree")
    found = np.asarray(cells, dtype=np.float64).copy()
    if (found.sum(1)[rows > 0] == 0).any() or (found.sum(0)[columns > 0] == 0).any():
        raise ValueError("a total has no cell to stand in")
    for _ in range(rounds):
        found *= np.divide(rows, found.sum(1), out=np.zeros_like(rows), where=found.sum(1) > 0)[:, None]
        found *= np.divide(columns, found.sum(0), out=np.zeros_like(columns), where=found.sum(0) > 0)
        if np.allclose(found.sum(1), rows, rtol=1e-12, atol=1e-12):
            break
    return found
