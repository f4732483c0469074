"""Changes of places that cannot be are findings; those that can give the tree that a plain replay gives."""

import datetime as dt
import itertools
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengzai.kernel import Place, Places, Severity
from chengzai.store._place_changes import read_changes

UNITS = {
    code: Place(code, code, "county" if len(code) == 2 else "township", code[:-1] if len(code) > 1 else "")
    for code in ("1", "11", "12", "13", "111", "112", "121", "122", "131")
}
DAYS = [dt.date(2024, 1, 1), dt.date(2024, 7, 1), dt.date(2025, 1, 1)]


def read(text):
    return read_changes(tomllib.loads(text, parse_float=Decimal), UNITS)


def entry(kind="merge", day="2024-01-01", **fields):
    return "\n".join([f'[[change]]\nday = {day}\nkind = "{kind}"', *(f"{k} = {v}" for k, v in fields.items()), ""])


SPLIT = {"codes": '["11"]', "into": '["11", "13"]', "key": '"人口"'}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (entry(codes='["111"]', into='["112"]') + entry(day="2025-01-01", codes='["121"]', into='["111"]'), "没有 111"),
        (
            entry(codes='["111", "112"]', into='["112"]')
            + entry(day="2025-01-01", codes='["111", "121"]', into='["121"]'),
            "第1条已有",
        ),
        (entry(codes='["111"]', into='["112"]') + entry(day="2025-01-01", codes='["112"]', into='["111"]'), "没有 111"),
        (entry("rename", codes='["11"]', was='"甲"') + entry("rename", codes='["11"]', was='"乙"'), "第1条已有"),
        (entry("move", codes='["11"]', was='"12"') + entry("move", codes='["12"]', was='"11"'), "自己下面"),
        (entry("move", codes='["11"]', was='"11"'), "自己下面"),
        (entry("move", codes='["111"]', was='"11"'), "变动前后的上级"),
        (entry(codes='["11"]', into='["11"]'), "同一个单位"),
        (entry(codes='["11", "11"]', into='["12"]'), "写了两次"),
        (entry("split", **SPLIT, shares='{"11" = 1.5, "13" = -0.5}'), "0 到 1"),
        (entry("split", **SPLIT, shares='{"11" = nan, "13" = 0.5}'), "0 到 1"),
        (entry("split", **SPLIT, shares='{"11" = "half", "13" = 0.5}'), "0 到 1"),
        (entry("split", codes='["11"]', into='["12", "13"]', key='"k"', shares='{"12"=0.5, "13"=0.5}'), "唯一的承接"),
        (entry(codes="330802", into='["12"]'), "加引号"),
        (entry(codes='["11"]', in_to='["12"]'), "in_to"),
        ('change = "none"', "[[change]]"),
        ("change = [1]", "[[change]]"),
        ("[[changes]]\n", "changes"),
        (entry(day="2024-01-01T00:00:00", codes='["11"]', into='["12"]'), "不写时刻"),
        (entry(day="0001-01-01", codes='["11"]', into='["12"]'), "day 应为日期"),
    ],
)
def test_a_change_that_cannot_be_is_a_finding_with_its_place_and_a_remedy(text, says):
    changes, findings = read(text)

    assert changes == ()
    assert any(says in finding.message.zh for finding in findings), [f.message.zh for f in findings]
    assert {finding.severity for finding in findings} == {Severity.ERROR}
    assert all(finding.remedy.zh and finding.message.en and finding.where.document for finding in findings)


def test_one_code_may_stand_without_brackets():
    assert read(entry(codes='["111", "112"]', into='"112"'))[0][0].into == ("112",)


@pytest.mark.parametrize(
    "text",
    [
        entry("move", codes='["111", "112"]', was='"12"'),
        entry("rename", codes='["11"]', was='"甲"') + entry("rename", day="2025-01-01", codes='["11"]', was='"乙"'),
        entry(codes='["11", "12"]', into='["12"]') + entry("rename", codes='["12"]', was='"旧"'),
        entry("split", **SPLIT, shares='{"11" = 0.4, "13" = 0.6}'),
        entry(codes='["11"]', into='["12"]') + entry(day="2025-01-01", codes='["12"]', into='["13"]'),
    ],
)
def test_a_change_that_can_be_is_taken(text):
    changes, findings = read(text)
    assert findings == ()
    assert len(changes) == text.count("[[change]]")


def replayed(changes, day):
    """Return each unit that stands on a day with the one it lies in: from the end backwards, change by change."""
    stand = set(UNITS) - {code for c in changes for code in c.ends}
    above = {code: unit.parent for code, unit in UNITS.items()}
    for change in reversed([c for c in changes if c.day > day]):
        if change.kind == "move":
            above |= dict.fromkeys(change.codes, change.was)
        stand = (stand - change.begins) | change.ends
    for code in stand:
        while above[code] and above[code] not in stand:
            heirs = [c.into for c in changes if c.day <= day and above[code] in c.ends]
            before = [c.codes for c in changes if c.day > day and above[code] in c.begins]
            (above[code],) = (heirs or before)[0]
    return {code: above[code] for code in stand}


codes = st.lists(st.sampled_from(sorted(UNITS)), max_size=3)
shares = st.one_of(st.just(Decimal(1)), st.just(Decimal("NaN")), st.just(Decimal("0.5")), st.just("half"))
wild = st.fixed_dictionaries(
    {"day": st.sampled_from([*DAYS, "2024", dt.datetime(2024, 1, 1)]), "kind": st.sampled_from(["move", "merge", "?"])},
    optional={"codes": st.one_of(codes, st.integers(), st.just("11")), "into": codes, "was": st.text("12", max_size=3),
              "shares": st.dictionaries(st.sampled_from(sorted(UNITS)), shares)},
)  # fmt: skip
day = st.sampled_from(DAYS)
other = st.sampled_from(sorted(UNITS)[1:])
move = st.builds(lambda d, c, w: {"day": d, "kind": "move", "codes": [c], "was": w}, day, other, other)
merge = st.builds(
    lambda d, a, b, stays: {"day": d, "kind": "merge", "codes": [a, b] if stays else [a], "into": [b]},
    day, other, other, st.booleans(),
)  # fmt: skip
split = st.builds(
    lambda d, a, b: {
        "day": d, "kind": "split", "codes": [a], "into": [a, b], "key": "k",
        "shares": {a: Decimal("0.3"), b: Decimal("0.7")},
    },
    day, other, other,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(move, merge, split, move, merge, split, wild), max_size=4))
def test_changes_are_findings_or_a_tree_that_equals_a_plain_replay(entries):
    changes, findings = read_changes({"change": entries}, UNITS)

    if findings:
        assert changes == ()
        return
    places = Places(UNITS.values(), changes)
    for when in itertools.chain.from_iterable((d - dt.timedelta(days=1), d) for d in DAYS):
        tree = places.at(when)
        assert {p.code: p.parent for p in tree.ordered} == replayed(changes, when)
        assert tree.ends[0] == len(tree), "every unit lies in the city"
