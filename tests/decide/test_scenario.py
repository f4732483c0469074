"""Scenarios on a region small enough to work out by hand: who moves, boards, circles, and what never gets worse."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengzai.decide import (
    Ages,
    Amenity,
    Block,
    Build,
    Choice,
    CircleRule,
    CoreTown,
    Phase,
    Region,
    Relocation,
    Roads,
    Site,
    TownBoard,
    Village,
    decide,
    kept_for,
    question_of,
    ranges,
    seated,
    unfold,
)
from chengzai.people import Rates
from chengzai.space import Line, Need, Travel, build

MINUTE = 60_000
STEP = 0.01  # degrees between the places of the only street


def street(places=8, kmh=6.0):
    """Return one street, a place every hundredth of a degree on the equator: 1,113 m, or 11.13 minutes at 6 km/h."""
    where = {n: (n * STEP, 0.0) for n in range(places)}
    lines = [Line([n, n + 1], "road") for n in range(places - 1)]
    return build(lines, where, Travel("walk", {"road": kmh}))


def region(**changes):
    """A town of 300 at the west end, two villages of 100 and 60 to the east, a site in town and one outside."""
    blocks = (
        Block("t", "城", "c", "城", urban=True, lon=0.0, lat=0.0, persons=300),
        Block("v1", "甲", "c", "", urban=False, lon=3 * STEP, lat=0.0, persons=100),
        Block("v2", "乙", "c", "", urban=False, lon=6 * STEP, lat=0.0, persons=60),
    )
    boards = (
        TownBoard("水", bears=0.0400, cost=2.0),
        TownBoard("住房", bears=0.0310, cost=5.0, housing=True),
        TownBoard("污水"),
    )
    asked = Relocation(
        villages=(Village("甲村", "c", 80, 25, 2.0), Village("乙村", "c", 50, 15, 1.0)),
        sites=(
            Site("城安置点", "city", "c", (Phase(90, 0.5), Phase(90, 0.5, 1))),
            Site("乡安置点", "village", "c", (Phase(200, 0.1),)),
        ),
        cost={("甲村", "城安置点"): 1.0, ("乙村", "城安置点"): 0.6, ("乙村", "乡安置点"): 0.4},
        minutes={},
        budget=(1.0, 1.0),
        weight=(1.0, 0.9),
    )
    told = Region(
        blocks=blocks,
        amenities=(Amenity("小学", "一小", 0.0, 0.0, 500),),
        towns=(CoreTown("城", "c", 0.03, 0.05, boards),),
        circles=(CircleRule("school", "all", "walk", (Need("小学", "小学", 15 * MINUTE),), 0.9),),
        roads={"walk": Roads(street(), 1.0)},
        relocation=asked,
        from_block={"甲村": "v1", "乙村": "v2"},
        site_town={"城安置点": "城", "乡安置点": ""},
        site_at={"城安置点": (STEP, 0.0), "乡安置点": (5 * STEP, 0.0)},
        urban_kinds=frozenset({"city", "town"}),
        first_year=2027,
    )
    return replace(told, **changes)


def test_an_empty_choice_is_today_exactly():
    told = decide(region(), Choice())

    assert told.moves.moves == {}
    assert told.persons.tolist() == [300, 100, 60, 0, 0]
    assert len({repr(year) for year in told.towns}) == 1  # what is unknown equals nothing, but reads the same
    assert all(share == {"c": 300 / 460, "": 300 / 460} for share in told.urban)
    assert told.circles[0] == told.circles[-1]
    assert told.circles[0][0].with_all == 300 / 460
    assert [sum(s.values()) for s in told.spent] == [0, 0]


def test_a_whole_scenario_by_hand():
    """乙村 can only be paid to the site outside at first; 甲村 goes to town when two years' money is there."""
    told = decide(region(), Choice(budget=1.0))

    assert told.moves.moves == {"甲村": ("城安置点", 1), "乙村": ("乡安置点", 0)}
    assert told.moves.broken == ()
    assert [s["relocation"] for s in told.spent] == pytest.approx([0.5, 1.5])
    assert told.persons.tolist() == [300, 20, 10, 80, 50]
    assert told.people[-1] == {"c": 460.0, "": 460.0}
    town = told.towns[-1][0]
    assert town.persons == pytest.approx(0.038)
    assert town.moved_in == pytest.approx(0.008)
    assert {b.name: b.bears for b in town.boards if b.name != "污水"} == pytest.approx({"水": 0.04, "住房": 0.04})
    assert town.told.unknown == ("污水",)
    assert told.urban[-1][""] == pytest.approx(380 / 460)
    assert told.circles[-1][0].with_all == pytest.approx(380 / 460)  # the site is 11 minutes from school
    assert told.circles[-1][0].lacks.keys() == {"v1", "v2", "乡安置点"}


