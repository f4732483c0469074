"""Projection and demand: worked examples with answers, and what must hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.people import (
    Rates,
    at_cut_off,
    bands,
    by_ratio,
    exposed,
    in_need,
    months_counted,
    older_than,
    project,
    rake,
    seats,
    step,
    urban_change,
)

SURVIVAL = np.array([0.995, 0.993, 0.985, 0.95, 0.55, 0.10])


def one_region(**changes):
    """Return the rates of one region of women alone, in groups of fifteen years."""
    survival = np.zeros((1, 2, 6))
    survival[0, 0] = SURVIVAL
    fertility = np.array([[0, 0.40, 0.25, 0, 0, 0]])
    return Rates(survival, fertility, np.array([0.996, 0.996]), 0.0, np.zeros((1, 1, 6)), **changes)


def test_a_projection_by_hand():
    """Preston, Heuveline & Guillot, fifteen-year groups of women in thousands."""
    people = np.zeros((1, 2, 6))
    people[0, 0] = [30, 32, 36, 40, 36, 16]
    migrants = np.zeros((1, 2, 6))
    migrants[0, 0, :3] = [0.5, 2.0, 0.5]
    now, births = step(people, one_region(), migrants)

    assert births[0] == pytest.approx(20.842)
    assert now[0, 0] == pytest.approx([21.2586, 31.85, 32.276, 35.46, 38.0, 21.4], abs=1e-4)
    assert now.sum() == pytest.approx(180.2446, abs=1e-4)
    assert now[0, 0, 4:].sum() / now.sum() == pytest.approx(0.32955, abs=1e-5)


@given(st.integers(0, 10**6), st.floats(0, 0.5))
def test_moves_between_regions_make_and_lose_nobody(seed, rate):
    rng = np.random.default_rng(seed)
    people = rng.uniform(0, 100, (2, 2, 10))
    still = Rates(
        rng.uniform(0.5, 1, (2, 2, 10)),
        rng.uniform(0, 0.1, (2, 10)),
        np.array([0.99, 0.98]),
        1.08,
        np.zeros((2, 2, 10)),
    )
    moves = np.zeros((2, 2, 10))
    moves[1, 0] = rate
    moving = Rates(still.survival, still.fertility, still.born, still.boys, moves)
    (here, births), (there, births_too) = step(people, still), step(people, moving)

    assert there.sum() == pytest.approx(here.sum())
    assert births == pytest.approx(births_too)
    assert there[0].sum() >= here[0].sum() - 1e-9
    assert there[1] == pytest.approx(here[1] * (1 - rate))


@given(st.integers(0, 10**6))
def test_nobody_is_lost_but_by_death(seed):
    rng = np.random.default_rng(seed)
    people = rng.uniform(0, 100, (1, 2, 8))
    nobody_dies = Rates(np.ones((1, 2, 8)), rng.uniform(0, 0.3, (1, 8)), np.ones(2), 1.05, np.zeros((1, 1, 8)))
    told = project(people, lambda _: nobody_dies, 5)

    assert told.people[-1].sum() == pytest.approx(people.sum() + told.births.sum())


def test_half_of_the_migrants_live_through_the_step():
    assert exposed(np.array([10.0, 0, 0]), np.array([0.8, 0.5, 0.5])).tolist() == [0, 9, 0]


def test_bands_widen_with_what_is_uncertain_and_hold_the_middle():
    def path(spread):
        return lambda rng: 100 * (1 + rng.normal(0, spread)) * np.ones(3)

    narrow, wide = (bands(path(s), 400, 1, (0.1, 0.5, 0.9)) for s in (0.01, 0.05))
    assert (wide[2] - wide[0] > narrow[2] - narrow[0]).all()
    assert wide[1] == pytest.approx(np.full(3, 100), abs=1)


def test_a_small_place_ages_as_it_did_before_and_is_raked_to_its_county():
    told = by_ratio(np.array([10.0, 20, 30]), np.array([8.0, 9, 16]))
    assert np.isnan(told[0])
    assert told[1:] == pytest.approx([8 * 0.9, 9 * 0.8])
    raked = rake(np.array([[1.0, 2], [3, 4]]), np.array([10.0, 20]), np.array([12.0, 18]))
    assert raked.sum(axis=1) == pytest.approx([10, 20])
    assert raked.sum(axis=0) == pytest.approx([12, 18])
    assert raked[0, 0] * raked[1, 1] / (raked[0, 1] * raked[1, 0]) == pytest.approx(4 / 6), "its odds are kept"
    with pytest.raises(ValueError, match="do not agree"):
        rake(np.ones((2, 2)), np.array([1.0, 1]), np.array([1.0, 2]))


def test_the_city_s_way_to_70_per_cent_in_its_parts():
    parts = {"natural": (-0.5, -3.0), "external": (3.0, 3.0), "relocation": (18.0, 0.0), "boundary": (2.0, 0.0)}
    told = urban_change((138.0, 230.0), parts)

    assert [round(v * 100, 4) for v in told.values()] == [0.5652, 0.5217, 7.8261, 0.8696]
    assert 60 + sum(told.values()) * 100 == pytest.approx(69.783, abs=1e-3)


counties = st.lists(
    st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6
)


COUNTY = st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(0, 1), st.floats(0, 1))


def test_august_children_enter_a_year_before_september_s():
    ages = np.zeros(20)
    ages[5] = 1200.0  # five on 1 January: those born up to August turn six by the cut-off
    assert at_cut_off(ages, 8)[6] == pytest.approx(800)
    assert at_cut_off(ages, 8)[5] == pytest.approx(400)
    stages = {"kindergarten": (3, 5), "primary": (6, 11), "junior": (12, 14)}
    assert seats(ages, stages, dict.fromkeys(stages, 1.0), 8) == pytest.approx(
        {"kindergarten": 400, "primary": 800, "junior": 0}
    )
    assert at_cut_off(ages, 8).sum() == pytest.approx(ages.sum())


def test_elders_care_and_months():
    ages = np.ones(100)
    assert (older_than(ages, 60), older_than(ages, 80)) == (40, 20)
    assert in_need(ages, np.where(np.arange(100) >= 80, 0.3, 0.0)) == pytest.approx(6)
    assert months_counted([]) == 0
    assert months_counted([(0, 24), (18, 40), (50, 60)]) == 50
