"""Relocation at the size of the city: 900 villages, 60 sites, 5 years, made from a seed; the gap that is proven.

usage: python bench/relocation.py [SEED [SECONDS]]
"""

import sys
import time

import numpy as np

from chengzai.decide import Phase, Relocation, Site, Village, check_moves, relocate, shares_of


def question(seed, villages=900, sites=60, years=5):
    """Villages of some 45 persons over six counties; sites in their own county, the eight nearest open to each."""
    rng = np.random.default_rng(seed)
    county_v, county_s = rng.integers(0, 6, villages), np.arange(sites) % 6
    at_v, at_s = rng.uniform(0, 40, (villages, 2)), rng.uniform(0, 40, (sites, 2))
    persons = np.clip(rng.lognormal(3.9, 0.5, villages), 12, 200).astype(int)
    risk = rng.choice([1.0, 2, 3, 5], villages, p=[0.5, 0.25, 0.15, 0.1])
    kinds = np.array(["city", "town", "village"])[np.minimum(np.arange(sites) // 6 // 3, 2)]
    found, cost, minutes = [], {}, {}
    for v in range(villages):
        found.append(Village(f"v{v}", f"c{county_v[v]}", int(persons[v]), int(persons[v] // 3), float(risk[v]),
                             consent=float(rng.choice([1.0, 0.9], p=[0.92, 0.08])), must=bool(rng.random() < 0.03),
                             last=int(rng.integers(1, years)) if rng.random() < 0.05 else None,
                             pupils={"小学": int(persons[v] * 0.05)}))  # fmt: skip
        away = np.where(county_s == county_v[v], np.hypot(*(at_s - at_v[v]).T), np.inf)
        for s in np.argsort(away)[:8]:
            price = {"city": 0.0085, "town": 0.0065, "village": 0.005}[kinds[s]]
            cost[f"v{v}", f"s{s}"] = round(float(persons[v] * price * rng.uniform(0.9, 1.1)), 4)
            minutes[f"v{v}", f"s{s}"] = float(away[s] * 1.5)
    places = []
    for s in range(sites):
        phases = tuple(Phase(int(rng.integers(150, 450)), 0.4, y) for y in (0, 1, 2))
        places.append(Site(f"s{s}", str(kinds[s]), f"c{county_s[s]}", phases, {"小学": int(rng.integers(20, 80))}))
    total = sum(cost.values()) / len(cost) * villages * 0.75 + 60
    worth, guidance = tuple(1.0 - 0.1 * t for t in range(years)), {"city": 0.7, "town": 0.2, "village": 0.1}
    budget = (total / years,) * years
    return Relocation(tuple(found), tuple(places), cost, minutes, budget, worth, guidance, 0.95)


def main(seed=1, seconds=150):
    asked = question(seed)
    begin = time.perf_counter()
    told = relocate(asked, gap=0.005, seconds=seconds)
    took = time.perf_counter() - begin
    size = f"{len(asked.allowed())} moves allowed; {len(told.moves)} villages move"
    print(f"{size}; first aim within {told.gap:.3%}, {took:.0f} s")
    print("aims", {name: round(value, 1) for name, value in told.aims.items()}, "broken", told.broken or "none")
    print(
        "shares",
        {kind: f"{p:.0%} of persons, {h:.0%} of households" for kind, (p, h) in shares_of(asked, told).items()},
    )
    assert not check_moves(asked, told.moves, told.opened)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
