"""Large relocations whose parts share nothing but money: each part proven, and bettered, by itself.

At a price for the money of each year the parts no longer know of each other, and the sum of what each could do at
best bounds the whole (Lagrangian relaxation; Geoffrion 1974). Counties that keep their people are such parts.
"""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from chengzai.decide._asking import Asking
from chengzai.decide._milp import INF, Floats
from chengzai.decide._relocation import Going, Opening, Relocation, beyond, openings_for, spent_by_year

_CHAIN = 0.6  # of one core's time goes to better the answer, the rest of both to the proof
_WITHIN = 0.2  # of the gap asked for: how far each part may stay from its own best


@dataclass(frozen=True)
class Prices:
    """What one more of what binds the whole is worth: money until the end of each year `[year]`, villages, shares.

    One village more towards the least count; one person more, beyond its least share, to each kind of site.
    """

    money: Floats
    count: float
    shares: Mapping[str, float] = field(default_factory=dict)


def split(question: Relocation) -> list[Relocation]:
    """Return the parts that share no site, town, centre, kin, neighbour or floor; each keeps the whole money."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    def join(*names: str) -> None:
        for name in names[1:]:
            root[find(name)] = find(names[0])

    for v in question.villages:
        bound = [f"kin {v.together}"] if v.together else []
        bound += [f"county {v.county}"] if v.county in question.floor else []
        join(f"v {v.id}", *bound, *(f"v {b}" for b in v.beside))
    for village, site, _ in question.allowed():
        join(f"v {village}", f"s {site}")
    if question.centres:
        join(*(f"s {s.id}" for s in question.sites))
    for room in question.rooms:
        join(*(f"s {s}" for s in sorted(room.sites)))
    parts: dict[str, list[str]] = {}
    for v in question.villages:
        parts.setdefault(find(f"v {v.id}"), []).append(v.id)
    return [_part(question, set(mine), {s.id for s in question.sites if find(f"s {s.id}") == r})
            for r, mine in parts.items()]  # fmt: skip


def _part(question: Relocation, villages: set[str], sites: set[str]) -> Relocation:
    counties = {v.county for v in question.villages if v.id in villages}
    return replace(
        question,
        villages=tuple(v for v in question.villages if v.id in villages),
        sites=tuple(s for s in question.sites if s.id in sites),
        cost={(v, s): cost for (v, s), cost in question.cost.items() if v in villages and s in sites},
        rooms=tuple(room for room in question.rooms if room.sites & sites),
        count=0,
        centres=question.centres if sites else {},
        floor={county: share for county, share in question.floor.items() if county in counties},
    )


def prove_apart(  # noqa: PLR0913 -- the question, its parts, and what is known of both
    question: Relocation,
    parts: Sequence[Relocation],
    prices: Prices,
    found: tuple[Going, Opening],
    aim: str,
    *,
    gap: float,
    seconds: float,
) -> tuple[tuple[Going, Opening], float]:
    """Return an answer no worse than `found` and a bound on the best, in some `seconds` of two cores.

    The aim is to be made small, as is the bound.
    """
    size = [len(part.allowed()) for part in parts]
    each = [seconds * n / max(sum(size), 1) for n in size]
    with ThreadPoolExecutor(2) as threads:  # the solver holds no lock
        chain = threads.submit(_better, question, parts, found, aim, gap, [s * _CHAIN for s in each])
        told = threads.map(
            lambda part, spend: _bound(part, prices, found[0], aim, gap * _WITHIN, spend),
            parts,
            [min(s * (2.0 - _CHAIN), seconds) for s in each],
        )
        whole = math.fsum(told) - float(prices.money @ np.cumsum(question.budget)) + prices.count * question.count
        return chain.result(), whole


def _bound(part: Relocation, prices: Prices, going: Going, aim: str, gap: float, seconds: float) -> float:
    """Return a bound on the best of one part where money and each village cost their price instead of a limit."""
    free = replace(part, budget=(INF,) * part.years, least={})
    built = Asking(free)
    built.wish(aim)
    for t in range(part.years):
        for variable, cost in built.spent_by(t):
            built.program.cost[variable] += cost * float(prices.money[t])
    for variable in built.move.values():
        built.program.cost[variable] -= prices.count
    for kind, price in prices.shares.items():
        for variable, persons in built.beyond(kind, part.least[kind]):
            built.program.cost[variable] -= price * persons
    mine = {v: where for v, where in going.items() if v in built.village}
    return built.program.solve(gap=gap, seconds=seconds, start=built.state(mine, openings_for(free, mine))).bound


def _better(
    question: Relocation,
    parts: Sequence[Relocation],
    found: tuple[Going, Opening],
    aim: str,
    gap: float,
    seconds: Sequence[float],
) -> tuple[Going, Opening]:
    """Return an answer bettered part after part, each with the money that the others leave."""
    going: dict[str, tuple[str, int]] = dict(found[0])
    for part, spend in zip(parts, seconds, strict=True):
        inside = {v.id for v in part.villages}
        mine = {v: where for v, where in going.items() if v in inside}
        others = {v: where for v, where in going.items() if v not in inside}
        left = np.cumsum(question.budget) - spent_by_year(question, others, openings_for(question, others))
        budget = tuple(np.diff(left, prepend=0.0).tolist())
        built = Asking(replace(part, budget=budget, count=max(0, question.count - len(others)), least={}))
        for kind, share in question.least.items():
            built.program.row(built.beyond(kind, share), low=-beyond(question, others, kind))
        built.wish(aim)
        solved = built.program.solve(
            gap=gap * _WITHIN, seconds=spend, start=built.state(mine, openings_for(part, mine))
        )
        if len(solved.x):
            going = {**others, **built.told(solved.x)[0]}
    return going, openings_for(question, going)
