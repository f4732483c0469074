"""Views translate addresses to pages; they never compute."""

import logging
import re

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string

from chengzai.cycle import last_facts
from chengzai.kernel import Actor, Period, PeriodError, UserError
from chengzai.publish import changes_page, city_page
from chengzai.web._door import account_of, api, frame, office_of, problem_page
from chengzai.web._editions import edition_of, editions, issue_of
from chengzai.web._gate import require
from chengzai.web._outlooks import told_of
from chengzai.web._pages import NoSuchPage, foreseen, page_data, page_html, page_json
from chengzai.web._reviews import draft_folder
from chengzai.web.shield import is_real

_log = logging.getLogger(__name__)


def start(request: HttpRequest) -> HttpResponse:
    """Lead to the person's desk, to the open boards, or to the draft if the door was opened for one."""
    if draft_folder():
        return HttpResponseRedirect("/review/")
    if settings.OPEN_BOARDS and not request.user.is_authenticated:
        return HttpResponseRedirect(f"/{editions().latest}/index.html")
    return HttpResponseRedirect("/office/home.html")


def page(request: HttpRequest, period: str, name: str, form: str, language: str = "zh") -> HttpResponse:
    """Return a page of the boards or its JSON twin, within the person's scope."""
    shut = _shut(request, name)
    if shut:
        return shut
    try:
        edition = editions().of(Period.parse(period))
        data = _scoped(request, page_data(edition, name, language))
        if name == "index":
            written = editions().issued(f"bulletin-{edition.period}.docx") is not None
            data = {**data, "issue": issue_of(edition.period), "unwritten": not written}
        told = told_of(edition) if request.user.is_authenticated else None
        if told:
            data = data | foreseen(told, name)
        if form == "json":
            return HttpResponse(page_json(data), content_type="application/json; charset=utf-8")
        signed = request.user.is_authenticated
        return HttpResponse(
            page_html(data, name, periods=editions().periods, served=True, nonce=_nonce(request), signed=signed)
        )
    except (PeriodError, NoSuchPage, KeyError):
        return _missing(language)
    except UserError as problem:
        return problem_page(request, problem)


def cell(request: HttpRequest, period: str, cell: str) -> HttpResponse:
    """Lead from the cell that a document's content control names to the page that shows it."""
    shut = _shut(request)
    if shut:
        return shut
    match (cell or request.GET.get("cell", "")).strip().removeprefix("then/").split("/"):
        case ["target", target, *_]:
            return HttpResponseRedirect(f"/{period}/target-{target}.html")
        case ["evaluation", *_]:
            return HttpResponseRedirect(f"/office/evaluation/{period}.html")
        case ["count" | "share" | "change" | "rank" | "missing", place, *_] if place in edition_of(period).counties:
            return HttpResponseRedirect(f"/{period}/county-{place}.html")
    return HttpResponseRedirect(f"/{period}/index.html")


def _nonce(request: HttpRequest) -> str:
    return str(getattr(request, "nonce", ""))


def _shut(request: HttpRequest, name: str = "index") -> HttpResponse | None:
    """Return why the boards are closed to a person, or None: open boards show the city to everybody on the network."""
    if settings.OPEN_BOARDS and not request.user.is_authenticated:
        return None
    if not request.user.is_authenticated:
        if request.path.endswith(".json"):
            return HttpResponse('{"zh": "请先登录。", "en": "Sign in first."}', status=401)
        return redirect_to_login(request.get_full_path())
    kind, _, unit = name.partition("-")
    try:
        account = account_of(request)
        if account.must_change:
            return HttpResponseRedirect("/accounts/password/change/")
        actor = account.actor
        if kind == "county":
            require(office_of(request), actor, "county", unit)
        else:
            require(office_of(request), actor, "board")
    except UserError as problem:
        return problem_page(request, problem)
    return None


def _scoped(request: HttpRequest, data: dict[str, object]) -> dict[str, object]:
    """Return a page's data without the single reports of units outside the person's scope; open boards show none."""
    observations = data.get("observations")
    if not isinstance(observations, dict):
        return data
    office = office_of(request)
    actor = account_of(request).actor if request.user.is_authenticated else Actor("", "")
    rows = []
    for row in observations["rows"]:
        form = office.asked_by.get(str(row["element"]))
        department = form.department if form else ""
        if office.scope.may_see(actor, str(row["place"]), kind="form", department=department):
            rows.append(row)
    hidden = len(observations["rows"]) - len(rows)
    return {**data, "observations": {**observations, "rows": rows, "hidden": hidden}}


def wall(request: HttpRequest, form: str) -> HttpResponse:
    """Return the wall screen, the city in large type, renewed by itself; or its twin."""
    shut = _shut(request)
    if shut:
        return shut
    language = "en" if request.path.startswith("/en/") else "zh"
    data = city_page(editions().of(Period.parse(editions().latest)), language)
    if form == "json":
        return JsonResponse(data)
    return HttpResponse(render_to_string("wall.html", data, request=request))


def changes(request: HttpRequest, form: str) -> HttpResponse:
    """Return the lights that changed since the person last looked, as a page or its twin."""
    shut = _shut(request)
    if shut:
        return shut
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    language = "en" if request.path.startswith("/en/") else "zh"
    period = Period.parse(editions().latest)
    now, then = (
        editions().of(period),
        editions().as_known(period, account_of(request).seen or last_facts(real=is_real())),
    )
    data = changes_page(now, then, language)
    if form == "json":
        return JsonResponse(data)
    return HttpResponse(render_to_string("office/changes.html", frame(request, data), request=request))


def issued(request: HttpRequest, name: str) -> HttpResponseBase:
    """Return an issued file of the latest run, such as the bulletin."""
    shut = _shut(request)
    if shut:
        return shut
    path = editions().issued(name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name) if path else _missing("zh")


def missing(_: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- the framework passes it
    """Return the page for an address that is none."""
    return _missing("zh")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for what may not be opened."""
    told = {"language": "zh", "problem": "没有权限，或页面已过期；请返回刷新后再试。"}
    return HttpResponse(render_to_string("missing.html", told, request=request), status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of the program: one line, no trace."""
    _log.error("fault at %s", request.path)
    told = {"language": "zh", "problem": "程序出错，已记录；已保存的内容没有丢失，请稍后重试。"}
    return HttpResponse(render_to_string("missing.html", told), status=500)


def _missing(language: str) -> HttpResponse:
    return HttpResponse(render_to_string("missing.html", {"language": language}), status=404)


def description(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI description of every twin and act to who is signed in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    schema = api.get_openapi_schema(path_prefix="/")
    return JsonResponse({**schema, "paths": {**schema["paths"], **_boards_described()}})


_BOARDS = {
    "/{period}/index.json": "The city in a month: lights, changes, sections, ranking, map.",
    "/{period}/county-{code}.json": "One county in a month, within the person's scope.",
    "/{period}/target-{target}.json": "One target: sentence, series, judgement, working, reports within scope.",
    "/{period}/document.json": "The plan's text with where every number went.",
    "/wall.json": "The city in the month the boards open with.",
    "/changes.json": "The lights that changed since the person last looked.",
}


def _boards_described() -> dict[str, object]:
    """Return the boards' twins in the words of the description; they are served by the same functions as the pages."""
    told: dict[str, object] = {}
    for address, words in _BOARDS.items():
        names = re.findall(r"{(\w+)}", address)
        given = [{"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in names]
        answer = {
            "200": {"description": "The page's data.", "content": {"application/json": {"schema": {"type": "object"}}}}
        }
        told[address] = {"get": {"tags": ["boards"], "description": words, "parameters": given, "responses": answer}}
    return told
