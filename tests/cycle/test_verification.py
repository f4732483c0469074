"""Verification by sample as a story: drawn once by a published seed, checked by others, and felt in the ranks."""

import pytest

from builders import QUZHOU
from chengzai.assess import SampledValue, draw_sample
from chengzai.collect import Sheet
from chengzai.cycle import (
    VerificationRefused,
    draw_verification,
    evaluate,
    record_finding,
    simulate_city,
    verification_page,
    verify_journal,
)
from chengzai.cycle._verification import handlers_of
from chengzai.kernel import Period
from office import TASK_FORCE, office_at, person

pytestmark = pytest.mark.django_db
CHECKER = person("evaluator", ("evaluator", "3308"))
MONTH = Period.parse("2026-10")
GOOD = {"evidence": "凭证12号"}


@pytest.fixture
def city_office(tmp_path, monkeypatch):
    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2026-09"), MONTH))
    return tmp_path, office_at(tmp_path, monkeypatch, "2026-11-20")


def test_a_sample_is_drawn_checked_and_felt_in_the_ranks(city_office):
    data, office = city_office
    with pytest.raises(VerificationRefused, match="种子"):
        draw_verification(office, TASK_FORCE, MONTH, "7", 12)
    with pytest.raises(VerificationRefused, match="没有结束"):
        draw_verification(office, TASK_FORCE, Period.parse("2026-12"), "双色球2026128", 12)
    told = draw_verification(office, TASK_FORCE, MONTH, "双色球2026128", 12)
    page = verification_page(office, MONTH)
    assert told["count"] == len(page["values"]) == 12 * 6
    assert page["seed"] == "双色球2026128"
    assert {v["unit"] for v in page["values"]} == set(office.counties)
    again = [SampledValue(*(v[k] for k in ("unit", "element", "place", "period", "value"))) for v in page["values"]]
    assert [v.key for v in draw_sample(again, page["seed"], 12)] == [v["key"] for v in page["values"]]
    with pytest.raises(VerificationRefused, match="不能重抽"):
        draw_verification(office, TASK_FORCE, MONTH, "另一个种子号码", 12)

    first = page["values"][0]
    with pytest.raises(VerificationRefused, match="抽样人"):
        record_finding(office, TASK_FORCE, MONTH, first["key"], {"found": 1.0, **GOOD})
    with pytest.raises(VerificationRefused, match="佐证"):
        record_finding(office, CHECKER, MONTH, first["key"], {"found": 1.0})
    with pytest.raises(VerificationRefused, match="核实数"):
        record_finding(office, CHECKER, MONTH, first["key"], {"found": None, **GOOD})
    with pytest.raises(VerificationRefused, match="没有被抽中"):
        record_finding(office, CHECKER, MONTH, "x|y|2026-10", {"found": 1.0, **GOOD})

    before = evaluate(QUZHOU, data, MONTH, real=False)
    assert before["verified"] == {}
    doubtful = first["unit"]
    for v in page["values"]:
        off = 0.5 if v["unit"] == doubtful else 1.0
        record_finding(office, CHECKER, MONTH, v["key"], {"found": v["value"] * off, **GOOD})
    units = {u["unit"]: u for u in verification_page(office, MONTH)["units"]}
    nonzero = sum(v["value"] != 0 for v in page["values"] if v["unit"] == doubtful)
    assert (units[doubtful]["checked"], units[doubtful]["wrong"]) == (12, nonzero)
    assert all(u["wrong"] == 0 for code, u in units.items() if code != doubtful)

    after = evaluate(QUZHOU, data, MONTH, real=False)
    rows = {r["place"]: r for r in after["schemes"][0]["rows"]}
    was = {r["place"]: r for r in before["schemes"][0]["rows"]}
    assert list(after["verified"]) == [rows[doubtful]["name"]]
    assert rows[doubtful]["likely_by_rule"] == was[doubtful]["likely"]
    width = [r["likely"][1] - r["likely"][0] for r in (was[doubtful], rows[doubtful])]
    assert width[1] > width[0], "what the sample found widens the rank that the county can have"
    assert [(r["rank"], r["best"], r["worst"]) for r in rows.values()] == [
        (r["rank"], r["best"], r["worst"]) for r in was.values()
    ], "the headline stands"
    assert verify_journal().broken_at == 0


def test_a_second_word_of_the_checker_replaces_the_first(city_office):
    _, office = city_office
    draw_verification(office, TASK_FORCE, MONTH, "双色球2026128", 1)
    key = verification_page(office, MONTH)["values"][0]["key"]
    record_finding(office, CHECKER, MONTH, key, {"found": 1.0, **GOOD})
    record_finding(office, CHECKER, MONTH, key, {"found": 2.0, "evidence": "凭证13号"})

    value = verification_page(office, MONTH)["values"][0]
    assert (value["found"], value["evidence"], value["checker"]) == (2.0, "凭证13号", CHECKER.name)


def test_nobody_who_had_a_value_in_hand_checks_it(city_office):
    """Who typed, reviewed, returned or accepted a value at any time is no stranger to it."""
    _, office = city_office
    hands = [person(name, ("evaluator", "3308")) for name in ("typist", "reporter", "first", "reviewer", "acceptor")]
    typist, reporter, first, reviewer, acceptor = hands
    draw_verification(office, TASK_FORCE, MONTH, "双色球2026128", 1)
    value = verification_page(office, MONTH)["values"][0]
    element, place, period = value["key"].split("|")
    form = next(f for f in office.forms.values() if f.frequency == "month")
    sheet = Sheet(f"form/{form.id}", place, period)
    said = {element: {"value": "1", "typed_by": typist.id}}
    for act, who, lines in (
        ("submit", reporter, said),
        ("return", first, {element: {}}),
        ("submit", reporter, said),
        ("review", reviewer, {element: {}}),
        ("accept", acceptor, {element: {}}),
    ):
        office.record(act, sheet, who, lines, "因")

    for who in hands:
        with pytest.raises(VerificationRefused, match="填报、审核、验收过"):
            record_finding(office, who, MONTH, value["key"], {"found": 1.0, **GOOD})
    assert record_finding(office, CHECKER, MONTH, value["key"], {"found": 1.0, **GOOD})["key"] == value["key"]


def test_who_handled_an_entry_does_not_check_what_the_register_counts(city_office):
    _, office = city_office
    element, register = next(iter(office.counted.items()))
    value = SampledValue("330802", element, "330802", MONTH.text, 1.0)
    entry = Sheet(f"register/{register.id}", "330802", "")
    office.record("submit", entry, person("clerk"), {"某项": {}})
    office.record("submit", Sheet(entry.topic, "330803", ""), person("stranger"), {"某项": {}})

    assert handlers_of(office, value) == {"clerk"}
