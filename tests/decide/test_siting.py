"""Siting against brute force, against published optima, and with demands that cannot hold together."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall

from chengzai.decide import capacitated, cover_all, cover_most, p_median

SHARED = Path(__file__).parents[3] / "shared" / "data" / "benchmarks"


def subsets(places):
    return itertools.chain.from_iterable(itertools.combinations(range(places), n) for n in range(places + 1))


@given(st.integers(0, 10**6), st.integers(1, 5))
@settings(max_examples=40)
def test_a_median_is_the_best_of_all_choices(seed, p):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 50, (9, 6)).astype(float)
    built = (int(rng.integers(0, 6)),) if seed % 2 else ()
    best = min(cost[:, list(c)].min(axis=1).sum() for c in itertools.combinations(range(6), p) if set(built) <= set(c))
    told = p_median(cost, p, built=built)

    assert told.value == best
    assert told.bound == pytest.approx(best)
    assert len(told.places) == p
    assert set(built) <= set(told.places)
    fast = p_median(cost, p, built=built, proven=False)
    assert fast.bound <= best + 1e-6 <= fast.value + 2e-6


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_covering_is_the_best_of_all_choices(seed):
    rng = np.random.default_rng(seed)
    reach = rng.random((8, 6)) < 0.35
    reach[np.arange(8), rng.integers(0, 6, 8)] = True
    cost, people = rng.integers(1, 9, 6).astype(float), rng.integers(1, 100, 8).astype(float)
    full = [c for c in subsets(6) if reach[:, list(c)].any(axis=1).all()]
    told = cover_all(reach, cost)
    assert told.cost == min(cost[list(c)].sum() for c in full)
    assert told.broken == ()
    budget = float(rng.integers(3, 15))
    within = [c for c in subsets(6) if cost[list(c)].sum() <= budget and len(c) <= 3]
    most = cover_most(reach, people, most=3, cost=cost, budget=budget)
    assert most.served == max(people[reach[:, list(c)].any(axis=1)].sum() if c else 0 for c in within)
    assert most.broken == ()


def test_a_block_that_nothing_reaches_is_named():
    told = cover_all(np.array([[True, False], [False, False]]), np.ones(2))
    assert (told.status, told.conflict) == ("infeasible", ("第2块有人可及",))


def test_what_is_built_is_kept_and_costs_nothing_more():
    reach = np.array([[True, True, False], [False, True, True]])
    assert cover_all(reach, np.array([1.0, 5.0, 1.0])).places == (0, 2)
    assert cover_all(reach, np.array([1.0, 5.0, 1.0]), built=(1,)).places == (1,)


def test_too_few_seats_are_a_conflict_in_words():
    told = capacitated(np.ones((2, 1)), np.ones(1), np.array([5.0, 5.0]), np.array([8.0]))
    assert told.status == "infeasible"
    assert told.conflict == ("容量合计不少于总需求",)
    alone = capacitated(np.ones((2, 2)), np.ones(2), np.array([5.0, 5.0]), np.array([6.0, 6.0]), least=4.0)
    assert alone.places == (0, 1)
    assert alone.broken == ()


def load_pmed(number):
    told = (SHARED / "pmed" / f"pmed{number}.txt").read_text().split()
    nodes, edges, p = map(int, told[:3])
    way = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(way, 0)
    for e in range(edges):  # of repeated edges the last counts
        a, b, c = (int(v) for v in told[3 + 3 * e : 6 + 3 * e])
        way[a - 1, b - 1] = way[b - 1, a - 1] = c
    return floyd_warshall(way), p


OPTIMA = {1: 5819, 2: 4093, 3: 4250, 4: 3034, 5: 1355, 8: 4445, 10: 1255, 13: 4374, 15: 1729}


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/benchmarks")
@pytest.mark.parametrize("number", OPTIMA)
def test_or_library_medians_reach_their_published_optima_proven(number):
    cost, p = load_pmed(number)
    told = p_median(cost, p)
    assert told.value == OPTIMA[number]
    assert told.gap == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/benchmarks")
@pytest.mark.parametrize(("name", "optimum"), [("cap41", 1040444.375), ("cap72", 977799.4), ("cap104", 928941.75)])
def test_or_library_warehouses_reach_their_published_optima(name, optimum):
    """Capacitated warehouse location; a customer may be served by several."""
    told = np.array((SHARED / "cap" / name).read_text().split(), dtype=float)
    places, blocks = int(told[0]), int(told[1])
    seats, fixed = told[2 : 2 + 2 * places].reshape(places, 2).T
    rows = told[2 + 2 * places :].reshape(blocks, places + 1)
    answer = capacitated(rows[:, 1:], fixed, rows[:, 0], seats)

    assert answer.value == pytest.approx(optimum, rel=1e-9)
    assert answer.broken == ()
