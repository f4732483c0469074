"""What a planner does at the door: begin a scenario, and try a facility at a point."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse

from chengzai.cycle import (
    choice_of,
    is_stale,
    presets,
    propose_kit,
    propose_sites,
    scenario_workbook,
    try_site,
    why_stays,
)
from chengzai.web._door import XLSX, api, file_answer, opened
from chengzai.web._outlooks import told_of
from chengzai.web._requests import KitAsked, Proposal, Scenario, Site, VillageAsked
from chengzai.web._scenarios import kept_scenario, runs, searching_alone, table_of

Answer = dict[str, Any]


@api.post("/office/act/scenario.json", response=Answer, tags=["acts"])
def scenario(request: HttpRequest, given: Scenario) -> Answer:
    """Begin to work out a scenario; it stands among the others when it is done."""
    _, actor = opened(request, "decide.run")
    told = {"id": f"s{secrets.token_hex(4)}", **given.dict()}
    choice_of(table_of()[0], told)  # what cannot be read is said now
    runs().start([told], actor)
    return {"id": told["id"]}


@api.get("/office/scenario/{name}.xlsx", tags=["files"])
def scenario_file(request: HttpRequest, name: str) -> HttpResponse:
    """Return one scenario as a workbook: who moves, the year plan, what to have ready, boards, targets."""
    opened(request, "decide")
    (table, edition), told = table_of(), kept_scenario(name)
    title, content = scenario_workbook(told, edition, outlook=told_of(edition), stale=is_stale(table, told))
    return file_answer(title, content, XLSX)


@api.post("/office/act/scenarios.json", response=Answer, tags=["acts"])
def first_scenarios(request: HttpRequest) -> Answer:
    """Begin to work out the scenarios that the pack starts with, one after the other."""
    _, actor = opened(request, "decide.run")
    wanted = presets(table_of()[0])
    runs().start(wanted, actor)
    return {"scenarios": len(wanted)}


@api.post("/office/act/try-site.json", response=Answer, tags=["acts"])
def tried(request: HttpRequest, given: Site) -> Answer:
    """Return what one more facility at a point would do to the circles; nothing is kept."""
    opened(request, "decide")
    return try_site(table_of()[0], given.dict())


@api.post("/office/act/propose-sites.json", response=Answer, tags=["acts"])
def proposed(request: HttpRequest, given: Proposal) -> Answer:
    """Return where facilities of a kind would serve most people who lack one, with the proof; nothing is kept."""
    opened(request, "decide")
    with searching_alone():
        return propose_sites(table_of()[0], given.kind, given.count)


@api.post("/office/act/propose-kit.json", response=Answer, tags=["acts"])
def kit_proposed(request: HttpRequest, given: KitAsked) -> Answer:
    """Return which facilities complete most people's circle for some money, with the proof; nothing is kept."""
    opened(request, "decide")
    with searching_alone():
        return propose_kit(table_of()[0], given.circle, given.budget)


@api.post("/office/act/why-not.json", response=Answer, tags=["acts"])
def why(request: HttpRequest, given: VillageAsked) -> Answer:
    """Return why a village stays in a scenario, by forcing it in; takes some seconds."""
    opened(request, "decide.run")
    table, _ = table_of()
    told = kept_scenario(given.scenario)
    with searching_alone():
        return why_stays(table, told, given.village.strip())