def test_nobody_moves_into_a_town_that_cannot_bear_them():
    short = region(towns=(CoreTown("城", "c", 0.03, 0.05, (TownBoard("水", bears=0.034, cost=2.0),)),))
    asked = question_of(short, Choice(budget=9.0))
    assert asked.rooms[0].persons == pytest.approx((40, 40))

    held = decide(short, Choice(budget=9.0))
    assert {site for site, _ in held.moves.moves.values()} == {"乡安置点"}
    free = decide(short, Choice(budget=9.0, within_boards=False))
    assert free.towns[-1][0].persons > free.towns[-1][0].told.bears  # allowed, and seen
    relieved = decide(short, Choice(budget=9.0, relief={"城": 0.02}))
    assert relieved.towns[-1][0].boards[0].bears == pytest.approx(0.034 + 0.01)
    assert relieved.spent[0]["relief"] == pytest.approx(0.02)
    assert relieved.moves.moves["甲村"][0] == "城安置点"


def test_school_places_bear_as_many_as_the_ages_allow():
    people = np.zeros((2, 2, 20))
    people[0, :, 6:12] = 10  # 120 of school age among 300 in town
    people[0, :, 15:18] = 30
    people[1, :, 6:12] = 5
    still = Rates(np.ones((2, 2, 20)), np.zeros((2, 20)), np.ones(2), 1.0, np.zeros((2, 2, 20)))
    ages = Ages(("c",), people, still, {"小学": (6, 11)}, {"小学": 1.0}, 8)
    told = region(ages=ages, towns=(CoreTown("城", "c", 0.03, 0.05, (TownBoard("小学", places=100, stage="小学"),)),))

    here = unfold(told, Choice()).towns[0][0].boards[0].bears
    assert here == pytest.approx(100 / told_share(people[0]) / 1e4)
    more = Choice(build=(Build(Amenity("小学", "二小", 0.0, 0.0, 50, "城"), 0, 1.0),))
    assert unfold(told, more).towns[0][0].boards[0].bears == pytest.approx(here)  # not built yet today
    grown, same = (unfold(told, c).towns[1][0].boards[0].bears for c in (more, Choice()))
    assert grown == pytest.approx(1.5 * same)


def told_share(people):
    """The share aged 6 to 11 on 31 August, births even over the year: a third of each age has not had its birthday."""
    ages = people.sum(axis=0)
    return (ages[6:12].sum() / 3 + ages[5:11].sum() * 2 / 3) / ages.sum()


@settings(max_examples=25)
@given(st.floats(0, 3), st.floats(0, 3))
def test_more_money_is_never_worse(one, other):
    less, more = sorted((one, other))
    told = [decide(region(), Choice(budget=share)).moves.aims["benefit"] for share in (less, more)]
    assert told[0] <= told[1] + 1e-9
    relief = [unfold(region(), Choice(relief={"城": money / 50})).towns[-1][0].told.bears for money in (less, more)]
    assert relief[0] <= relief[1] + 1e-12


@settings(max_examples=40)
@given(st.floats(-0.02, 0.09), st.floats(-0.01, 0.01), st.sampled_from(("小学", "诊所")))
def test_one_more_facility_takes_nobody_farther(lon, lat, kind):
    before, after = unfold(region(), Choice()), unfold(
        region(), Choice(build=(Build(Amenity(kind, "新", lon, lat), 0, 0.0),))
    )  # fmt: skip
    assert (after.minutes["walk"]["小学"] <= before.minutes["walk"]["小学"]).all()
    assert after.circles[-1][0].with_all >= before.circles[-1][0].with_all
    assert set(after.circles[-1][0].lacks) <= set(before.circles[-1][0].lacks)


