"""One source a cell: precedence decides, and only cells that several sources speak of can disagree."""

from hypothesis import given
from hypothesis import strategies as st

from builders import observation
from chengzai.collect import PRECEDENCE, facts_of, settle

rows = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from(["100", "101"]), st.sampled_from(["2023-01", "2023-02"]),
        st.sampled_from(["form", "register", "statistics"]), st.integers(0, 3),
    ),
    max_size=25,
)  # fmt: skip


@given(rows)
def test_the_preferred_source_holds_and_every_other_value_is_said(listed):
    told_ = [observation(e, p, t, float(v), s, n) for n, (e, p, t, s, v) in enumerate(listed)]
    facts, findings = settle(facts_of(told_))

    last = {}
    for o in told_:
        last.setdefault((o.element, o.place, o.period.text), {})[o.source] = o.value
    in_force = {(o.element, o.place, o.period.text): o.value for o in facts.observations()}

    assert in_force == {cell: told[min(told, key=PRECEDENCE.index)] for cell, told in last.items()}
    assert sorted((f.where.document, f.where.locator) for f in findings) == sorted(
        (e, f"{p} {t}") for (e, p, t), told in last.items() if len(set(told.values())) > 1
    )


@given(rows)
def test_every_row_keeps_its_evidence_when_rows_are_reordered(listed):
    told_ = [observation(e, p, t, float(v), s, n) for n, (e, p, t, s, v) in enumerate(listed)]
    told_ = [
        type(o)(o.element, o.place, o.period, o.value, o.source, f"行{o.sequence}", sequence=o.sequence) for o in told_
    ]

    told = {(o.evidence, o.element, o.place, o.source, o.value) for o in settle(facts_of(told_))[0].observations()}

    assert told == {(o.evidence, o.element, o.place, o.source, o.value) for o in told_}
