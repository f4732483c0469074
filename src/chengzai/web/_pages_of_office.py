"""The pages of the office, each one function: its data is the twin, its template shows it."""

from typing import Any

from django.http import HttpRequest

from chengzai.cycle import (
    adjustments_page,
    allocation_page,
    appraisal_of,
    appraisal_page,
    burden_page,
    content_page,
    decide_page,
    desk_page,
    drift_view,
    issued_page,
    kept_scenarios,
    moving_progress,
    paper_page,
    register_list,
    register_page,
    scenario_page,
    sheet_page,
    status_page,
    target_split,
    task_page,
    trail_page,
    try_weights,
    verification_page,
    verify_journal,
)
from chengzai.publish import PAPERS
from chengzai.web._acts_of_evaluation import month_of
from chengzai.web._door import account_of, opened, page, year_of
from chengzai.web._editions import edition_of, evaluation_of, paper_as_is
from chengzai.web._folders import content_folder, data_folder
from chengzai.web._gate import STEPS, may
from chengzai.web._outlooks import outlook_of, told_of
from chengzai.web._people import people_page
from chengzai.web._scenarios import kept_scenario, runs, table_of
from chengzai.web.shield import is_real

View = dict[str, Any]


@page("home", "home.html")
def home(request: HttpRequest) -> View:
    """Return the person's desk: what is due, what waits, what changed since the last visit."""
    office, actor = opened(request, "desk")
    return desk_page(office, actor, seen=account_of(request).seen)


@page("form/{form}/{unit}/{period}", "sheet.html")
def form(request: HttpRequest, form: str, unit: str, period: str) -> View:
    """Return one form of a unit and period, as it stands for this person."""
    office, actor = opened(request, "sheet", unit)
    return sheet_page(office, actor, form, unit, period)


@page("tasks/{unit}/{period}", "tasks.html")
def tasks(request: HttpRequest, unit: str, period: str) -> View:
    """Return the tasks of a unit for a month."""
    office, actor = opened(request, "sheet", unit)
    return task_page(office, actor, unit, period)


@page("status/{period}", "status.html")
def status(request: HttpRequest, period: str) -> View:
    """Return who has reported what for a period, within the person's scope."""
    office, actor = opened(request, "status")
    return status_page(office, actor, period)


@page("registers", "registers.html")
def registers(request: HttpRequest) -> View:
    """Return the registers with their counts."""
    office, actor = opened(request, "register")
    return register_list(office, actor)


@page("register/{name}", "register.html")
def register(request: HttpRequest, name: str, unit: str = "") -> View:
    """Return one register's entries within the person's scope; `unit` narrows it."""
    office, actor = opened(request, "register", unit)
    return register_page(office, actor, name, unit)


@page("allocation", "allocation.html")
def allocation(request: HttpRequest) -> View:
    """Return how far targets and tasks have been allocated."""
    office, actor = opened(request, "allocation")
    return allocation_page(office, actor)


@page("allocation/{target}", "split.html")
def split(request: HttpRequest, target: str, rule: str = "") -> View:
    """Return one target's split, as it stands or as a rule proposes it."""
    office, actor = opened(request, "allocation")
    return target_split(office, actor, target, rule) | {"may_amend": may(office, actor, "plan.amend")}


@page("import/{form}", "wizard.html")
def wizard(request: HttpRequest, form: str) -> View:
    """Return the first step of bringing in an existing sheet."""
    from chengzai.cycle import wizard_page  # noqa: PLC0415 -- one use

    office, actor = opened(request, "import")
    return wizard_page(office, actor, form)


@page("evaluation/{period}", "evaluation.html")
def evaluation(request: HttpRequest, period: str) -> View:
    """Return the counties' evaluation for a month: scores, ranks with their ranges, groups, and what moves them."""
    opened(request, "board")
    told = evaluation_of(period)
    tried = {name[2:]: str(value) for name, value in request.GET.items() if name.startswith("w-")}
    return told | {"schemes": [s | {"what_if": try_weights(s, tried)} for s in told["schemes"]]} if tried else told


@page("outlook/{period}", "outlook.html")
def outlook(request: HttpRequest, period: str) -> View:
    """Return what will be missed, how sure that is, how such forecasts did, and what deserves a second look."""
    opened(request, "board")
    return dict(outlook_of(period))


@page("issued/{period}", "issued.html")
def issued(request: HttpRequest, period: str) -> View:
    """Return a month's issues with their kept files, and what the last one would say today."""
    office, actor = opened(request, "board")
    return issued_page(content_folder(), data_folder(), edition_of(period)) | {"may_issue": may(office, actor, "issue")}


