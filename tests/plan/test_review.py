"""Decisions folded over a draft: the pack says what people decided, and the account stays whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengzai.plan import Decision, DecisionRefused, audit_plan, compile_plan, draft_plan, review, reviewed_tables

TEXT = (
    "一、目标\n到2025年，新建学校5所，森林覆盖率达到70%以上。\n推进农村改厕，建立每月通报机制。\n"
    "二、保障\n安排资金3000万元。"
)
DRAFT = draft_plan(TEXT, name="it.txt")
CLAUSES = compile_plan(DRAFT.tables, TEXT)[0].clause


def decision(action, card, *, author="张三", **rest):
    return Decision("2026-01-02T09:00:00+08:00", author, action, card, **rest)


def plan_after(*decisions):
    done = review(DRAFT.tables, decisions, CLAUSES)
    plan, findings = compile_plan(reviewed_tables(DRAFT.tables, done), TEXT)
    assert not findings
    return done, plan, audit_plan(plan)


def card(words):
    done = review(DRAFT.tables, (), CLAUSES)
    return next(id_ for id_, row in done.rows.items() if row["row"] != "not_commitment" and words in row["words"])


def test_a_correction_changes_the_pack_and_says_who_made_it():
    done, plan, _ = plan_after(
        decision("correct", card("学校"), fields={"indicator": "中小学", "deadline": "2024-12-31"})
    )

    target = plan.target[card("学校")]
    assert (target.indicator, str(target.deadline)) == ("中小学", "2024-12-31")
    assert done.decided_by[card("学校")].author == "张三"


def test_a_dismissed_target_leaves_its_number_accounted_for():
    _, plan, audit = plan_after(decision("dismiss", card("森林"), reason="fact"))

    assert card("森林") not in plan.target
    assert audit.unaccounted == ()
    assert ("70%", "fact") in {(a.mention.surface, a.reason) for a in audit.accounts}


def test_a_merged_target_becomes_a_second_citation():
    _, plan, audit = plan_after(decision("merge", card("森林"), fields={"into": card("学校")}))

    assert [q.words for q in plan.target[card("学校")].quotes][1:] == ["森林覆盖率达到70%以上"]
    assert audit.unaccounted == ()


def test_a_split_target_is_two_cards_with_the_same_words():
    done, plan, _ = plan_after(decision("split", card("学校")))

    assert [t for t in plan.target if t.startswith(card("学校"))] == [card("学校"), f"{card('学校')}-2"]
    assert list(done.rows).index(f"{card('学校')}-2") == list(done.rows).index(card("学校")) + 1


def test_a_number_thought_to_promise_nothing_can_be_made_a_target():
    before = review(DRAFT.tables, (), CLAUSES)
    date = next(id_ for id_, row in before.rows.items() if row["row"] == "not_commitment" and row["words"] == "2025")
    _, plan, audit = plan_after(decision("promote", date, fields={"value": "2025", "indicator": "年份"}))

    assert plan.target[date].quotes[0].number == "2025"
    assert audit.unaccounted == ()


def test_words_that_the_draft_missed_can_be_added():
    clause = next(c for c in CLAUSES.values() if "改厕" in c.text)
    _, plan, _ = plan_after(decision("add", "a1", fields={"clause": clause.id, "words": "农村改厕"}))

    assert plan.target["a1"].indicator == "农村改厕"


def test_undoing_takes_away_the_last_decision_on_that_card_only():
    first, second = decision("dismiss", card("森林"), reason="fact"), decision("confirm", card("学校"))
    done, plan, _ = plan_after(first, second, decision("undo", card("森林")))

    assert card("森林") in plan.target
    assert done.states[card("学校")] == "confirmed"
    assert done.states[card("森林")] == "proposed"


@pytest.mark.parametrize(
    "wrong",
    [
        decision("confirm", "t001", author=" "),
        decision("shout", "t001"),
        decision("confirm", "nobody"),
        decision("dismiss", "t001", reason="because"),
        decision("merge", "t001", fields={"into": "t001"}),
        decision("correct", "t001", fields={"value": "many"}),
        decision("correct", "t001", fields={"deadline": "soon"}),
        decision("correct", "t001", fields={"comparator": "about"}),
        decision("correct", "t001", fields={"words": "不在文中"}),
        decision("correct", "t001", fields={"height": "1"}),
        decision("undo", "t001"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_refused_with_a_reason(wrong):
    with pytest.raises(DecisionRefused) as refused:
        review(DRAFT.tables, [wrong], CLAUSES)

    assert refused.value.text.zh.endswith("。")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["confirm", "split", "dismiss", "undo", "promote"]), st.integers(0, 30)), max_size=12
    )
)
def test_no_row_of_decisions_loses_a_number(steps):
    taken = []
    for action, number in steps:
        rows = review(DRAFT.tables, taken, CLAUSES).rows
        chosen = list(rows)[number % len(rows)]
        try:
            attempt = [*taken, decision(action, chosen, reason="word" if action == "dismiss" else "")]
            review(DRAFT.tables, attempt, CLAUSES)
        except DecisionRefused:
            continue
        taken = attempt
    assert plan_after(*taken)[2].unaccounted == ()
