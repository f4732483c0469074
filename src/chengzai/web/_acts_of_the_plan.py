"""What people do at the door to the plan itself: splits and duties proposed and approved, one target amended."""

from typing import Any

from django.http import HttpRequest

from chengzai.cycle import (
    TargetAmendment,
    amend_target,
    approve,
    assign_tasks,
    propose_all,
    propose_split_of,
)
from chengzai.web._door import api, opened
from chengzai.web._folders import content_folder
from chengzai.web._requests import Amendment, Approval, Duties, Rule, Split

Answer = dict[str, Any]


@api.post("/office/act/propose.json", response=Answer, tags=["acts"])
def propose(request: HttpRequest, given: Rule) -> Answer:
    """Propose a split by one rule for every target and task that has none."""
    office, actor = opened(request, "allocation.propose")
    return propose_all(office, actor, given.rule)


@api.post("/office/act/split/{target}.json", response=Answer, tags=["acts"])
def split(request: HttpRequest, target: str, given: Split) -> Answer:
    """Propose an edited split of one target."""
    office, actor = opened(request, "allocation.propose")
    return propose_split_of(office, actor, target, given.dict())


@api.post("/office/act/duties.json", response=Answer, tags=["acts"])
def duties(request: HttpRequest, given: Duties) -> Answer:
    """Propose who answers for tasks."""
    office, actor = opened(request, "allocation.propose")
    return assign_tasks(office, actor, {k: duty.dict() for k, duty in given.duties.items()}, given.why)


@api.post("/office/act/approve.json", response=Answer, tags=["acts"])
def approved(request: HttpRequest, given: Approval) -> Answer:
    """Approve proposed splits or duties, or return them with a reason."""
    office, actor = opened(request, "allocation.approve")
    return approve(office, actor, given.topic, given.keys, reason=given.reason, since=given.since, why=given.why)


@api.post("/office/act/amend/{target}.json", response=Answer, tags=["acts"])
def amend(request: HttpRequest, target: str, given: Amendment) -> Answer:
    """Amend one target from a day on: new words of a document; the pack with them is in force."""
    office, actor = opened(request, "plan.amend")
    return dict(amend_target(office, content_folder(), actor, target, TargetAmendment(**given.dict())))
