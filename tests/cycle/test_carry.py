"""A kept month brought up to date equals the full run, whatever was accepted, corrected or taken back since."""

import dataclasses
import datetime as dt
import json
import shutil

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import COUNTY, QUZHOU
from chengzai.collect import Change, Sheet, changed_cells, facts_of
from chengzai.cycle import keep_comparison, run_month, seconds_to_night
from chengzai.cycle._carry import differences
from chengzai.cycle._nightly import last_comparison
from chengzai.kernel import Observation, Period
from chengzai.publish import city_page, target_page
from chengzai.store import append_entry, record_allocations, record_city, record_facts
from chengzai.web._editions import Editions

PERIOD = Period.parse("2026-06")
TOWNS = ("990101100001", "990101101001")
ELEMENTS = ("roads_new", "rivers_total", "samples_met", "samples", "villages_served", "villages", "jobs_new")
pytestmark = pytest.mark.django_db

cells = st.tuples(
    st.sampled_from(ELEMENTS),
    st.sampled_from(TOWNS),
    st.integers(1, 8),  # two months beyond the one looked at
    st.one_of(st.just(""), st.integers(0, 60).map(str), st.just("0.25")),
)
steps = st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=5)


def accepted(unit, month, lines, *, simulated=False):
    told = {"actor": "a", "name": "甲", "at": "2026-07-01T00:00:00+00:00", "simulated": simulated}
    for act in ("submit", "review", "accept"):
        content = lines if act == "submit" else {key: {} for key in lines}
        append_entry(act, Sheet("form/any", unit, month), lines=content, **told)


def now(kept, pack, data):
    return run_month(pack, data, kept.period, real=not kept.simulated, upon=kept)


def take(step):
    for element, town, month, value in step:
        content = {"value": value} if value else {"missing": "not-collected"}
        accepted(town, f"2026-{month:02d}", {element: content})


def base():
    rows = [
        Observation(element, town, Period.parse(f"2026-{month:02d}"), 5.0 + month, "form", "表", "乙", "2026", n)
        for n, (element, town, month) in enumerate((e, t, m) for e in ELEMENTS[:4] for t in TOWNS for m in (1, 2, 3))
    ]
    return facts_of(rows)


def same(kept, whole):
    assert differences(kept, whole) == []
    page = json.dumps(city_page(whole), default=str, ensure_ascii=False)
    assert json.dumps(city_page(kept), default=str, ensure_ascii=False) == page
    for target in whole.plan.target:
        assert repr(target_page(kept, target)) == repr(target_page(whole, target))


