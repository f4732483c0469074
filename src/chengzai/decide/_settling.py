"""How households are settled: by flats, vouchers, plots or money, as they wish; what that takes of money and places.

Households choose, not the planner: of the ways that a kind of site offers, a village takes each by the share of its
households that want it. From that follow its cost there, the places to be built, and the homes found elsewhere.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chengzai.decide._relocation import Relocation, Village
from chengzai.kernel import whole_parts


@dataclass(frozen=True, slots=True)
class Option:
    """One way of settling: what a person costs (亿元) by the kinds of site that offer it.

    `built`: whoever takes it needs a place built at the site; otherwise a home is found elsewhere.
    """

    id: str
    each: Mapping[str, float]
    built: bool = True


def settle(
    question: Relocation,
    options: Sequence[Option],
    usual: Mapping[str, Mapping[str, float]],
    wishes: Mapping[str, Mapping[str, float]],
) -> Relocation:
    """Return a question with costs, places and households by way of settling worked out from what households want.

    `usual` are shares by kind of site and way, `wishes` by village and way where it was asked; both count in
    proportion among what the kind of site offers. A village that wants nothing of it does not go there.
    """
    kinds, villages = {s.id: s.kind for s in question.sites}, {v.id: v for v in question.villages}
    cost, beds, settled = {}, {}, {}
    for pair in question.cost:
        village, kind = villages[pair[0]], kinds[pair[1]]
        shares = wishes.get(village.id) or usual.get(kind, {})
        offered = [o for o in options if kind in o.each and shares.get(o.id, 0.0) > 0]
        if offered:
            cost[pair], beds[pair], settled[pair] = _taken(village, kind, offered, shares)
    elsewhere = {pair: villages[pair[0]].persons - places for pair, places in beds.items()}
    return replace(question, cost=cost, beds=beds, elsewhere=elsewhere, settled=settled)


def _taken(
    village: Village, kind: str, offered: Sequence[Option], shares: Mapping[str, float]
) -> tuple[float, int, dict[str, int]]:
    """Return what a village costs at a kind of site, how many places are built for it, and its households by way."""
    wanted = math.fsum(shares[o.id] for o in offered)
    counts = whole_parts([village.households * shares[o.id] / wanted for o in offered])
    size = village.persons / max(village.households, 1)
    cost = math.fsum(size * count * o.each[kind] for o, count in zip(offered, counts, strict=True))
    built = sum(count for o, count in zip(offered, counts, strict=True) if o.built)
    places = math.ceil(size * built - _ROUNDED)
    return round(cost, 6), places, {o.id: count for o, count in zip(offered, counts, strict=True) if count}


_ROUNDED = 1e-9


def settled_by(question: Relocation, moves: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    """Return how many of the households that move are settled in each way."""
    found: dict[str, int] = {}
    for village, (site, _) in moves.items():
        for way, count in question.settled.get((village, site), {}).items():
            found[way] = found.get(way, 0) + count
    return found
