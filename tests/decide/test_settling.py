"""Ways of settling, a county's floor, and doubt: by hand, and against trying everything on small questions."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from chengzai.decide import (
    Doubt,
    Option,
    Phase,
    Relocation,
    Room,
    Site,
    Village,
    aims_of,
    check_moves,
    fairness,
    hedge_prices,
    hedged,
    money_holds,
    people_at,
    relocate,
    relocate_hedged,
    settle,
    settled_by,
    to_book,
    with_budget,
    without_place,
    withstands,
)
from chengzai.decide._anneal import anneal
from chengzai.decide._apart import split
from relocations import best_by_force

FLAT = Option("公寓", {"city": 0.01, "town": 0.008})
VOUCHER = Option("房票", {"city": 0.02}, built=False)
USUAL = {"city": {"公寓": 0.6, "房票": 0.4}, "town": {"公寓": 1.0}}


def one_village(**changes):
    sites = (Site("c", "city", "x", (Phase(100, 0.0),)), Site("t", "town", "x", (Phase(100, 0.0),)))
    village = Village("v", "x", 95, 30, 1.0)
    pairs = {("v", "c"): 1.0, ("v", "t"): 1.0}
    return replace(Relocation((village,), sites, pairs, {}, (9.0,), (1.0,)), **changes)


def test_what_households_want_makes_cost_places_and_homes():
    """Of 30 households 18 want flats and 12 vouchers: 57 of 95 persons need a place, 38 find a home elsewhere."""
    told = settle(one_village(), [FLAT, VOUCHER], USUAL, {})

    assert told.settled["v", "c"] == {"公寓": 18, "房票": 12}
    assert told.beds["v", "c"] == 57
    assert told.elsewhere["v", "c"] == 38
    assert told.cost["v", "c"] == pytest.approx(57 * 0.01 + 38 * 0.02)
    assert told.cost["v", "t"] == pytest.approx(95 * 0.008)
    moves = {"v": ("c", 0)}
    assert settled_by(told, moves) == {"公寓": 18, "房票": 12}
    assert to_book(told, relocate(told))["t", 0].beds == 95
    asked = settle(one_village(), [FLAT, VOUCHER], USUAL, {"v": {"房票": 1.0}})
    assert ("v", "t") not in asked.cost
    assert asked.beds["v", "c"] == 0


def test_households_are_whole_and_none_is_lost():
    rng = np.random.default_rng(3)
    for _ in range(200):
        wish = {"公寓": float(rng.random()), "房票": float(rng.random())}
        village = Village("v", "x", int(rng.integers(1, 300)), int(rng.integers(1, 90)), 1.0)
        told = settle(replace(one_village(), villages=(village,)), [FLAT, VOUCHER], {}, {"v": wish})
        counts, total = told.settled["v", "c"], sum(wish.values())
        assert sum(counts.values()) == village.households
        assert all(abs(counts.get(o, 0) - village.households * w / total) < 1 for o, w in wish.items())
        assert told.beds["v", "c"] + told.elsewhere["v", "c"] == village.persons


def wished(seed):
    """Return three villages of two counties whose households want flats and vouchers, with few homes and a floor."""
    rng = np.random.default_rng(seed)
    villages = tuple(
        Village(v, "x" if v != "c" else "y", int(rng.integers(10, 60)), 9, float(rng.integers(1, 6))) for v in "abc"
    )
    sites = (
        Site("s", "city", "x", (Phase(30, 0.1), Phase(40, 0.2, 1)), homes={"房票": int(rng.integers(3, 9))}),
        Site("t", "town", "x", (Phase(60, 0.1),)),
    )
    pairs = {(v, s): 1.0 for v in "abc" for s in "st"}
    rooms = (Room("城", frozenset({"s"}), (60.0, 90.0), (float(rng.integers(8, 30)), 30.0)),)
    question = Relocation(villages, sites, pairs, {}, (0.7, 0.6), (2.0, 1.0), rooms=rooms)
    wishes = {v: {"公寓": float(rng.uniform(0.2, 0.9)), "房票": 0.4} for v in "ab"}
    return settle(replace(question, floor={"y": 1.0} if seed % 2 else {}), [FLAT, VOUCHER], USUAL, wishes)


@pytest.mark.parametrize("seed", range(8))
def test_small_questions_with_ways_of_settling_agree_with_trying_everything(seed, monkeypatch):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 300_000)
    question = wished(seed)
    told, best = relocate(question, aims=("benefit", "cost")), best_by_force(question)

    assert told.broken == ()
    assert best is not None
    assert (-told.aims["benefit"], told.aims["cost"]) == pytest.approx(best, abs=1e-6)
    found = anneal(question, ("benefit", "cost"), start={}, prices=np.zeros(2))
    assert found is not None
    assert check_moves(question, *found) == ()
    assert aims_of(question, *found)["benefit"] <= told.aims["benefit"] + 1e-9


def test_annealing_with_ways_of_settling_and_floors_comes_near_the_best(monkeypatch):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 300_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 5_000)
    rng = np.random.default_rng(7)
    villages = tuple(
        Village(f"v{n}", "xy"[n % 2], int(rng.integers(10, 60)), int(rng.integers(4, 20)), float(rng.integers(1, 6)))
        for n in range(14)
    )
    sites = (
        Site("s", "city", "x", (Phase(70, 0.3), Phase(70, 0.3, 1)), homes={"房票": 18}),
        Site("t", "town", "x", (Phase(90, 0.3), Phase(50, 0.3))),
    )
    pairs = {(v.id, s.id): 1.0 for v in villages for s in sites}
    rooms = (Room("城", frozenset({"s"}), (300.0, 400.0), (60.0, 90.0)),)
    question = Relocation(villages, sites, pairs, {}, (2.2, 2.2), (1.0, 0.9), rooms=rooms)
    question = settle(question, [FLAT, VOUCHER], USUAL, {})
    free = relocate(question, aims=("benefit",), gap=0.005, seconds=5.0)
    moved = {county: told["persons"] for county, told in fairness(question, free).items()}
    least = min(moved, key=moved.get)
    floored = replace(question, floor={least: moved[least] + 0.1})
    exact = relocate(floored, aims=("benefit",), gap=0.005, seconds=5.0)
    found = anneal(floored, ("benefit",), start={}, prices=np.zeros(2))

    assert exact.broken == ()
    assert fairness(floored, exact)[least]["persons"] >= moved[least] + 0.1
    assert exact.aims["benefit"] < free.aims["benefit"]
    assert found is not None
    assert check_moves(floored, *found) == ()
    assert aims_of(floored, *found)["benefit"] >= 0.9 * exact.aims["benefit"]


def test_a_floor_moves_people_of_a_county_that_would_stay_and_names_itself_where_it_cannot():
    """One dear village of y against two cheap ones of x: without a floor y stays."""
    villages = (Village("a", "x", 50, 9, 5.0), Village("b", "x", 50, 9, 5.0), Village("c", "y", 50, 9, 1.0))
    sites = (Site("s", "town", "x", (Phase(200, 0.0),)),)
    cost = {("a", "s"): 1.0, ("b", "s"): 1.0, ("c", "s"): 1.5}
    question = Relocation(villages, sites, cost, {}, (2.0,), (1.0,))
    floored = replace(question, floor={"y": 0.5})

    assert set(relocate(question).moves) == {"a", "b"}
    assert "c" in relocate(floored).moves
    assert any("y搬出的人不到" in b for b in check_moves(floored, {"a": ("s", 0)}, {("s", 0): 0}))
    poor = relocate(replace(floored, budget=(1.0,)))
    assert "y搬出的人不少于50%" in poor.conflict
    assert len(split(replace(question, cost={("a", "s"): 1.0}, floor={"x": 0.1}))) == 2  # a and b of one floor, c alone


def some_villages(rng, count=6):
    villages = tuple(
        Village(f"v{n}", "x", int(rng.integers(10, 40)), 9, float(rng.integers(1, 6))) for n in range(count)
    )
    sites = (Site("s", "city", "x", (Phase(90, 0.05), Phase(60, 0.05, 1))),)
    cost = {(v.id, "s"): float(rng.uniform(0.2, 0.8)) for v in villages}
    elsewhere = {(v.id, "s"): int(v.persons * rng.uniform(0, 0.5)) for v in villages}
    beds = {(v.id, "s"): v.persons - elsewhere[v.id, "s"] for v in villages}
    return Relocation(villages, sites, cost, {}, (1.0, 0.6), (2.0, 1.0), beds=beds, elsewhere=elsewhere)


def holds_in_every_case(q, doubt, moves, opened, count):
    """Return whether the budget holds whichever villages come dear: every subset tried."""
    for dear in itertools.combinations(moves, min(count, len(moves))):
        worse = replace(q, cost={k: c * (1 + doubt.cost * (k[0] in dear)) for k, c in q.cost.items()})
        if any("预算" in b for b in check_moves(worse, moves, opened)):
            return False
    return True


@pytest.mark.parametrize("seed", range(6))
def test_a_hedged_answer_holds_in_every_case_and_costs_something(seed):
    rng = np.random.default_rng(seed)
    question, doubt = some_villages(rng), Doubt(0.3, 0.5)
    plain = relocate(question, aims=("benefit",))
    for count in (1, 2, 4, 9):
        for price in hedge_prices(question, doubt):
            safe = relocate(hedged(question, doubt, count, price), aims=("benefit",))

            assert check_moves(question, safe.moves, safe.opened) == ()
            assert holds_in_every_case(question, doubt, safe.moves, safe.opened, count)
            assert without_place(question, doubt, safe.moves, safe.opened) == {}
        safe = relocate_hedged(question, doubt, count)

        assert safe.broken == ()
        assert holds_in_every_case(question, doubt, safe.moves, safe.opened, count)
        assert 0 < safe.aims["benefit"] <= plain.aims["benefit"] + 1e-9
        richer = relocate_hedged(with_budget(question, 1.2), doubt, count, starts=[safe.moves])
        assert richer.aims["benefit"] >= safe.aims["benefit"] - 1e-9


def test_dear_villages_that_may_stay_do_not_make_a_hedge_impossible():
    """Four villages that must move at 1 each, eight at 10 that need not, half dearer at most, and money for five."""
    must = tuple(Village(f"m{n}", "x", 10, 3, 1.0, must=True) for n in range(4))
    free = tuple(Village(f"f{n}", "x", 10, 3, 1.0) for n in range(8))
    cost = {(v.id, "s"): 1.0 if v.must else 10.0 for v in (*must, *free)}
    site = Site("s", "town", "x", (Phase(999, 0.0),))
    question = Relocation((*must, *free), (site,), cost, {}, (5.0,), (1.0,))

    assert set(relocate_hedged(question, Doubt(0.5), 1).moves) == {v.id for v in must}
    chosen = replace(question, villages=(*(replace(v, must=False) for v in must), *free), count=4, budget=(4.5,))
    assert len(relocate_hedged(chosen, Doubt(0.5), 1).moves) == 4


def test_hedging_against_more_villages_than_can_be_paid_still_pays_for_some():
    """Thirty villages at 1 each, a fifth dearer at most, and money for five: four hold whatever happens."""
    villages = tuple(Village(f"v{n}", "x", 10, 3, 1.0) for n in range(30))
    site = Site("s", "town", "x", (Phase(999, 0.0),))
    question = Relocation(villages, (site,), {(v.id, "s"): 1.0 for v in villages}, {}, (5.0,), (1.0,))
    for count in (4, 20, 30, 300):
        assert len(relocate_hedged(question, Doubt(0.2), count).moves) == 4
    assert len(relocate_hedged(question, Doubt(0.2), 1).moves) == 4
    assert len(relocate_hedged(replace(question, budget=(5.2,)), Doubt(0.2), 1).moves) == 5


@pytest.mark.parametrize("seed", range(6))
def test_how_many_may_come_dear_at_once(seed):
    question, doubt = some_villages(np.random.default_rng(seed)), Doubt(0.3, 0.5)
    told = relocate(question, aims=("benefit",))
    many = withstands(question, doubt, told.moves, told.opened)

    assert holds_in_every_case(question, doubt, told.moves, told.opened, many)
    assert many == len(told.moves) or not holds_in_every_case(question, doubt, told.moves, told.opened, many + 1)
    chance = money_holds(question, doubt, told.moves, told.opened, draws=2000, seed=1)
    assert chance == 1.0 if many == len(told.moves) else 0.0 <= chance < 1.0
    everybody = replace(question, beds={(v.id, "s"): v.persons for v in question.villages})
    if not without_place(question, Doubt(0.0, 1.0), told.moves, told.opened):
        assert not any("住进" in b for b in check_moves(everybody, told.moves, told.opened))


@pytest.mark.parametrize("seed", range(6))
def test_sites_that_shall_grow_to_a_size_agree_with_trying_everything(seed, monkeypatch):
    """Some already live at a site; how many sites reach the size counts whoever moves there in any year."""
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 300_000)
    rng = np.random.default_rng(200 + seed)
    villages = tuple(Village(v, "x", int(rng.integers(10, 40)), 9, float(rng.integers(1, 6))) for v in "abc")
    sites = (
        Site("s", "city", "x", (Phase(60, 0.1), Phase(40, 0.2, 1)), residents=20),
        Site("t", "town", "x", (Phase(60, 0.1),), residents=int(rng.integers(0, 30))),
    )
    cost = {(v, s): float(rng.uniform(0.2, 0.6)) for v in "abc" for s in "st"}
    question = Relocation(villages, sites, cost, {}, (0.9, 0.7), (2.0, 1.0), centres={45: 1 + seed % 2})
    told, best = relocate(question, aims=("benefit", "cost")), best_by_force(question)

    assert (told.moves == {}) is (best is None)
    found = anneal(question, ("benefit", "cost"), start=told.moves, prices=np.zeros(2))
    if best is None:
        assert any("个点达到45人" in demand for demand in told.conflict) or told.conflict
        assert found is None
        return
    assert told.broken == ()
    assert (-told.aims["benefit"], told.aims["cost"]) == pytest.approx(best, abs=1e-6)
    assert found is not None
    assert aims_of(question, *found)["benefit"] == pytest.approx(told.aims["benefit"])
    assert sum(n >= 45 for n in people_at(question, told.moves, 2).values()) >= question.centres[45]
