"""Carrying capacity: worked examples, the exact frontier against brute force, packages against every subset."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.decide import (
    Board,
    Program,
    Project,
    Town,
    by_beds,
    by_housing,
    by_jobs,
    by_land,
    by_places,
    by_plant,
    by_water,
    capacity,
    chance,
    cost_of,
    coupling,
    frontier,
    load_class,
    matching,
    reach,
    relief,
    without_largest,
)

LONGYOU = [
    Board("school", 14.5, 1.2),
    Board("housing", 15.5, 6.0),
    Board("water", 16.0, 0.8),
    Board("beds", 17.0, 1.5),
    Board("land", 22.0, 3.0),
]


def test_each_board_by_hand():
    assert by_water(0.30, 150) == pytest.approx(20.0)
    assert by_land(2000, 100) == pytest.approx(20.0)
    assert by_plant(10, 0.0, 0.5) == pytest.approx(20)
    assert without_largest([6, 4], 0.7, 0.5) == pytest.approx(4 / 0.35)
    assert by_housing(700, 0.1, 35) == pytest.approx(18)
    assert by_places(0.9, 0.05) == pytest.approx(18)
    assert by_places(0.9, 0.0) == math.inf
    assert by_beds(1000, 5.0, 0.9, 10) == pytest.approx(11)
    assert by_jobs(9, 0.5) == 18


def test_the_short_board_and_what_it_lacks():
    told = capacity([*LONGYOU, Board("sewage", math.nan)], 18, 16)

    assert (told.bears, told.binding) == (14.5, ("school",))
    assert told.unknown == ("sewage",), "unknown, could bind"
    assert told.gaps == pytest.approx({"school": 3.5, "housing": 2.5, "water": 2.0, "beds": 1.0, "land": 0.0})
    bands = [(0.85, "不超载"), (1.0, "临界"), (math.inf, "超载")]
    assert [load_class(told.load[b], bands) for b in ("school", "water", "land")] == ["超载", "临界", "不超载"]
    assert matching(14.5, 1.0, 18) == pytest.approx(0.806, abs=1e-3)
    assert coupling(0.5, 0.5) == pytest.approx((1.0, math.sqrt(0.5)))


def test_the_cheapest_relief_by_hand():
    assert cost_of(LONGYOU, 18) == pytest.approx(22.3)
    for budget, people, price in ((1, 15.333, 0.8333), (5, 16.025, 0.125), (20, 17.7579, 0.10526)):
        assert reach(LONGYOU, 18, budget) == pytest.approx((people, price), abs=5e-4)
    assert reach(LONGYOU, 18, 100) == (18, 0.0)
    assert [s.boards[-1] for s in frontier(LONGYOU, 18)] == ["school", "housing", "water", "beds"]
    unknown = [*LONGYOU[:2], Board("water", 15.0)]
    assert reach(unknown, 18, 100)[0] == 15.0, "nobody knows what comes after"


boards = st.lists(st.tuples(st.integers(5, 20), st.integers(1, 9)), min_size=1, max_size=6)


@given(boards, st.floats(0, 60))
def test_the_frontier_is_what_a_linear_program_finds(rows, budget):
    known = [Board(str(n), float(bears), float(cost)) for n, (bears, cost) in enumerate(rows)]
    program = Program()
    people = program.variable(-1.0, 0.0, 18.0)
    relief_ = [program.variable() for _ in known]
    for board, more in zip(known, relief_, strict=True):
        program.row([(people, 1.0), (more, -1.0)], high=board.bears)
    program.row([(more, b.cost) for b, more in zip(known, relief_, strict=True)], high=budget)

    assert reach(known, 18.0, budget)[0] == pytest.approx(-program.solve().value, abs=1e-6)
    most, _ = reach(known, 18.0, budget)
    if most < 18:
        assert cost_of(known, most) == pytest.approx(budget, abs=1e-6)


def test_the_least_of_uncertain_boards_is_less_than_the_least_mean():
    same = [Board(str(n), 20.0, 1.0, 0.1) for n in range(4)]
    told = chance(same, 20.0, draws=20_000, seed=1)

    assert told.mean < 20
    assert told.reaches == pytest.approx(0.48**4, abs=0.02)
    assert sum(told.binds.values()) == pytest.approx(1.0)
    assert all(share == pytest.approx(0.25, abs=0.02) for share in told.binds.values())
    assert chance([Board("a", 20.0)], 20.0, draws=10, seed=1).reaches == 1.0


TOWNS = [
    Town("龙游", 18.0, 1.0, {"school": 14.5, "water": 16.0}, {"school": 1.0, "water": 1.0}),
    Town("江山", 20.0, 1.0, {"school": 19.0, "water": 15.0}, {"school": 1.0, "water": 1.0}),
]
PROJECTS = [
    Project("龙游小学", 3.0, 1, {("龙游", "school"): 2.0}),
    Project("龙游中学", 4.0, 1, {("龙游", "school"): 3.0, ("龙游", "water"): -0.5}),
    Project("引水工程", 6.0, 2, {("龙游", "water"): 2.0, ("江山", "water"): 4.0}),
    Project("江山水厂", 3.0, 1, {("江山", "water"): 2.5}),
    Project("迟到的", 1.0, 3, {("龙游", "school"): 9.0}),
]


def by_every_subset(towns, projects, budget):
    best = 0.0
    choices = [[None, *(y for y in range(len(budget)) if y + p.lead < len(budget))] for p in projects]
    for starts in itertools.product(*choices):
        spent = [
            sum(p.cost for p, s in zip(projects, starts, strict=True) if s is not None and s <= y)
            for y in range(len(budget))
        ]
        if any(s > sum(budget[: y + 1]) + 1e-9 for y, s in enumerate(spent)):
            continue
        built = [p for p, s in zip(projects, starts, strict=True) if s is not None]
        score = 0.0
        for t in towns:
            bears = min((t.supply[b] + sum(p.adds.get((t.id, b), 0) for p in built)) / t.need[b] for b in t.need)
            score += t.weight * min(1.0, bears / t.target)
        best = max(best, score)
    return best


@pytest.mark.parametrize("budget", [(0, 0, 0), (3, 3, 0), (6, 4, 3), (10, 10, 10)])
def test_a_package_is_the_best_of_all_subsets(budget):
    told = relief(TOWNS, PROJECTS, budget)

    assert told.score == pytest.approx(by_every_subset(TOWNS, PROJECTS, budget))
    assert told.broken == ()
    assert "迟到的" not in told.starts
    assert told.gap <= 1e-6


def test_a_package_that_runs_out_of_time_says_what_is_not_proven():
    rng = np.random.default_rng(4)
    towns = [Town(f"t{n}", 20.0, 1.0, {"a": 10.0, "b": 11.0}, {"a": 1.0, "b": 1.0}) for n in range(12)]
    projects = [
        Project(f"p{n}", float(rng.uniform(1, 3)), 1, {(f"t{n % 12}", "ab"[n % 2]): float(rng.uniform(1, 4))})
        for n in range(90)
    ]
    told = relief(towns, projects, (20.0, 10.0, 10.0), seconds=0.0)

    assert told.broken == ()
    assert told.gap > 0
    assert told.score >= sum(10.0 / 20.0 for _ in towns) - 1e-9, "no worse than building nothing"
    assert told.score <= relief(towns, projects, (20.0, 10.0, 10.0), seconds=20.0).score + 1e-9


def test_with_whole_projects_the_relaxed_price_is_not_the_true_one():
    told = relief(TOWNS, PROJECTS, (2, 0, 0), step=1.0)
    assert told.price != pytest.approx(told.relaxed_price, abs=1e-3)
    more = [relief(TOWNS, PROJECTS, (b, 0, 0)).score for b in range(0, 14, 2)]
    assert all(b >= a - 1e-9 for a, b in itertools.pairwise(more)), "more budget is never worse"


def test_demands_that_cannot_hold_together_are_named_and_only_those():
    program = Program()
    x, y = program.variable(high=10), program.variable(high=10)
    program.row([(x, 1.0), (y, 1.0)], high=5, demand="预算")
    program.row([(x, 1.0)], low=4, demand="学校")
    program.row([(y, 1.0)], low=3, demand="医院")
    program.row([(y, 1.0)], high=9, demand="用地")

    assert program.solve().status == "infeasible"
    assert program.conflict() == ("预算", "学校", "医院")
    assert np.isfinite(program.solve(without=frozenset({"学校"})).value)
