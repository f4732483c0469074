"""A relocation that still holds when villages cost more and more households want a flat than said.

Money is kept back against any few villages coming dear at once, not all of them (Bertsimas & Sim, The Price of
Robustness, 2004); places against everybody at a site who may change their mind.
"""

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from chengzai.decide._relocation import Going, Opening, Relocation, Village, spent_by_year


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may come otherwise than said.

    A village costs up to a share of `cost` more, or less, by its own chance; a share of `built` of those who were to
    find a home elsewhere wants a place built at the site after all.
    """

    cost: float = 0.0
    built: float = 0.0


def dearer(q: Relocation, doubt: Doubt, village: str, site: str) -> float:
    """Return by how much a village may come dearer at a site."""
    return doubt.cost * q.cost[village, site]


def changing(q: Relocation, doubt: Doubt, village: Village, site: str) -> int:
    """Return how many persons of a village may want a built place at a site who did not before."""
    return math.ceil(doubt.built * (village.persons - q.housed(village, site)) - 1e-9)


def hedged(q: Relocation, doubt: Doubt, villages: int, price: float) -> Relocation:
    """Return a question whose every answer holds in the other though any so many `villages` come dear at once.

    For any `price` λ ≥ 0, Σ cost + Γλ + Σ max(dearer − λ, 0) is no less than the worst case of any Γ villages: at 0
    money is kept for every village, at a high price for Γ of the dearest.
    """
    total = np.maximum(np.cumsum(q.budget) - price * villages, 0.0)
    people = {v.id: v for v in q.villages}
    return replace(
        q,
        budget=tuple(np.diff(total, prepend=0.0).tolist()),
        cost={pair: c + max(dearer(q, doubt, *pair) - price, 0.0) for pair, c in q.cost.items()},
        beds={(v, s): q.housed(people[v], s) + changing(q, doubt, people[v], s) for v, s in q.cost},
    )


def hedge_prices(q: Relocation, doubt: Doubt) -> tuple[float, ...]:
    """Return prices worth trying: none, what the dearest village that must move may come dearer, and some between.

    The best price is what one of the villages may come dearer (Bertsimas & Sim 2003); a village counts with its
    cheapest site among those it may go to, and of many such values some are taken, evenly by rank.
    """
    cheapest: dict[str, float] = {}
    for village, site in {(v, s) for v, s, _ in q.allowed()}:
        more = dearer(q, doubt, village, site)
        cheapest[village] = min(more, cheapest.get(village, more))
    ranked = sorted(set(cheapest.values()))
    picked = [ranked[n] for n in np.linspace(0, len(ranked) - 1, min(_PRICES, len(ranked))).round().astype(int)]
    must = [cheapest[v.id] for v in q.villages if v.must and v.id in cheapest]
    return tuple(sorted({0.0, *picked, *([max(must)] if must else [])}))


_PRICES = 8


def withstands(q: Relocation, doubt: Doubt, moves: Going, opened: Opening) -> int:
    """Return how many villages, whichever, may come dear at once within the budget of every year."""
    held = len(moves)
    left = np.cumsum(q.budget) - spent_by_year(q, moves, opened)
    for t in range(q.years):
        more = sorted((dearer(q, doubt, v, s) for v, (s, year) in moves.items() if year <= t), reverse=True)
        over = np.flatnonzero(np.cumsum(more) > left[t] + 1e-6)
        held = min(held, int(over[0]) if len(over) else held)
    return held


def without_place(q: Relocation, doubt: Doubt, moves: Going, opened: Opening) -> dict[str, int]:
    """Return the sites at which some would lack a place if all who may change their mind do, with how many at most."""
    village = {v.id: v for v in q.villages}
    found: dict[str, int] = {}
    for site, year in product(q.sites, range(q.years)):
        people = [village[v] for v, (s, t) in moves.items() if s == site.id and t <= year]
        room = sum(site.phases[n].persons for (s, n), t in opened.items() if s == site.id and t <= year)
        wanted = sum(q.housed(v, site.id) + changing(q, doubt, v, site.id) for v in people)
        if wanted > room:
            found[site.id] = max(wanted - room, found.get(site.id, 0))
    return found


def holds(q: Relocation, doubt: Doubt, villages: int, moves: Going, opened: Opening) -> bool:
    """Return whether moves withstand so many dear villages, all of theirs at most, and nobody lacks a place."""
    enough = withstands(q, doubt, moves, opened) >= min(villages, len(moves))
    return enough and not without_place(q, doubt, moves, opened)


def money_holds(q: Relocation, doubt: Doubt, moves: Going, opened: Opening, *, draws: int, seed: int) -> float:
    """Return in what share of draws the budget holds every year: each village dearer or cheaper, evenly drawn."""
    left = np.cumsum(q.budget) - spent_by_year(q, moves, opened)
    year = np.array([t for _, t in moves.values()], dtype=np.int64)
    more = np.array([dearer(q, doubt, v, s) for v, (s, _) in moves.items()])
    drawn = np.random.default_rng(seed).uniform(-1.0, 1.0, (draws, len(more))) * more
    by_year = np.stack([drawn[:, year <= t].sum(axis=1) for t in range(q.years)], axis=1)
    return float((by_year <= left + 1e-6).all(axis=1).mean())
