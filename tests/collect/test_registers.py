"""Registers: one thing one entry, counted as of any day, doubles suggested, sheets whole or not at all."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from builders import element, places
from chengzai.collect import (
    Line,
    RawSheet,
    check_entry,
    count_findings,
    count_register,
    early_findings,
    in_pipeline,
    likely_doubles,
    read_entries,
    read_registers,
    sheet_findings,
)

FIELDS = [
    {"id": "name", "name": "名称", "required": True},
    {"id": "place", "name": "所在地", "kind": "place"},
    {"id": "length", "name": "长度", "kind": "number", "unit": "公里"},
    {"id": "state", "name": "进展", "kind": "choice", "choices": ["在建", "建成"]},
    {"id": "done", "name": "建成日期", "kind": "date"},
]
ELEMENTS = {
    "belts": element("belts", collected="county"),
    "km": element("km", unit="公里", collected="county"),
    "total": element("total", kind="running", collected="county", over_time="last"),
}


def register(**changes):
    table = {
        "id": "belts", "title": "示范带台账", "since": "2026-01", "field": FIELDS,
        "count": [
            {"element": "belts", "when": "state", "among": ["建成"]},
            {"element": "km", "field": "length", "when": "state", "among": ["建成"]},
            {"element": "total"},
        ],
        **changes,
    }  # fmt: skip
    found, findings = read_registers([{"register": [table]}], ELEMENTS)
    return (found[0] if found else None), findings


def line(done, *, state="建成", length="2", accepted=True, **more):
    content = {"name": "带", "state": state, "length": length, "done": done, **more}
    return Line(done, "accepted", content, content if accepted else {}, 1)


AT_LEAST = [{"element": "belts", "when": "state", "among": ["建成"], "where": "length >= 10公里"}]


@given(st.one_of(st.none(), st.decimals(min_value=0, max_value=30, places=2)), st.sampled_from(["", "公里"]))
def test_a_threshold_counts_the_field_it_names(length, unit):
    belts = register(count=AT_LEAST)[0]
    written = "" if length is None else f"{length}{unit}"
    lines = {"1": line("2026-01-15", length=written)}

    told = count_register(belts, {"10": lines}, ELEMENTS, until=dt.date(2026, 1, 31))
    large = length is not None and length >= 10

    assert [o.value for o in told] == [float(large)]
    assert in_pipeline(belts, lines.values()) == 0, "what is below the threshold is not still to come"


def test_an_entry_that_a_threshold_keeps_out_says_so_at_its_field():
    belts = register(count=AT_LEAST)[0]

    def told(**content):
        entry = {"name": "带", "place": "10", "state": "建成", "done": "2026-01-15", **content}
        return [(f.code, f.where.locator) for f in check_entry(belts, entry, places(), "10")]

    kept_out = [("collect.register-below-threshold", "length")]
    entry = {"state": "建成", "done": "2026-01-15", "length": "9.9"}
    assert [(f.code, f.where.locator) for f in count_findings(belts, entry)] == kept_out, "old entries say so as well"
    assert told(length="") == told(length="9.9") == kept_out
    assert told(length="10公里") == []
    assert told(length="", state="在建") == [], "what is under way is not counted yet anyhow"
    assert told(length="2", struck="1") == []


def test_the_words_of_a_threshold_name_its_limit_and_unit():
    threshold = register(count=AT_LEAST)[0].counts[0].threshold
    assert (threshold.words.zh, threshold.words.en) == ("不低于10公里", "at least 10 公里")
    assert threshold.met({"length": ""}) is None


def test_a_threshold_over_no_number_field_keeps_the_register_out():
    for where in ("name >= 10", "depth >= 10", "length >= 很多", "length ~ 10"):
        found, findings = register(count=[{"element": "belts", "where": where}])
        assert found is None
        assert [f.code for f in findings] == ["collect.register-unusable"]
        assert where in findings[0].message.zh


def counts(lines, until):
    found = count_register(register()[0], {"10": lines}, ELEMENTS, until=dt.date.fromisoformat(until))
    return {(o.element, o.period.text): o.value for o in found}


def test_entries_count_in_the_month_they_were_done_as_of_any_day():
    lines = {"1": line("2026-01-15"), "2": line("2026年2月3日"), "3": line("2026-02-10", accepted=False)}

    told = counts(lines, "2026-03-31")

    assert [told["belts", f"2026-0{m}"] for m in (1, 2, 3)] == [1, 1, 0]
    assert [told["total", f"2026-0{m}"] for m in (1, 2, 3)] == [1, 2, 2]
    assert [told["km", f"2026-0{m}"] for m in (1, 2, 3)] == [2, 2, 0]
    assert ("belts", "2026-03") not in counts(lines, "2026-03-30"), "a month that has not ended is not counted"


def test_what_is_not_done_or_was_struck_does_not_count():
    assert counts({"1": line("2026-01-15", state="在建")}, "2026-01-31")["belts", "2026-01"] == 0
    assert counts({"1": line("2026-01-15", struck="1")}, "2026-01-31")["belts", "2026-01"] == 0


@given(st.lists(st.tuples(st.integers(0, 364), st.booleans(), st.booleans()), max_size=30))
def test_counts_agree_with_counting_by_hand(entries):
    start = dt.date(2026, 1, 1)
    lines = {
        str(n): line((start + dt.timedelta(day)).isoformat(), state="建成" if built else "在建", accepted=ok)
        for n, (day, built, ok) in enumerate(entries)
    }

    told = counts(lines, "2026-12-31")

    for month in range(1, 13):
        by_hand = sum(1 for day, built, ok in entries if built and ok and (start + dt.timedelta(day)).month == month)
        assert told["belts", f"2026-{month:02d}"] == by_hand


def test_what_is_registered_and_does_not_count_yet_is_still_to_come():
    only = register(count=[{"element": "belts", "when": "state", "among": ["建成"]}])[0]
    lines = [
        line("2026-02-01"),
        line("", state="在建"),
        line("", state="在建", struck=True),
        line("", state="在建", accepted=False),
        line("", state="建成"),  # built, but nobody knows when
    ]
    assert in_pipeline(only, lines) == 2


def test_each_field_is_checked_where_it_stands():
    bad = {"place": "101", "length": "远", "state": "快了", "done": "去年", "lon": "200", "lat": "28"}

    found = check_entry(register()[0], bad, places(), "100")

    assert {f.where.locator for f in found} == {"name", "place", "length", "state", "done", "lon"}
    good = {
        "name": "带",
        "place": "100",
        "length": "1.2",
        "state": "建成",
        "done": "2026/1/5",
        "lon": "118.9",
        "lat": "28.9",
    }
    assert check_entry(register()[0], good, places(), "100") == []
    early = check_entry(register()[0], good, places(), "100", today=dt.date(2026, 1, 4))
    assert [f.code for f in early] == ["collect.register-future"]


def test_an_amount_below_nought_is_refused_as_in_forms():
    entry = {"name": "带", "place": "100", "length": "-5", "state": "建成", "done": "2026-01-05"}

    assert [f.where.locator for f in check_entry(register()[0], entry, places(), "100")] == ["length"]


def test_what_was_done_before_the_register_began_is_said_and_stays_an_entry():
    flows = register(count=[{"element": "belts", "when": "state", "among": ["建成"]}])[0]
    entry = {"name": "带", "place": "100", "length": "5", "state": "建成", "done": "2025-12-31"}

    assert [(f.code, str(f.severity)) for f in early_findings(flows, entry)] == [
        ("collect.register-before-since", "warning")
    ]
    assert check_entry(flows, entry, places(), "100") == []
    assert early_findings(flows, {**entry, "done": "2026-01-01"}) == []
    assert early_findings(flows, {**entry, "state": "在建"}) == []
    assert early_findings(register()[0], entry) == [], "its running total holds it"


def test_a_row_of_sums_is_no_entry():
    rows = [["名称", "长度", "建成日期"], ["带", 2.0, ""], ["合计", 2.0, ""]]

    _, found = read_entries(register()[0], rows, places(), "100")

    assert [(n, f.code) for n, f in found] == [(3, "collect.total-row")]


def test_rows_that_nobody_sees_or_reads_keep_a_sheet_of_entries_out():
    rows = [["名称", "长度"], ["带", 2.0], ["藏", 3.0]]
    plain = RawSheet(rows)

    def seen(tables):
        return [(n, f.code) for n, f in sheet_findings(register()[0], tables)]

    assert seen({"一": plain, "二": RawSheet([["", ""]])}) == []
    assert seen({"一": plain, "二": plain}) == [(1, "collect.other-sheets")]
    assert seen({"一": RawSheet(rows, hidden_rows=frozenset({2, 9}))}) == [(3, "collect.hidden-cells")]
    assert seen({"一": RawSheet(rows, hidden_columns=frozenset({1}))}) == [(1, "collect.hidden-cells")]


def test_likely_doubles_are_suggested_whatever_the_brackets():
    others = {"a": {"name": "衢北 示范带（一期）"}, "b": {"name": "乌溪江漂流"}}

    assert likely_doubles(register()[0], {"name": "衢北示范带一期工程"}, others) == ["a"]
    assert likely_doubles(register()[0], {"name": "古田山步道"}, others) == []


def test_a_sheet_names_its_columns_or_is_not_read():
    rows, found = read_entries(register()[0], [["名称", "颜色"], ["带", "红"]], places(), "100")
    assert rows == {}
    assert [f.code for _, f in found] == ["collect.register-head"]

    rows, found = read_entries(
        register()[0],
        [["名称", "长度", "建成日期"], ["带", 2.0, dt.datetime(2026, 1, 5)], ["", "", ""]],
        places(),
        "100",
    )
    assert found == []
    assert rows == {2: {"name": "带", "length": "2", "done": "2026-01-05"}}


def test_a_register_that_cannot_be_used_is_said():
    assert register(count=[{"element": "none"}])[1][0].code == "collect.register-unusable"
    assert register(done_field="when")[1][0].code == "collect.register-unusable"
