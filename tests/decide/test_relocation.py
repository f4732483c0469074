"""Relocation: an example solved by hand, brute force on small questions, and every rule checked on its own."""

import itertools
import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from chengzai.decide import (
    Item,
    Phase,
    Relocation,
    Room,
    Site,
    Village,
    _anneal,
    _anneal_kernel,
    afford,
    aims_of,
    check_moves,
    fairness,
    relocate,
    shares_of,
    to_book,
    why_not,
    with_budget,
    worth,
)
from chengzai.decide._anneal import anneal
from chengzai.decide._apart import Prices, prove_apart, split
from relocations import best_by_force

PERSONS = {"A": (120, 5), "B": (60, 2), "C": (80, 4), "D": (40, 1)}
COST = {"A": (1.2, 1.0), "B": (0.9, 0.5), "C": (0.9, 0.8), "D": (0.6, 0.3)}


def four_villages(**changes):
    """Return four villages, two sites that grow, and a budget of 1.5 a year that is carried over."""
    villages = tuple(Village(v, "c", n, n // 3, float(r)) for v, (n, r) in PERSONS.items())
    sites = (
        Site("S1", "city", "c", (Phase(100, 0.0), Phase(100, 0.0, 1))),
        Site("S2", "town", "c", (Phase(60, 0.0), Phase(20, 0.0, 1))),
    )
    cost = {(v, s): COST[v][n] for v in COST for n, s in enumerate(("S1", "S2"))}
    question = Relocation(villages, sites, cost, {}, (1.5, 1.5), (2.0, 1.0), consent=0.95)
    return replace(question, **changes)


def test_four_villages_by_hand():
    told = relocate(four_villages(), aims=("benefit", "cost"))

    assert told.aims["benefit"] == 1480
    assert told.aims["cost"] == pytest.approx(2.6)
    assert told.moves == {"C": ("S1", 0), "B": ("S2", 0), "A": ("S1", 1)}
    assert told.broken == ()
    assert told.gap == 0
    assert shares_of(four_villages(), told)["city"][0] == pytest.approx(0.769, abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_small_questions_agree_with_trying_everything(seed):
    rng = np.random.default_rng(seed)
    names = ["a", "b", "c"]
    villages = tuple(
        Village(
            v, "c", int(rng.integers(10, 60)), 5, float(rng.integers(1, 6)), consent=float(rng.choice([0.9, 1.0])),
            last=int(rng.integers(0, 2)) if rng.random() < 0.4 else None,
            together="kin" if seed % 2 and v != "c" else "",
            beside=("a", "b") if v == "c" else (), pupils={"小学": int(rng.integers(0, 9))},
        )
        for v in names
    )  # fmt: skip
    sites = (
        Site("s", "city", "c", (Phase(50, 0.2), Phase(60, 0.5, 1)), {"小学": 9}),
        Site("t", "town", "c", (Phase(40, 0.1),), jobs=100),
    )
    cost = {(v, s): float(rng.uniform(0.2, 1.0)) for v in names for s in ("s", "t")}
    least = {"city": 0.6} if seed % 3 else {}
    question = Relocation(villages, sites, cost, {}, (1.0, 0.8), (2.0, 1.0), consent=0.95, least=least)
    told, best = relocate(question, aims=("benefit", "cost")), best_by_force(question)

    assert told.broken == ()
    assert (-told.aims["benefit"], told.aims["cost"]) == pytest.approx(best, abs=1e-6)


def test_why_a_village_stays_is_said():
    question = four_villages()
    told = relocate(question, aims=("benefit", "cost"))
    forced = why_not(question, told, "D")

    assert forced.reason == "others_first"
    assert forced.loses > 0
    assert forced.instead
    assert why_not(question, told, "A").reason == "moves"
    against = four_villages(villages=(*question.villages[:3], replace(question.villages[3], consent=0.5)))
    assert why_not(against, relocate(against), "D").reason == "consent"
    nowhere = four_villages(cost={k: c for k, c in question.cost.items() if k[0] != "D"})
    assert why_not(nowhere, relocate(nowhere), "D").reason == "no_site"


def test_demands_that_cannot_be_met_are_named():
    must = tuple(replace(v, must=True, last=0) for v in four_villages().villages)
    told = relocate(four_villages(villages=must))

    assert told.moves == {}
    assert "第1年止的累计预算" in told.conflict or any("容量" in c for c in told.conflict)
    assert any("必须搬迁" in c for c in told.conflict)


def test_more_budget_is_never_worse_and_the_aims_stay_in_order():
    values = [
        relocate(with_budget(four_villages(), f), aims=("benefit",)).aims["benefit"] for f in (0.4, 0.7, 1, 1.1, 2)
    ]
    assert all(b >= a for a, b in itertools.pairwise(values))
    question = four_villages(guidance={"city": 0.7, "town": 0.2, "village": 0.1})
    plain, guided = relocate(question, aims=("benefit", "cost")), relocate(question)
    assert guided.aims["benefit"] == plain.aims["benefit"]
    assert guided.aims["cost"] == pytest.approx(plain.aims["cost"])
    assert guided.aims["guidance"] <= plain.aims["guidance"] + 1e-6


def test_an_answer_that_breaks_a_rule_is_found_out():
    question = four_villages()
    told = relocate(question, aims=("benefit", "cost"))
    for moves in ({**told.moves, "D": ("S1", 0)}, {"A": ("S2", 0)}, {"A": ("S1", 5)}):
        assert check_moves(question, moves, told.opened)
    with_kin = replace(question, villages=tuple(replace(v, together="一族") for v in question.villages[:2]))
    assert "一族没有安置在一处" in check_moves(with_kin, {"A": ("S1", 1), "B": ("S2", 0)}, told.opened)


def test_fairness_and_what_to_have_ready():
    question = four_villages()
    told = relocate(question, aims=("benefit", "cost"))
    assert fairness(question, told)["c"]["persons"] == pytest.approx(260 / 300)
    assert to_book(question, told)["S1", 1].persons == 120
    assert math.isnan(fairness(question, replace(told, moves={}))["c"]["each"])


def item(name, *factors):
    return Item(name, tuple((str(n), Decimal(str(f))) for n, f in enumerate(factors)), "示例价目")


def test_a_household_s_statement_by_hand():
    """Made-up prices: brick house 180 m², footprint 110 m², three members with an entitlement."""
    lines = [
        item("房子价值", 180, 900, "0.90"),
        item("宅基地价值", 110, 600),
        item("宅基地资格权价值", 3, 20, 800),
        item("搬迁奖励", 3, 15_000),
        item("购房奖励", 3, 20, 1000),
    ]
    assert [i.amount for i in lines] == [145_800, 66_000, 48_000, 45_000, 60_000]
    assert worth(lines) == 364_800
    told = afford(Decimal(90 * 5200), worth(lines), rate=Decimal("0.0285"), years=20, income=Decimal(8000))
    assert (told.gap, told.monthly) == (103_200, Decimal("564.63"))
    assert float(told.of_income) == pytest.approx(0.0706, abs=1e-4)
    assert afford(Decimal(1), Decimal(2), rate=Decimal("0.03"), years=20, income=Decimal(1)).monthly == 0
    with pytest.raises(ValueError, match="no rule"):
        worth([Item("房子价值", (), "")])


@pytest.mark.parametrize("seed", range(8))
def test_annealing_keeps_every_rule_and_comes_near_the_best(seed, monkeypatch):
    """Small questions with kin, neighbours, seats, deadlines and a town that bears only so many.

    Kin move in one year when annealed, in any years in truth: then only the rules are compared.
    """
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 300_000)
    rng = np.random.default_rng(100 + seed)
    names = ["a", "b", "c"]
    villages = tuple(
        Village(
            v, "c", int(rng.integers(10, 60)), 5, float(rng.integers(1, 6)),
            last=int(rng.integers(0, 2)) if rng.random() < 0.4 else None,
            together="kin" if seed % 2 and v != "c" else "",
            beside=("a", "b") if v == "c" else (), pupils={"小学": int(rng.integers(0, 9))},
        )
        for v in names
    )  # fmt: skip
    sites = (
        Site("s", "city", "c", (Phase(50, 0.2), Phase(60, 0.5, 1)), {"小学": 12}),
        Site("t", "town", "c", (Phase(70, 0.1),), jobs=100),
    )
    cost = {(v, s): float(rng.uniform(0.2, 0.8)) for v in names for s in ("s", "t")}
    rooms = (Room("城", frozenset({"s"}), (45.0, 80.0)),)
    least = {"town": 0.5} if seed % 4 > 1 else {}
    question = Relocation(villages, sites, cost, {}, (1.0, 0.9), (2.0, 1.0), rooms=rooms, least=least)
    found = anneal(question, ("benefit", "cost"), start={}, prices=np.zeros(2))
    exact = relocate(question, aims=("benefit", "cost"))

    assert found is not None
    assert check_moves(question, *found) == ()
    told = aims_of(question, *found)
    assert told["benefit"] <= exact.aims["benefit"] + 1e-9
    if seed % 2 == 0 and not least:  # among three villages a share is all or nothing, and no single step leads there
        assert told["benefit"] >= 0.99 * exact.aims["benefit"]


@pytest.mark.parametrize("aims", [("benefit",), ("benefit", "cost", "burden")])
@pytest.mark.parametrize("seed", range(4))
def test_telling_hopeless_tries_loses_none_that_would_be_taken(seed, aims, monkeypatch):
    """Every try is worked out in full: none of those told hopeless is taken. Sums are exact, so that nothing drifts."""
    names = ("_proposed", "_may", "_is_hopeless", "_fits", "_needed", "_tied", "_shift", "_reopen", "_within", "_below",
             "_look_round", "_afford", "_off")  # fmt: skip
    for name in names:  # in plain Python all draw from one generator
        monkeypatch.setattr(_anneal_kernel, name, getattr(_anneal_kernel, name).py_func)
    monkeypatch.setattr(_anneal, "_LEAST", 4000)
    monkeypatch.setattr(_anneal, "_STEPS", 0)
    monkeypatch.setattr(_anneal, "_HEATS", np.array([1.0, 0.1]))  # much is taken
    rng = np.random.default_rng(300 + seed)
    villages = tuple(
        Village(f"v{n}", "xy"[n % 2], int(rng.integers(10, 60)), 5, float(rng.integers(1, 6)), must=n == 0,
                together="kin" if n in {1, 2} else "", beside=("v1", "v3") if n == 4 else (),
                pupils={"小学": int(rng.integers(0, 9))})
        for n in range(9)
    )  # fmt: skip
    sites = (
        Site("s", "city", "x", (Phase(60, 0.25), Phase(60, 0.5, 1)), {"小学": 12}, residents=30),
        Site("t", "town", "x", (Phase(80, 0.125), Phase(40, 0.25))),
    )
    cost = {(v.id, s.id): int(rng.integers(4, 40)) / 64 for v in villages for s in sites}
    minutes = {pair: float(rng.integers(1, 60)) for pair in cost}
    rooms = (Room("城", frozenset({"s"}), (70.0, 110.0)),)
    question = Relocation(villages, sites, cost, minutes, (1.0, 1.0), (1.0, 0.5), rooms=rooms, floor={"y": 0.25},
                          centres={60: 1} if seed % 2 else {})  # fmt: skip
    told, taken, last = [], [], []
    hopeless, tied = _anneal_kernel._is_hopeless, _anneal_kernel._tied

    def worked_out_all_the_same(*arguments):
        last[:] = [hopeless(*arguments)]
        told.extend(last)
        return False

    def accepted(*arguments):  # a state that is taken counts anew what ties its sites
        taken.extend(last)
        return tied(*arguments)

    def search(*arguments):  # what it begins with was no try
        last.clear()
        _anneal_kernel.search.py_func(*arguments)

    monkeypatch.setattr(_anneal, "search", search)
    monkeypatch.setattr(_anneal_kernel, "_is_hopeless", worked_out_all_the_same)
    monkeypatch.setattr(_anneal_kernel, "_tied", accepted)
    anneal(question, aims, start={}, prices=np.array([8.0, 16.0]), seed=seed)

    assert sum(told) > 0.2 * len(told)
    assert len(taken) > 50
    assert not any(taken)


def test_a_large_question_is_annealed_proven_and_keeps_every_rule(monkeypatch):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 300_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 5_000)
    rng = np.random.default_rng(5)
    villages = tuple(
        Village(f"v{n}", "c", int(rng.integers(20, 90)), 9, float(rng.integers(1, 6)), must=n == 7) for n in range(90)
    )
    sites = tuple(
        Site(f"s{n}", "city" if n < 3 else "village", "c", (Phase(240, 0.3), Phase(240, 0.3, 1))) for n in range(8)
    )
    cost = {(v.id, s.id): float(v.persons * rng.uniform(0.004, 0.009)) for v in villages for s in sites}
    question = Relocation(villages, sites, cost, {}, (6.0, 6.0, 6.0), (1.0, 0.9, 0.8), {"city": 0.7, "village": 0.3})
    told = relocate(question, gap=0.03, seconds=20.0)

    assert len(question.allowed()) > 1500
    assert told.broken == ()
    assert "v7" in told.moves
    assert told.gap <= 0.03 + 1e-9
    town = relocate(replace(question, least={"city": 0.55}), gap=0.05, seconds=20.0)
    assert town.broken == ()
    assert town.gap <= 0.05 + 1e-9
    assert shares_of(question, town)["city"][0] >= 0.55 > shares_of(question, told)["city"][0]
    half = relocate(with_budget(question, 0.5), gap=0.2, seconds=20.0)
    assert half.aims["benefit"] < told.aims["benefit"]


def two_counties(rng, count):
    """Return six villages of two counties that share nothing but the money of two years, and who goes to town."""
    villages = tuple(
        Village(f"{county}{n}", county, int(rng.integers(10, 60)), 5, float(rng.integers(1, 6)))
        for county in "ab"
        for n in range(3)
    )
    kinds = {"a": "town", "b": "village"}
    sites = tuple(Site(f"s{c}", kind, c, (Phase(60, 0.2), Phase(50, 0.3, 1))) for c, kind in kinds.items())
    cost = {(v.id, f"s{v.county}"): float(rng.uniform(0.2, 1.0)) for v in villages}
    return Relocation(villages, sites, cost, {}, (1.2, 1.0), (2.0, 1.0), count=count, least={"town": 0.55})


@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize("seed", range(4))
def test_counties_proven_apart_bound_the_whole(seed, count):
    """At any prices the parts' bounds are no worse than the best of the whole; a better answer keeps every rule."""
    rng = np.random.default_rng(seed)
    question = two_counties(rng, count)
    exact = relocate(question, aims=("benefit",))
    start = relocate(question, aims=("cost",))
    parts = split(question)
    for prices in (Prices(rng.uniform(0, 60, 2), 0.0), Prices(np.zeros(2), 20.0 if count else 0.0, {"town": 0.7})):
        found, bound = prove_apart(
            question, parts, prices, (start.moves, start.opened), "benefit", gap=0.0, seconds=4.0
        )
        benefit = aims_of(question, *found)["benefit"]

        assert len(parts) == 2
        assert check_moves(question, *found) == ()
        assert start.aims["benefit"] <= benefit <= exact.aims["benefit"] + 1e-9
        assert -bound >= exact.aims["benefit"] - 1e-6


def test_what_binds_villages_together_joins_their_parts():
    question = two_counties(np.random.default_rng(0), 0)
    kin = tuple(replace(v, together="kin" if v.id in {"a0", "b0"} else "") for v in question.villages)
    beside = tuple(replace(v, beside=("b0",) if v.id == "a0" else ()) for v in question.villages)

    assert len(split(replace(question, villages=kin))) == 1
    assert len(split(replace(question, villages=beside))) == 1
    assert len(split(replace(question, rooms=(Room("城", frozenset({"sa", "sb"}), (9.0, 9.0)),)))) == 1
    assert {v.id for v in split(question)[0].villages} == {"a0", "a1", "a2"}


def test_a_later_phase_opens_no_sooner_than_the_one_before():
    """Opening the cheap second phase alone would do, but phases open in their order."""
    question = four_villages(
        sites=(Site("S1", "city", "c", (Phase(100, 1.0), Phase(100, 0.0))),), cost={("C", "S1"): 0.4}
    )
    told = relocate(question, aims=("benefit",))

    assert told.opened["S1", 0] <= told.opened.get(("S1", 1), 9)
    assert any("前一期" in b for b in check_moves(question, {"C": ("S1", 0)}, {("S1", 0): 1, ("S1", 1): 0}))
