"""A plan carried over to an amended document: exactly the edits are found, and all else keeps what hangs on it."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import COUNTY, QUZHOU
from chengzai.plan import Version, audit_plan, carry, compare_versions, compile_plan, draft_plan
from chengzai.plan._align import align
from chengzai.plan._placing import Placing
from chengzai.store import read_pack, read_plan


@cache
def in_force(content):
    tables, document = read_plan(content)
    return Version(tables, compile_plan(tables, document)[0]), read_pack(content).places


def carried(content, document):
    old, places = in_force(content)
    draft = draft_plan(document, name="new")
    new = Version(draft.tables, compile_plan(draft.tables, draft.document)[0])
    return carry(old, new, places, prefix="n-")


def changes_of(content, edit):
    """Return what an edit of a document changes, after checking that the new version holds together."""
    old, _ = in_force(content)
    document = edit(old.plan.document)
    assert document != old.plan.document
    told = carried(content, document)
    plan, unread = compile_plan(told.tables, told.document)
    audit = audit_plan(plan, unread)
    assert [f.message.zh for f in audit.findings if f.severity == "error"] == []
    return [c for c in compare_versions(old.plan, plan) if c.what != "kept"], told, plan


def test_the_unchanged_text_changes_nothing_at_all():
    old, _ = in_force(QUZHOU)
    told = carried(QUZHOU, old.plan.document)
    plan, unread = compile_plan(told.tables, told.document)

    assert (unread, told.doubts) == ((), ())
    assert plan.targets == old.plan.targets
    assert {p.id: p for p in plan.promises} == {p.id: p for p in old.plan.promises}
    assert plan.repairs == old.plan.repairs
    assert plan.clauses == old.plan.clauses


def test_one_changed_number_is_one_change_and_keeps_everything_else():
    changes, told, plan = changes_of(QUZHOU, lambda text: text.replace("700个以上", "650个以上"))

    assert [(c.what, c.id, c.fields) for c in changes] == [("changed", "village-relocation", ("value",))]
    assert told.doubts == ()
    was, now = in_force(QUZHOU)[0].plan.target["village-relocation"], plan.target["village-relocation"]
    assert (was.value, now.value) == (700, 650)
    assert (now.reading, now.scope, now.place, now.name_en) == (was.reading, was.scope, was.place, was.name_en)


def test_a_number_in_a_list_of_four_changes_the_one_county_that_it_belongs_to():
    edit = lambda text: text.replace("18万、20万、15万、15万人", "18万、21万、15万、15万人")  # noqa: E731 -- one use
    changes, _, plan = changes_of(QUZHOU, edit)

    assert [(c.what, c.id, c.fields) for c in changes] == [("changed", "population-jiangshan-town", ("value",))]
    towns = ("longyou", "jiangshan", "changshan", "kaihua")
    assert [float(plan.target[f"population-{town}-town"].value) for town in towns] == [18, 21, 15, 15]


def test_a_deleted_piece_is_one_commitment_dropped():
    changes, _, _ = changes_of(QUZHOU, lambda text: text.replace("整村搬迁自然村700个以上,", ""))

    assert [(c.what, c.id) for c in changes] == [("dropped", "village-relocation")]


def test_a_piece_put_in_is_one_commitment_added():
    changes, _, plan = changes_of(QUZHOU, lambda text: text.replace("700个以上,", "700个以上,新建城市公园12个,"))

    assert [(c.what, c.new.quotes[0].words, float(c.new.value)) for c in changes] == [("added", "新建城市公园12个", 12)]
    assert changes[0].id.startswith("n-")
    assert plan.target["village-relocation"].value == 700


def test_a_whole_sentence_put_in_or_taken_out_is_found_as_its_commitments():
    sentence = re.search(r"[^。\n]*未来农场[^。\n]*。", in_force(QUZHOU)[0].plan.document)[0]
    held = {t.id for t in in_force(QUZHOU)[0].plan.targets if t.quotes[0].words in sentence}

    changes, _, _ = changes_of(QUZHOU, lambda text: text.replace(sentence, ""))

    assert {c.what for c in changes} == {"dropped"}
    assert {c.id for c in changes if c.id in in_force(QUZHOU)[0].plan.target} == held


def test_two_paragraphs_that_change_places_change_nothing():
    def swap(text):
        lines = text.split("\n")
        first = next(n for n, line in enumerate(lines) if line.startswith("2.") and n > 15)
        lines[first], lines[first + 1] = lines[first + 1], lines[first]
        return "\n".join(lines)

    changes, told, _ = changes_of(QUZHOU, swap)

    assert (changes, told.doubts) == ([], ())


def test_two_pieces_of_a_sentence_that_change_places_change_nothing():
    edit = lambda text: text.replace(  # noqa: E731 -- one use
        "全市城镇化率达到70%,整村搬迁自然村700个以上", "整村搬迁自然村700个以上,全市城镇化率达到70%"
    )
    changes, told, _ = changes_of(QUZHOU, edit)

    assert (changes, told.doubts) == ([], ())


def test_another_county_in_the_words_is_a_change_of_that_county_alone_and_its_code_is_asked():
    changes, told, _ = changes_of(QUZHOU, lambda text: text.replace("龙游、江山、常山", "柯城、江山、常山"))

    assert [(c.id, c.fields) for c in changes] == [("population-longyou-town", ("scope",))]
    assert changes[0].new.scope == "柯城县城"
    assert [(d.kind, d.id) for d in told.doubts] == [("scope", "population-longyou-town")]


def test_sections_that_are_renumbered_change_nothing():
    edit = lambda text: re.sub(r"(?m)^(\d)\.", lambda m: f"{int(m[1]) + 1}.", text)  # noqa: E731 -- one use
    changes, told, plan = changes_of(QUZHOU, edit)

    assert (changes, told.doubts) == ([], ())
    assert [s.id for s in plan.sections] == [s.id for s in in_force(QUZHOU)[0].plan.sections]


def test_a_word_that_softens_a_goal_is_a_change_of_its_comparator():
    changes, _, plan = changes_of(QUZHOU, lambda text: text.replace("城镇化率达到70%", "城镇化率达到70%左右"))

    assert [(c.id, c.fields) for c in changes] == [("urbanisation-rate", ("comparator",))]
    assert plan.target["urbanisation-rate"].quotes[0].words.endswith("70%左右")


def test_a_changed_year_asks_about_every_commitment_that_may_hang_on_it():
    _, told, _ = changes_of(QUZHOU, lambda text: text.replace("2.定量目标。到2027年,", "2.定量目标。到2026年,"))

    assert {d.kind for d in told.doubts} == {"deadline"}
    assert "village-relocation" in {d.id for d in told.doubts}


def test_a_piece_that_became_another_is_asked_about_and_can_be_told_apart():
    edit = lambda text: text.replace("整村搬迁自然村700个以上", "整村撤并行政村700个左右")  # noqa: E731 -- one use
    old, places = in_force(QUZHOU)
    _, told, _ = changes_of(QUZHOU, edit)
    draft = draft_plan(edit(old.plan.document), name="new")
    new = Version(draft.tables, compile_plan(draft.tables, draft.document)[0])

    apart = carry(old, new, places, apart=["village-relocation"])

    assert [(d.kind, d.id) for d in told.doubts][:1] == [("same", "village-relocation")]
    assert "village-relocation" not in compile_plan(apart.tables, apart.document)[0].target


# ---- random small edits, found as exactly those edits


def own(content):
    """Return the targets whose number no other shares, and whose words stand once in the document."""
    plan = in_force(content)[0].plan
    spans = [t.quotes[0].span for t in plan.targets]
    return [
        t for t in plan.targets
        if re.fullmatch(r"\d+", re.match(r"[\d.]*", t.quotes[0].number)[0]) and spans.count(t.quotes[0].span) == 1
        and t.value is not None and str(t.value) == re.match(r"\d+", t.quotes[0].number)[0]
    ]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_random_changes_of_numbers_are_found_as_exactly_those(data):
    """The oracle is the edit itself: which numbers were written anew, and what they say."""
    targets = own(COUNTY)
    chosen = data.draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3, unique_by=lambda t: t.id))
    wanted = {t.id: data.draw(st.integers(2, 99).filter(lambda n, t=t: n != t.value)) for t in chosen}

    def edit(text):
        for target in sorted(chosen, key=lambda t: -t.quotes[0].number_span.start):
            span = target.quotes[0].number_span
            digits = re.match(r"\d+", text[span.start :])[0]
            text = text[: span.start] + str(wanted[target.id]) + text[span.start + len(digits) :]
        return text

    changes, _, plan = changes_of(COUNTY, edit)

    assert {c.id for c in changes if "value" in c.fields} == set(wanted)
    assert {c.id for c in changes if isinstance(c.old, type(targets[0]))} == set(wanted)
    assert all(plan.target[id_].value == value for id_, value in wanted.items())


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_sentences_put_in_and_taken_out_at_random_are_found_as_exactly_those(data):
    """The oracle is the edit: the sentence taken out held these commitments, the one put in is one commitment."""
    old = in_force(COUNTY)[0]
    sentences = [m for m in re.finditer(r"[^。\n]*。", old.plan.document) if "、" not in m[0][:3]]
    heads = [str(section["starts"]) for section in old.tables["plan"]["section"]]
    free = [m for m in sentences if not any(m[0].startswith(head) for head in heads)]
    gone = data.draw(st.none() | st.sampled_from(free))
    at = data.draw(st.sampled_from(sentences)).end()
    inside = {t.id for t in old.plan.targets if gone and gone.start() <= t.quotes[0].span.start < gone.end()}

    def edit(text):
        text = text[:at] + "新建灯塔9座。" + text[at:]
        shift = len("新建灯塔9座。") if gone and gone.start() >= at else 0
        return text[: gone.start() + shift] + text[gone.end() + shift :] if gone else text

    changes, _, _ = changes_of(COUNTY, edit)

    found = [c for c in changes if isinstance(c.new or c.old, type(old.plan.targets[0]))]
    assert {c.id for c in found if c.what == "dropped"} == inside
    assert [c.new.quotes[0].words for c in found if c.what == "added"] == ["新建灯塔9座"]
    assert {c.what for c in found} <= {"dropped", "added"}


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text("甲乙丙1，。、", min_size=1, max_size=6), min_size=1, max_size=8), data=st.data())
def test_words_that_only_moved_stand_where_they_are_found(words, data):
    old = "。".join(words) + "。"
    pieces = re.findall(r"[^，。]*[，。]", old)
    new = "".join(data.draw(st.permutations(pieces)))
    lines = align(old, new)
    for start, end in lines.left:
        place = lines.find(start, end)

        assert place is not None
        assert new[place.start : place.end] == old[start:end]


def test_what_is_placed_is_cited_so_that_it_is_found_again():
    old, _ = in_force(QUZHOU)
    placing = Placing(old, old, align(old.plan.document, old.plan.document))
    for target in old.plan.targets:
        row, place = placing.quoted(target.quotes[0])
        clause = next(c for c in placing.clauses if c.id == row["clause"])
        assert clause.find(row["words"], row.get("occurrence", 1)) == place.start == target.quotes[0].span.start


@pytest.mark.parametrize(
    ("was", "now"), [("700个", "1700个"), ("700个", "7000个"), ("700个", "70个"), ("700个", "701.5个")]
)
def test_a_number_is_read_whole_however_its_digits_overlap(was, now):
    _, _, plan = changes_of(QUZHOU, lambda text: text.replace("700个以上", f"{now}以上"))

    assert str(plan.target["village-relocation"].value) == now.rstrip("个")
