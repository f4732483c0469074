"""What files say, piece by piece: how two states differ, and at which step a place changed."""

from hypothesis import given
from hypothesis import strategies as st

from chengzai.publish import Bulletin, Difference, Wording, bulletin_docx, differences, moved_at, wording_in, wording_of
from chengzai.publish._blocks import Block

PLACES = [("通报", f"附件{n}", "甲", "现值") for n in range(3)]
SENTENCES = st.lists(st.sampled_from(["甲为1。", "甲为2。", "乙为3。", "丙按期。"]), max_size=4).map(tuple)
STATES = st.builds(
    lambda cells, said: Wording({("通报", "一、总体进展"): said}, dict(zip(PLACES, cells, strict=True))),
    st.tuples(*[st.sampled_from(["1", "2", "3"])] * 3),
    SENTENCES,
)


@given(old=STATES, new=STATES)
def test_every_sentence_and_cell_that_differs_is_listed_and_no_other(old, new):
    """The naive count: a cell that reads otherwise, and each sentence as often as one side has it more."""
    found = differences(old, new)
    cells = {d.place: (d.was, d.now) for d in found if d.is_cell}
    assert cells == {p: (old.cells[p], new.cells[p]) for p in PLACES if old.cells[p] != new.cells[p]}
    (before,), (after,) = old.sentences.values(), new.sentences.values()
    for text in {*before, *after}:
        lost = sum(d.was == text for d in found if not d.is_cell)
        won = sum(d.now == text for d in found if not d.is_cell)
        more = before.count(text) - after.count(text)
        assert (lost, won) == (max(more, 0), max(-more, 0))


@given(states=st.lists(STATES, min_size=2, max_size=12))
def test_a_difference_is_put_to_steps_at_which_its_place_changed_and_never_to_none(states):
    found = differences(states[0], states[-1])

    moved = moved_at(found, len(states) - 1, states.__getitem__, runs=99)

    for difference, steps in moved.items():
        naive = [
            n for n in range(len(states) - 1) if difference.seen_in(states[n]) != difference.seen_in(states[n + 1])
        ]
        assert steps
        assert set(steps) <= set(naive)
        if len(naive) == 1:
            assert steps == naive


@given(at=st.integers(0, 199), runs=st.integers(0, 30))
def test_one_entry_among_two_hundred_is_found_in_ten_questions_or_its_stretch_is_named(at, runs):
    asked = []

    def state(number):
        asked.append(number)
        return Wording({}, {PLACES[0]: "2" if number > at else "1"})

    difference = Difference(PLACES[0], "1", "2", is_cell=True)
    steps = moved_at([difference], 200, state, runs=runs)[difference]

    assert at in steps
    assert len(asked) == len(set(asked)) <= 11
    if runs >= 9:
        assert steps == [at]


def test_a_finished_docx_says_what_its_blocks_say():
    rows = ((("位次",), ("县",), ("得分",)), (("1",), ("甲县",), ("78.3",)), (("2",), ("乙县",), ("70",)))
    blocks = (
        Block("title", (("关于某事",),)),
        Block("body", (("开头一句。再一句。",),)),
        Block("level1", (("一、总体进展",),)),
        Block("body", (("甲为1；乙为2。",),)),
        Block("level2", (("（一）滞后的指标",),)),
        Block("body", (("1.丙：慢。",),)),
        Block("annex", (("附件1",), ("得分与位次",))),
        Block("table", rows=rows, widths=(1, 1, 1), aligned="lll"),
    )
    bulletin = Bulletin("关于某事", simulated=True, blocks=blocks)

    said = wording_of(bulletin, {})

    assert said == wording_in({"a.docx": bulletin_docx(bulletin)})
    assert said.sentences["通报", "一、总体进展"] == ("一、总体进展", "甲为1；", "乙为2。")
    assert said.sentences["通报", "一、总体进展（一）滞后的指标"] == ("（一）滞后的指标", "1.丙：慢。")
    assert said.cells["通报", "附件1", "乙县", "得分"] == "70"


def test_rows_of_a_table_are_known_by_what_they_are_called_however_many_there_are():
    old = wording_in({"tables/t.csv": b"target,place,value\r\na,1,5\r\na,2,6\r\n"})
    new = wording_in({"tables/t.csv": b"target,place,value\r\na,2,7\r\n"})

    assert [(d.place, d.was, d.now) for d in differences(old, new)] == [
        (("t", "a", "1", "value"), "5", ""),
        (("t", "a", "2", "value"), "6", "7"),
    ]
