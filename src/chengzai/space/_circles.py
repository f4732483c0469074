"""Life circles and access: who has what within reach, who has all of it, and who shares it with how many.

Coverage counts people, not blocks. Capacity is settled by a largest flow; access by two-step floating catchments
(Luo & Wang 2003; Luo & Qi 2009), whose total is exactly what is supplied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import maximum_flow

from chengzai.space._ground import Floats, Ints

_UNITS = 10  # people are split this fine in a flow


@dataclass(frozen=True, slots=True)
class Need:
    """One facility that a circle asks for, and how far it may be, in ms; content with its clause."""

    kind: str
    name: str
    limit: int
    clause: str = ""


@dataclass(frozen=True)
class Circle:
    """How a circle is kept: the share of people with each facility, with all of them, and what each block lacks.

    `with_each` is by kind; `gaps` holds for each block the kinds it has no facility of within reach.
    """

    people: float
    with_each: Mapping[str, float]
    with_all: float
    gaps: tuple[tuple[str, ...], ...]


def circle(people: Floats, times: Mapping[str, Ints], needs: Sequence[Need]) -> Circle:
    """Return who has what; `people` `[block]`, `times` by kind to the nearest facility `[block]` in ms.

    A facility exactly at the limit is within reach. Without people the shares are NaN.
    """
    total = float(people.sum())
    near = {need.kind: np.asarray(times[need.kind]) <= need.limit for need in needs}
    everything = np.logical_and.reduce([near[need.kind] for need in needs]) if needs else np.ones(len(people), bool)
    return Circle(
        total,
        {kind: _share(people, inside, total) for kind, inside in near.items()},
        _share(people, everything, total),
        tuple(tuple(n.kind for n in needs if not near[n.kind][i]) for i in range(len(people))),
    )


def _share(people: Floats, inside: NDArray[np.bool_], total: float) -> float:
    return float(people[inside].sum() / total) if total else float("nan")


def covered_with_capacity(need: Floats, seats: Floats, time: Ints, limit: int) -> float:
    """Return how much of a need can be served at once within a limit: the largest flow from blocks to places.

    `need` `[block]` and `seats` `[place]` in persons (tenths are kept), `time` `[block, place]` in ms.
    Never more than plain coverage.
    """
    blocks, places = time.shape
    demand, supply = (np.floor(np.asarray(v) * _UNITS + 1e-6).astype(np.int32) for v in (need, seats))
    b, p = np.nonzero(time <= limit)
    source, sink = blocks + places, blocks + places + 1
    tail = np.concatenate((np.full(blocks, source), b, blocks + np.arange(places)))
    head = np.concatenate((np.arange(blocks), blocks + p, np.full(places, sink)))
    size = np.concatenate((demand, demand[b], supply)).astype(np.int32)
    graph = coo_matrix((size, (tail, head)), shape=(sink + 1, sink + 1)).tocsr()
    return float(maximum_flow(graph, source, sink).flow_value) / _UNITS


def two_step(people: Floats, supply: Floats, weight: Floats) -> Floats:
    """Return the access of each block by two-step floating catchments: supply a person, `weight` `[block, place]`.

    Rⱼ = Sⱼ / Σᵢ Pᵢ Wᵢⱼ, Aᵢ = Σⱼ Rⱼ Wᵢⱼ. What people get sums to what is supplied, except at places nobody reaches.
    """
    asked = people @ weight
    ratio = np.divide(supply, asked, out=np.zeros(len(supply)), where=asked > 0)
    return np.asarray(weight @ ratio)


@dataclass(frozen=True, slots=True)
class Equity:
    """How even access is: Gini, the share of people below a threshold, and the mean of the worst tenth of people."""

    gini: float
    below: float
    worst_tenth: float
    mean: float


def equity(access: Floats, people: Floats, threshold: float) -> Equity:
    """Return how evenly access is spread over people, each weighing as one; NaN without people."""
    order = np.argsort(access, kind="stable")
    a, p = np.asarray(access)[order], np.asarray(people, dtype=np.float64)[order]
    total, mass = p.sum(), float(a @ p)
    if total <= 0:
        return Equity(*(float("nan"),) * 4)
    part = a / a[-1] * p if a[-1] > 0 else np.zeros(len(a))  # as shares of the best: products of tiny access vanish
    cumulative = np.concatenate(([0.0], np.cumsum(part)))
    area = float((p * (cumulative[1:] + cumulative[:-1])).sum() / 2)
    gini = 1 - 2 * area / float(total * part.sum()) if part.sum() > 0 else 0.0
    before = np.concatenate(([0.0], np.cumsum(p)[:-1]))
    tenth = np.clip(total / 10 - before, 0.0, p)
    return Equity(gini, float(p[a < threshold].sum() / total), float(a @ tenth / (total / 10)), mass / float(total))
