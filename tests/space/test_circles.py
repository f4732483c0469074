"""Circles and access: published test vectors, worked examples, and what must hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chengzai.space import Need, circle, covered_with_capacity, equity, two_step


def test_catchments_agree_with_the_published_test_vector():
    """Three sites a unit apart with 100 people each, two providers of 10 at the ends, Gaussian of width 1."""
    distance = np.abs(np.array([0.0, 1.0, 2.0])[:, None] - np.array([0.0, 2.0]))
    people = np.full(3, 100.0)
    access = two_step(people, np.array([10.0, 10.0]), np.exp(-(distance**2) / 2))

    assert access == pytest.approx([0.065179, 0.069641, 0.065179], abs=1e-6)
    assert people @ access == pytest.approx(20)


def test_catchments_by_zones():
    """One clinic of 30; villages at 8, 25, 15 and 40 minutes; weights 1, 0.68, 0.22 by tens of minutes."""
    people = np.array([1000.0, 2000, 1000, 500])
    weight = np.array([[1.0], [0.68], [0.22], [0.0]])
    access = two_step(people, np.array([30.0]), weight)

    assert access * 1000 == pytest.approx([11.628, 7.907, 2.558, 0], abs=1e-3)
    assert people @ access == pytest.approx(30)


def test_a_complete_circle_is_rarer_than_each_of_its_parts():
    """Four blocks with their metres to a kindergarten (300), a primary (500) and a junior school (1000)."""
    people = np.array([900.0, 600, 500, 400])
    metres = {"kinder": [250, 320, 280, 299], "primary": [450, 480, 520, 500], "junior": [900, 990, 1010, 1000]}
    needs = [Need("kinder", "幼儿园", 300), Need("primary", "小学", 500), Need("junior", "初中", 1000)]
    told = circle(people, {k: np.array(v) for k, v in metres.items()}, needs)

    assert told.with_each == pytest.approx({"kinder": 0.75, "primary": 0.7917, "junior": 0.7917}, abs=1e-4)
    assert told.with_all == pytest.approx(0.5417, abs=1e-4)
    assert told.gaps == ((), ("kinder",), ("primary", "junior"), ())


def test_seats_bind_where_distance_does_not():
    time = np.array([[1, 9], [1, 1], [9, 9]])
    assert covered_with_capacity(np.array([50.0, 30, 20]), np.array([40.0, 100]), time, 5) == 70
    assert covered_with_capacity(np.array([50.0, 30, 20]), np.array([100.0, 100]), time, 5) == 80


numbers = st.lists(st.integers(0, 50), min_size=4, max_size=4)


@given(numbers, st.lists(st.integers(0, 50), min_size=3, max_size=3), st.integers(0, 10**6), st.integers(0, 20))
def test_what_people_get_is_what_is_supplied_and_seats_never_cover_more(people, supply, seed, limit):
    time = np.random.default_rng(seed).integers(0, 20, (4, 3))
    p, s = np.array(people, dtype=float), np.array(supply, dtype=float)
    weight = (time <= limit).astype(float)
    reached = (p @ weight) > 0

    assert p @ two_step(p, s, weight) == pytest.approx(s[reached].sum())
    plain = p[weight.any(axis=1)].sum()
    served = covered_with_capacity(p, s, time, limit)
    assert served <= plain + 1e-6
    assert served <= s.sum() + 1e-6


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), min_size=1, max_size=12))
@example([(5e-324, 1.0)])
def test_equity_is_the_mean_difference_and_the_worst_tenth_is_the_worst(rows):
    access, people = np.array(rows).T
    told = equity(access, people, 10.0)
    share, best = people / people.sum(), access / (access.max() or 1.0)
    mean = share @ best
    by_hand = (share[:, None] * share * np.abs(best[:, None] - best)).sum() / (2 * mean) if mean > 0 else 0.0

    assert told.gini == pytest.approx(by_hand, abs=1e-9)
    assert access.min() - 1e-9 <= told.worst_tenth <= told.mean + 1e-9
    assert told.below == pytest.approx(share[access < 10].sum())
