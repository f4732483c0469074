"""The acts of evaluation: events entered, decided and appealed; samples drawn and checked."""

from typing import Any

from django.http import HttpRequest

from chengzai.cycle import (
    draw_verification,
    enter_adjustment,
    record_finding,
    step_adjustment,
    unit_of_adjustment,
)
from chengzai.kernel import Period, PeriodError, Text, UserError
from chengzai.web._door import api, opened
from chengzai.web._gate import require
from chengzai.web._requests import Draw, Event, EventStep, Found

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


@api.post("/office/act/verification-draw.json", response=Answer, tags=["acts"])
def verification_draw(request: HttpRequest, given: Draw) -> Answer:
    """Draw a month's sample by a seed that was made public before."""
    office, actor = opened(request, "verification.draw")
    return draw_verification(office, actor, month_of(given.period), given.seed, given.each)


@api.post("/office/act/verification-find.json", response=Answer, tags=["acts"])
def verification_find(request: HttpRequest, given: Found) -> Answer:
    """Record what was found in place of a drawn value."""
    office, actor = opened(request, "verification.find")
    said = given.dict(include={"found", "evidence", "note"})
    return record_finding(office, actor, month_of(given.period), given.key, said)


def month_of(written: str) -> Period:
    """Return a month as written; raises PeriodError for what is none."""
    period = Period.parse(written)
    if period.frequency != "month":
        raise PeriodError(Text(f"“{written}”不是月份。", f"'{written}' is not a month."))
    return period
