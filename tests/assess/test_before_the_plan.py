"""What was measured last before a plan began: nobody was asked for it, and nobody owes it."""

import pytest

from builders import element, places, plan_of, rules
from chengzai.assess import Measured, assess_plan
from chengzai.collect import facts_of
from chengzai.kernel import Period, parse_formula
from chengzai.measure import Indicator, build_cube


@pytest.mark.parametrize(("frequency", "first", "closed"), [("year", "2023", "2022"), ("quarter", "2023Q1", "2022Q4")])
def test_a_period_before_the_plan_was_not_asked_for(frequency, first, closed):
    plan = plan_of()
    (target,) = plan.targets
    indicator = Indicator(target.id, "it", parse_formula("a"), "个", 0, frequency)
    cube = build_cube(
        facts_of([]), elements=[element("a", frequency=frequency)], indicators=[indicator], places=places(),
        periods=[Period.parse(first)],
    )  # fmt: skip
    measured = Measured({frequency: cube}, {indicator.id: indicator}, facts_of([]))

    before = assess_plan(plan, measured, {}, Period.parse("2023-01"), rules())
    after = assess_plan(plan, measured, {}, Period.parse("2023-12"), rules())

    assert {(a.state, a.measured.text) for judged in before.values() for a in judged.values()} == {
        ("not_asked", closed)
    }
    assert "在方案期之前" in before[plan.root][target.id].reason.zh
    assert frequency == "quarter" or {a.state for judged in after.values() for a in judged.values()} == {"no_report"}
