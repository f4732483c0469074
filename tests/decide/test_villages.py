"""Types of villages: worked examples, unknown facts, proof over all situations, and what would change a type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.decide import TypeRule, VillageTest, flips, prove, type_of, would_change


def yes(fact):
    return VillageTest(fact, "is", 1)


RULES = (
    TypeRule("特色保护", ((yes("保护名录"),),)),
    TypeRule(
        "搬迁撤并",
        (
            (yes("水库或重大工程"),),
            (yes("不可治理的隐患"),),
            (
                VillageTest("常住占户籍", "<", 0.3),
                VillageTest("常住人口", "<", 50),
                VillageTest("到学校医院分钟", ">", 30),
                yes("群众同意"),
            ),
        ),
    ),
    TypeRule(
        "城郊融合",
        ((yes("开发边界内"),), (VillageTest("到建成区分钟", "<=", 10), VillageTest("非农就业", ">=", 0.6))),
    ),
    TypeRule(
        "集聚建设",
        (
            (yes("规划集聚点"),),
            (VillageTest("常住人口", ">=", 800), VillageTest("服务项数", ">=", 6), yes("可建设用地")),
        ),
    ),
    TypeRule("整治提升", ()),
)
PLAIN = {
    "保护名录": False, "水库或重大工程": False, "不可治理的隐患": False, "常住占户籍": 0.6, "常住人口": 420,
    "到学校医院分钟": 12, "群众同意": True, "开发边界内": False, "到建成区分钟": 12, "非农就业": 0.4,
    "规划集聚点": False, "服务项数": 4, "可建设用地": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"保护名录": True, "不可治理的隐患": True}, "特色保护"),
        ({"常住占户籍": 18 / 96, "常住人口": 18, "到学校医院分钟": 45}, "搬迁撤并"),
        ({"到建成区分钟": 8, "非农就业": 0.65}, "城郊融合"),
        ({"常住人口": 1050, "服务项数": 7, "可建设用地": True}, "集聚建设"),
        ({}, "整治提升"),
        ({"不可治理的隐患": None}, "待定"),
    ],
)
def test_villages_by_hand(facts, name):
    told = type_of(RULES, {**PLAIN, **facts})
    assert told.name == name
    assert told.missing == (("不可治理的隐患",) if name == "待定" else ())
    assert [rule for rule, _ in told.trace] == [r.name for r in RULES][: len(told.trace)]


def test_the_rules_decide_every_situation_and_say_where_their_order_does():
    told = prove(RULES)

    assert told.open == ()
    assert told.never == ()
    assert told.situations > 10_000
    assert ("特色保护", "搬迁撤并") in told.both
    without_rest = prove(RULES[:-1])
    assert without_rest.open
    shadowed = prove((*RULES[:-1], TypeRule("全部", ()), RULES[-1]))
    assert shadowed.never == ("整治提升",)


def test_what_would_change_a_type_changes_it():
    told = would_change(RULES, {**PLAIN, "到建成区分钟": 8, "非农就业": 0.59})
    by_words = {test.words: name for test, name in told}

    assert by_words["非农就业≥0.6"] == "城郊融合"
    assert by_words["保护名录"] == "特色保护"
    assert "到建成区分钟≤10" not in by_words


facts = st.fixed_dictionaries(
    {
        name: st.one_of(st.none(), st.booleans() if isinstance(v, bool) else st.floats(0, 1200))
        for name, v in PLAIN.items()
    }
)


@given(facts)
def test_what_is_decided_stays_whatever_the_unknown_turns_out_to_be(known):
    told = type_of(RULES, known)
    unknown = [name for name, value in known.items() if value is None]
    for filled in (0, 1, 1200):
        then = type_of(
            RULES, {**known, **{n: (bool(filled) if isinstance(PLAIN[n], bool) else filled) for n in unknown}}
        )
        if told.name != "待定":
            assert then.name == told.name
        assert then.name != "待定"
    if told.name == "待定":
        assert set(told.missing) <= set(unknown)
        assert told.missing


def test_limits_near_villages_flip_and_others_do_not():
    villages = {f"v{n}": {**PLAIN, "到建成区分钟": 9 + n * 0.5, "非农就业": 0.8} for n in range(5)}
    told = flips(RULES, villages)

    assert told["到建成区分钟≤10"] == (2, 2)
    assert told["到学校医院分钟＞30"] == (0, 0)
