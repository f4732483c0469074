"""Small words of papers: the months a value speaks of, whose reports are missing, and what a bulletin tells of."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from chengzai.assess import rounded_gap
from chengzai.kernel import Period
from chengzai.publish import Difference
from chengzai.publish._edition import rounded
from chengzai.publish._erratum import corrected_in
from chengzai.publish._sentences import Sentences


@pytest.mark.parametrize(("month", "words"), [("2023-01", "（2023年1月）"), ("2023-02", "（2023年1—2月）")])
def test_the_months_of_a_yearly_target_are_one_month_in_january(edition, month, words):
    yearly = next(t for t in edition.plan.targets if t.every_year)
    stand = SimpleNamespace(target=yearly.id, measured=Period.parse(month))

    assert Sentences(edition).when(stand) == words


def test_a_plan_that_names_no_city_speaks_of_its_own_departments(edition):
    root = edition.plan.root

    assert edition.unit_name(root) == "衢州市本级"
    nameless = replace(edition, plan=replace(edition.plan, city="", short_title="政府工作报告"))
    assert nameless.unit_name(root) == "本级部门"
    assert (edition.progress, nameless.progress) == ("工程进展", "进展")


@pytest.mark.parametrize("number", [-0.0, -0.04, -1e-12])
@pytest.mark.parametrize("mode", ["half_up", "truncate"])
def test_what_rounds_to_nought_is_printed_without_a_sign(number, mode):
    assert str(rounded_gap(number, mode)) == str(float(rounded_gap(number, mode))) == rounded(number, 1, mode) == "0.0"


@pytest.mark.parametrize(
    ("column", "was", "now", "printed"),
    [
        ("state", "watch", "on_course", ("关注", "按期")),
        ("met", "False", "True", ("否", "是")),
        ("attained_share", "0.7800000000000001", "nan", ("78.0%", "—")),
        ("gap_points", "-0.01", "3.25", ("0.0", "3.3")),
        ("gap_points", "3.21", "3.24", ("3.21", "3.24")),
        ("reason", "", "未报", ("", "未报")),
        ("period", "2026-10", "2026-11", ("2026-10", "2026-11")),
    ],
)
def test_an_erratum_prints_values_and_states_as_documents_do(edition, column, was, now, printed):
    target = edition.plan.targets[0].id
    place = ("assessments", target, edition.plan.root, "2026-10", column)

    found = corrected_in(edition, Difference(place, was, now, is_cell=True), ["原因"])

    assert (found.was, found.now) == printed


def test_an_erratum_prints_a_value_in_the_unit_and_with_the_decimals_of_its_target(edition):
    target = next(t for t in edition.plan.targets if edition.scale(t) > 1)
    scale, decimals = edition.scale(target), edition.decimals(target)
    place = ("assessments", target.id, edition.plan.root, "2026-10", "value")

    found = corrected_in(edition, Difference(place, str(7.800000000000001 * scale), "", is_cell=True), ["原因"])

    assert found.was == f"{7.8:.{decimals}f}{edition.unit(target)}"
    assert found.now == ""