def test_who_must_and_who_stays():
    told = decide(region(), Choice(budget=1.0, must=frozenset({"乙村"}), stay=frozenset({"甲村"})))
    assert set(told.moves.moves) == {"乙村"}
    clash = decide(region(), Choice(budget=0.01, must=frozenset({"甲村"})))
    assert clash.moves.moves == {}
    assert clash.moves.conflict


def test_a_school_without_known_seats_leaves_the_board_known():
    people = np.zeros((2, 2, 20))
    people[:, :, 6:12] = 10
    still = Rates(np.ones((2, 2, 20)), np.zeros((2, 20)), np.ones(2), 1.0, np.zeros((2, 2, 20)))
    ages = Ages(("c",), people, still, {"小学": (6, 11)}, {"小学": 1.0}, 8)
    told = region(ages=ages, towns=(CoreTown("城", "c", 0.03, 0.05, (TownBoard("小学", places=400, stage="小学"),)),))
    built = Choice(build=(Build(Amenity("小学", "新", 0.0, 0.0, town="城"), 0, 0.0),))

    plain, more = (unfold(told, c).towns[-1][0] for c in (Choice(), built))
    assert more.boards[0].bears == plain.boards[0].bears
    assert more.told.unknown == ()


def test_a_point_at_the_other_end_of_the_world_is_never_near():
    far = Choice(build=(Build(Amenity("小学", "错", 0.0, 60.0), 0, 0.0),))
    told, today = unfold(region(amenities=()), far), unfold(region(amenities=()), Choice())
    assert told.circles[-1][0].with_all == today.circles[-1][0].with_all == 0
    assert (told.minutes["walk"]["小学"] > 15 * MINUTE).all()


def test_a_growing_town_has_less_room_each_year_and_is_never_overfilled():
    people = np.full((2, 2, 20), 10.0)
    grows = Rates(np.ones((2, 2, 20)), np.full((2, 20), 0.3), np.ones(2), 1.0, np.zeros((2, 2, 20)))
    ages = Ages(("c",), people, grows, {}, {}, 8)
    told = region(ages=ages, towns=(CoreTown("城", "c", 0.03, 0.05, (TownBoard("水", bears=0.0397, cost=2.0),)),))
    rooms = question_of(told, Choice(budget=9.0)).rooms[0].persons
    assert rooms[0] > rooms[1]
    end = decide(told, Choice(budget=9.0))
    assert all(year[0].persons <= 0.0397 + 1e-9 or year[0].moved_in == 0 for year in end.towns)


def test_demands_without_money_are_said_to_clash_and_an_opening_counts_from_its_year():
    assert decide(region(), Choice(count=1)).moves.conflict
    assert decide(region(), Choice(must=frozenset({"甲村"}))).moves.conflict
    late = unfold(region(), Choice(build=(Build(Amenity("小学", "新", 3 * STEP, 0.0), 1, 1.0),)))
    shares = [year[0].with_all for year in late.circles]
    assert shares[0] == shares[1] < shares[2]
    assert late.circles[1][0].lacks.keys() == {"v1", "v2"}


def test_people_stay_where_a_county_has_no_urban_block():
    people = np.zeros((2, 2, 20))
    people[1, :, 10] = 80
    moves = np.zeros((2, 2, 20))
    moves[1, 0] = 0.5
    still = Rates(np.ones((2, 2, 20)), np.zeros((2, 20)), np.ones(2), 1.0, moves)
    rural = region(
        blocks=(Block("v1", "甲", "c", "", urban=False, lon=0.0, lat=0.0, persons=160),),
        ages=Ages(("c",), people, still, {}, {}, 8),
        towns=(),
        from_block={"甲村": "v1", "乙村": "v1"},
    )
    assert [year[""] for year in unfold(rural, Choice()).people] == pytest.approx([160, 160, 160])