@settings(max_examples=25, deadline=None)
@given(steps)
def test_any_sequence_of_acceptances_corrections_and_withdrawals_gives_the_full_run_s_month(tmp_path_factory, many):
    data = tmp_path_factory.mktemp("data")
    with transaction.atomic():
        record_facts(data, base(), simulated=False, author="a", at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        kept = run_month(COUNTY, data, PERIOD, real=True)
        for step in many:
            take(step)
            before = repr(kept.judged)
            later = now(kept, COUNTY, data)
            same(later, run_month(COUNTY, data, PERIOD, real=True))
            assert repr(kept.judged) == before, "the earlier edition stays as it was"
            kept = later
        transaction.set_rollback(True)


def test_another_pack_is_run_in_full(tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(COUNTY, pack)
    data = tmp_path / "data"
    data.mkdir()
    take([("roads_new", TOWNS[0], 6, "3")])
    kept = run_month(pack, data, PERIOD, real=True)
    targets = (pack / "commitments/targets.toml").read_text(encoding="utf-8")
    (pack / "policy/lights.toml").write_text(
        (pack / "policy/lights.toml").read_text(encoding="utf-8") + "\n# 改了一行\n", encoding="utf-8"
    )
    (pack / "commitments/targets.toml").write_text(targets.replace("value = 120", "value = 240"), encoding="utf-8")

    same(now(kept, pack, data), run_month(pack, data, PERIOD, real=True))


def test_in_a_whole_city_one_cell_is_patched_and_judged_with_what_it_touches(city, tmp_path):
    data, month, when = tmp_path, Period.parse("2026-10"), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    record_city(data, city[0].measured.facts, author="a", at=when, note="")
    record_allocations(data, [*city[0].allocations.values()], simulated=True, author="a", at=when)
    kept = run_month(QUZHOU, data, month)
    for value in ("97", "", "12345"):
        content = {"value": value} if value else {"missing": "late-source"}
        accepted("330881", "2026-10", {"sewage_quality_met": content}, simulated=True)
        accepted("330881", "2026", {"urban_residents": content}, simulated=True)
        later = now(kept, QUZHOU, data)
        assert differences(later, run_month(QUZHOU, data, month)) == []
        shared = sum(later.city[t] is kept.city[t] for t in kept.city)
        assert shared > len(kept.city) - 10, "what the cell does not touch is not judged again"
        kept = later


def test_a_row_at_a_level_that_does_not_collect_it_is_left_to_the_full_run(tmp_path):
    take([("roads_new", TOWNS[0], 6, "3")])
    kept = run_month(COUNTY, tmp_path, PERIOD, real=True)
    accepted("990101100", "2026-06", {"roads_new": {"value": "7"}})

    assert kept.measured.cubes["month"].patched([Change("roads_new", "990101100", "2026-06", 7.0)]) is None
    same(
        now(kept, COUNTY, tmp_path),
        run_month(COUNTY, tmp_path, PERIOD, real=True),
    )


def test_places_that_begin_and_end_are_brought_up_to_date_like_any_other(tmp_path):
    pack, data = tmp_path / "pack", tmp_path / "data"
    shutil.copytree(COUNTY, pack)
    data.mkdir()
    units = (pack / "places/units.csv").read_text(encoding="utf-8").splitlines()
    dated = [units[0] + ",since,until", *(f"{row},," for row in units[1:])]
    dated.append("990101101002,溪口二片,township,990101101,,,2026-04-01,")
    dated.append("990101101003,溪口旧片,township,990101101,,,,2026-03-01")
    (pack / "places/units.csv").write_text("\n".join(dated) + "\n", encoding="utf-8")
    take([("roads_new", TOWNS[0], 5, "3")])
    kept = run_month(pack, data, PERIOD, real=True)
    steps_taken = [("990101101002", 3), ("990101101002", 5), ("990101101003", 2), ("990101101003", 5), (TOWNS[1], 6)]
    for n, (town, month) in enumerate(steps_taken):
        take([("roads_new", town, month, str(n + 1)), ("samples", town, month, "9")])
        later = now(kept, pack, data)
        same(later, run_month(pack, data, PERIOD, real=True))
        kept = later


def test_a_difference_is_named_by_its_cell(tmp_path):
    take([("roads_new", TOWNS[0], 6, "3")])
    kept = run_month(COUNTY, tmp_path, PERIOD, real=True)
    take([("roads_new", TOWNS[0], 6, "4")])

    told = differences(kept, run_month(COUNTY, tmp_path, PERIOD, real=True))

    assert "now/990101/rural-roads" in told
    assert "cube/month/values" in told
    assert not [line for line in told if "public-jobs" in line]


def test_every_night_kept_boards_are_compared_and_a_wrong_one_is_replaced_and_said(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_NOW", "2026-07-02T02:40:00+08:00")
    kept = Editions(COUNTY, tmp_path, tmp_path / "out", real=True)
    take([("roads_new", TOWNS[0], 6, "3")])
    kept.whatever_is_known(PERIOD)
    take([("roads_new", TOWNS[0], 6, "4")])
    kept.whatever_is_known(PERIOD)

    assert last_comparison(tmp_path) == {}
    assert keep_comparison(tmp_path, kept.against_full_runs(), simulated=True) == []
    told = last_comparison(tmp_path)
    assert (told["months"], "finding" in told) == (["2026-06"], False)

    good = kept.whatever_is_known(PERIOD)
    wrong = dataclasses.replace(good, judged={**good.judged, "990101": dict(list(good.city.items())[1:])})
    monkeypatch.setattr(kept, "_kept", dict.fromkeys(kept._kept, wrong))
    found = keep_comparison(tmp_path, kept.against_full_runs(), simulated=True)

    assert "2026-06 now/990101/targets" in found
    assert last_comparison(tmp_path)["finding"]["code"] == "web.board-differs"
    assert list(kept.whatever_is_known(PERIOD).city) == list(good.city)


def test_the_nightly_comparison_waits_for_the_night(monkeypatch):
    for clock, hours in (("2026-07-02T01:40:00+08:00", 1), ("2026-07-02T02:40:00+08:00", 24)):
        monkeypatch.setenv("CHENGZAI_NOW", clock)
        assert seconds_to_night(simulated=True) == hours * 3600


@given(st.lists(cells, max_size=12), st.lists(cells, max_size=12))
def test_changed_cells_are_those_whose_last_row_is_another(first, second):
    def rows(listed):
        return [
            Observation(e, p, Period.parse(f"2026-{m:02d}"), float(v or "nan"), "form", sequence=n)
            for n, (e, p, m, v) in enumerate(listed)
        ]

    def in_force(listed):
        return {(o.element, o.place, o.period.text): o.value for o in rows(listed)}

    old, new = in_force(first), in_force(second)
    wanted = {c for c in {**old, **new} if repr(old.get(c, float("nan"))) != repr(new.get(c, float("nan")))}
    told = changed_cells(facts_of(rows(first)), facts_of(rows(second)))

    assert {(c.element, c.place, c.period) for c in told} == wanted
    assert all(repr(c.value) == repr(new.get((c.element, c.place, c.period), float("nan"))) for c in told)