@page("papers/{period}", "papers.html")
def papers(request: HttpRequest, period: str) -> View:
    """Return the papers that can be written for a month; each is made when it is fetched."""
    opened(request, "board")
    edition = edition_of(period)
    return {"period": edition.period.text, "simulated": edition.simulated, "papers": list(PAPERS)}


@page("papers/{period}/{kind}", "paper.html")
def paper(request: HttpRequest, period: str, kind: str) -> View:
    """Return one paper of a month: its files, what stands against issuing it, and its layout as measured."""
    opened(request, "board")
    return paper_page(edition_of(period), kind, paper_as_is(period, kind))


@page("appraisal/{year}", "appraisal.html")
def appraisal(request: HttpRequest, year: str, unit: str = "") -> View:
    """Return a year's evaluation procedure: the counties as they stand, and the lines of one of them."""
    office, actor = opened(request, "appraisal")
    known = appraisal_of(year_of(year), real=not office.simulated)
    own = [u for u in (known.lines if known else ()) if may(office, actor, "appraisal.claim", u)]
    unit = unit or (own[0] if own else "")
    allowed = {step: may(office, actor, f"appraisal.{kind}", unit) for step, kind in STEPS.items()}
    return appraisal_page(office, year_of(year), unit, allowed)


@page("adjustments/{year}", "adjustments.html")
def adjustments(request: HttpRequest, year: str) -> View:
    """Return a year's events: bonus, penalty, cap and veto, with their documents, appeals and effects."""
    office, actor = opened(request, "appraisal")
    return adjustments_page(office, year_of(year)) | {
        "may_enter": may(office, actor, "adjustment.enter"),
        "may_decide": may(office, actor, "adjustment.decide"),
        "actor_id": actor.id,
        "may_appeal": [code for code in office.counties if may(office, actor, "adjustment.appeal", code)],
    }


@page("verification/{period}", "verification.html")
def verification(request: HttpRequest, period: str) -> View:
    """Return a month's sample: how it was drawn, what was found beside each report, and what that says of counties."""
    office, actor = opened(request, "verification")
    month = month_of(period)
    return verification_page(office, month) | {
        "drift": drift_view(office, month.year),
        "may_draw": may(office, actor, "verification.draw"),
        "may_find": may(office, actor, "verification.find"),
    }


@page("scenarios", "scenarios.html")
def scenarios(request: HttpRequest, kind: str = "") -> View:
    """Return the scenarios side by side, and the ways to the nearest facility of a kind on the map."""
    office, actor = opened(request, "decide")
    table, edition = table_of()
    told = decide_page(table, edition, kept_scenarios(simulated=not is_real()), kind)
    return told | {"running": runs().now, "failed": runs().failed(), "may_run": may(office, actor, "decide.run")}


@page("scenario/{name}", "scenario.html")
def scenario(request: HttpRequest, name: str) -> View:
    """Return one scenario whole."""
    office, actor = opened(request, "decide")
    table, edition = table_of()
    told = kept_scenario(name)
    return scenario_page(table, edition, told, told_of(edition)) | {
        "moving": moving_progress(table, office, told) if told["moves"]["villages"] else None,
        "may_run": may(office, actor, "decide.run"),
    }


@page("burden", "burden.html")
def burden(request: HttpRequest) -> View:
    """Return what reporting costs each kind of unit."""
    office, _ = opened(request, "burden")
    return burden_page(office)


@page("content", "content.html")
def content(request: HttpRequest) -> View:
    """Return the packs adopted so far, and what waits to be adopted."""
    office, actor = opened(request, "content")
    return {**content_page(office, content_folder()), "may_adopt": "administrator" in actor.roles}


@page("journal", "journal.html")
def journal(request: HttpRequest, before: int | None = None, search: str = "", verify: bool = False) -> View:  # noqa: FBT001, FBT002
    """Return the latest entries of the journal; `verify` checks the whole chain."""
    office, _ = opened(request, "journal")
    checked = verify_journal() if verify else None
    verified = {"entries": checked.entries, "broken_at": checked.broken_at, "why": checked.why} if checked else {}
    return {**trail_page(office, before=before, search=search), "verified": verified}


@page("people", "people.html")
def people(request: HttpRequest) -> View:
    """Return the accounts and their grants."""
    office, actor = opened(request, "people")
    return people_page(office, actor)
