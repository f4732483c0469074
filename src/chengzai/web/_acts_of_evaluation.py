"""The acts of evaluation: events entered, decided and appealed."""

from typing import Any

from django.http import HttpRequest

from chengzai.cycle import enter_adjustment, step_adjustment, unit_of_adjustment
from chengzai.kernel import Text, UserError
from chengzai.web._door import api, opened
from chengzai.web._gate import require
from chengzai.web._requests import Event, EventStep

Answer = dict[str, Any]


@api.post("/office/act/adjustment-enter.json", response=Answer, tags=["acts"])
def adjustment_enter(request: HttpRequest, given: Event) -> Answer:
    """Enter a bonus, penalty, cap or veto of a county with its document."""
    office, actor = opened(request, "adjustment.enter")
    said = given.dict(exclude={"year", "unit"}, exclude_defaults=True)
    return enter_adjustment(office, actor, int(given.year), given.unit, said)


@api.post("/office/act/adjustment-appeal.json", response=Answer, tags=["acts"])
def adjustment_appeal(request: HttpRequest, given: EventStep) -> Answer:
    """Appeal against an event of one's own county."""
    office, actor = opened(request, "adjustment.appeal", given.unit)
    require(office, actor, "adjustment.appeal", unit_of_adjustment(office, given.key))  # the event's own county counts
    _step_is(given, {"appeal"})
    return step_adjustment(office, actor, given.key, given.act, reason=given.reason)


@api.post("/office/act/adjustment-decide.json", response=Answer, tags=["acts"])
def adjustment_decide(request: HttpRequest, given: EventStep) -> Answer:
    """Accept or refuse an event, or decide an appeal against it."""
    office, actor = opened(request, "adjustment.decide")
    _step_is(given, {"accept", "refuse", "rule"})
    return step_adjustment(office, actor, given.key, given.act, reason=given.reason, outcome=given.outcome)


def _step_is(given: EventStep, allowed: set[str]) -> None:
    if given.act not in allowed:
        raise UserError(Text("这里不能做这一步。", "That step is not taken here."))