def test_nothing_known_of_a_town_is_an_answer():
    told = unfold(region(towns=(CoreTown("城", "c", 0.03, 0.05, (TownBoard("水"),)),)), Choice())
    assert told.towns[0][0].told.unknown == ("水",)
    assert np.isnan(told.sure["城"].reaches)


def test_ranges_of_people_follow_the_births_that_are_uncertain():
    """More births are more people, so a quantile of people is what that quantile of births gives."""
    people = np.full((2, 2, 20), 10.0)
    spread = 0.3

    def with_births(factor, **uncertain):
        rates = Rates(np.ones((2, 2, 20)), np.full((2, 20), 0.3 * factor), np.ones(2), 1.0, np.zeros((2, 2, 20)))
        return region(ages=Ages(("c",), people, rates, {}, {}, 8, uncertain))

    moved = decide(with_births(1.0), Choice(budget=9.0)).moves
    told = ranges(with_births(1.0, births=spread), Choice(budget=9.0), moved)
    low, high = (
        unfold(with_births(np.exp(z * spread - spread**2 / 2)), Choice(budget=9.0), moved).towns[-1][0].persons
        for z in (-1.2816, 1.2816)
    )
    assert told.towns["城"][1] == pytest.approx(low, rel=0.03)
    assert told.towns["城"][3] == pytest.approx(high, rel=0.03)
    assert told.towns["城"] == tuple(sorted(told.towns["城"]))
    assert 0 < told.urban[0] <= told.urban[-1] < 1
    assert told.reaches["城"] <= 0.025 or told.towns["城"][-1] >= 0.05
    assert ranges(with_births(1.0), Choice(), moved) is None
    assert ranges(region(), Choice(), moved) is None


def with_children(seats, **changes):
    """The region by hand with one age alone at school: a tenth of everybody, everywhere, nobody born or dying."""
    people = np.full((2, 2, 20), 10.0)
    people[:, :, 8] = 190 / 9
    still = Rates(np.ones((2, 2, 20)), np.zeros((2, 20)), np.ones(2), 1.0, np.zeros((2, 2, 20)))
    ages = Ages(("c",), people, still, {"小学": (8, 8)}, {"小学": 1.0}, 0)
    schools = tuple(Amenity("小学", f"{n}小", n * 6 * STEP, 0.0, count) for n, count in enumerate(seats))
    return region(ages=ages, amenities=schools, **changes)


def test_seats_within_reach_are_shared_out_at_once():
    """Children are a tenth: 30 in town, 10 and 6 in the villages; the first school is near the town alone."""
    told = with_children((24, 100))
    found = seated(told, Choice(), decide(told, Choice()).moves, told.circles[0], "小学", 0)

    assert found.need == pytest.approx(46)
    assert found.near == pytest.approx(36 / 46)
    assert found.seated == pytest.approx(30 / 46)  # 24 in town, 6 by the second school; the first village has none
    assert found.mean == pytest.approx(124 / 46)  # whatever anybody reaches is somebody's
    assert found.worst_tenth == 0
    unknown = with_children((float("nan"), 100))
    blind = seated(unknown, Choice(), decide(unknown, Choice()).moves, unknown.circles[0], "小学", 0)
    assert (blind.unknown, blind.seated) == (1, pytest.approx(6 / 46))
    assert blind.near == found.near
    assert seated(region(), Choice(), decide(region(), Choice()).moves, region().circles[0], "小学", 0) is None


def test_a_circle_is_told_for_some_ages():
    """The old live in the country alone, where one village of two has no school near."""
    told = with_children((24, 100))
    people = told.ages.people.copy()
    people[0, :, 19], people[1, :, 19] = 0.0, 50.0
    old = replace(told, ages=replace(told.ages, people=people))
    moves = decide(old, Choice()).moves
    kept = unfold(old, Choice()).circles[0][0]

    assert kept.with_all == pytest.approx(360 / 460)
    assert kept_for(old, Choice(), moves, [kept], 0, {"老人": (19, 200), "儿童": (0, 5)})[0]["老人"] == pytest.approx(
        60 / 160
    )
    assert kept_for(region(), Choice(), moves, [kept], 0, {"老人": (19, 200)}) == [{}]
