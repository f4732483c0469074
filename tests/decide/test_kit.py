"""Kits of several kinds: every choice tried on small questions, and what a place, money and a catchment allow."""

import itertools

import numpy as np
import pytest

from chengzai.decide import Kind, complete_most


def drawn(rng, blocks, places, least=0.0):
    return {
        name: Kind(rng.random(blocks) < 0.4, rng.random((blocks, places)) < 0.5, float(rng.uniform(0.5, 2.0)), least)
        for name in ("幼儿园", "菜市场")
    }


def by_force(people, kinds, budget, site):
    """Return most people completed over every set of facilities that the budget allows."""
    places = next(iter(kinds.values())).reach.shape[1]
    keys, best = [(j, k) for k in kinds for j in range(places)], 0.0
    before = np.all([kind.has for kind in kinds.values()], axis=0)
    for size in range(len(keys) + 1):
        for chosen in itertools.combinations(keys, size):
            if sum(kinds[k].cost for _, k in chosen) + site * len({j for j, _ in chosen}) > budget:
                continue
            has = [
                kind.has | kind.reach[:, [j for j, of in chosen if of == k]].any(axis=1) for k, kind in kinds.items()
            ]
            best = max(best, float(people[np.all(has, axis=0) & ~before].sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_small_questions_agree_with_trying_everything(seed):
    rng = np.random.default_rng(seed)
    people, kinds = rng.integers(0, 90, 7).astype(float), drawn(rng, 7, 4)
    budget, site = float(rng.uniform(1.0, 4.0)), float(rng.choice([0.0, 0.7]))

    told = complete_most(people, kinds, budget=budget, site=site)

    assert told.broken == ()
    assert told.people == pytest.approx(by_force(people, kinds, budget, site))
    assert told.gap == pytest.approx(0.0, abs=1e-9)


def test_two_kinds_at_one_place_share_its_cost():
    """One place serves everybody with both kinds for 1 + 1 + 1; two places would cost 4."""
    nobody, all_ = np.zeros(2, dtype=bool), np.ones((2, 2), dtype=bool)
    kinds = {"甲": Kind(nobody, all_, 1.0), "乙": Kind(nobody, all_, 1.0)}
    told = complete_most(np.array([5.0, 7.0]), kinds, budget=3.0, site=1.0)
    assert (told.people, told.cost, len({j for j, _ in told.build})) == (12.0, 3.0, 1)
    assert complete_most(np.array([5.0, 7.0]), kinds, budget=2.9, site=1.0).people == 0.0


def test_each_new_facility_has_its_own_catchment():
    """Ten people lack one; a least catchment of six lets one be built, not two; of eleven, none."""
    nobody, reach = np.zeros(2, dtype=bool), np.eye(2, dtype=bool)
    both = np.array([[True, True], [True, True]])
    people = np.array([5.0, 5.0])
    assert complete_most(people, {"甲": Kind(nobody, reach, 1.0, least=6.0)}).build == ()
    assert complete_most(people, {"甲": Kind(nobody, reach, 1.0, least=5.0)}).people == 10.0
    assert len(complete_most(people, {"甲": Kind(nobody, both, 1.0, least=6.0)}).build) == 1
    assert complete_most(people, {"甲": Kind(nobody, both, 1.0, least=11.0)}).build == ()
    assert complete_most(people, {"甲": Kind(nobody, reach, 1.0)}, most=1).people == 5.0
