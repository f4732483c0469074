"""The mechanics of the door: one function is a page and its JSON twin; what is wrong is said, never traced."""

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, re_path
from ninja import NinjaAPI
from ninja.security import SessionAuth

from chengzai.collect import MISSING, TASK_STATES, NotAllowed
from chengzai.cycle import Locked, NoSuchSheet, Office, Refused, names_of_evidence, open_month, open_office
from chengzai.kernel import Actor, Period, PeriodError, Text, UserError
from chengzai.web._editions import editions
from chengzai.web._folders import content_folder, data_folder
from chengzai.web._gate import require
from chengzai.web._labels import label
from chengzai.web.models import Account
from chengzai.web.shield import is_real

Data = dict[str, Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address, its template, and the function that gives its data."""

    address: str
    template: str
    data: Callable[..., Data]


PAGES: list[Page] = []
_DECIDABLE = {("review", "submitted"), ("accept", "reviewed"), ("accept", "accepted")}
# What reviewers write most; the cursor stays in the field, so that each can be made precise.
USUAL_REASONS = (
    "与上月完全相同，请核对是否更新",
    "变动较大，请说明原因",
    "单位可能有误，请核对",
    "请补充佐证材料",
    "与部门数据不一致，请核对",
)


class Signed(SessionAuth):
    """A signed-in account that has chosen its own password; writing also needs the form's own token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002 -- the framework passes it
        """Return the account, or nothing."""
        user = request.user
        return user if user.is_authenticated and not user.must_change else None


api = NinjaAPI(
    title="承载 Chengzai",
    version="1",
    description="Every page's data, and every act. Addresses are those of the pages, ending in .json.",
    auth=Signed(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="twins",
)


def page(address: str, template: str) -> Callable[[Callable[..., Data]], Callable[..., Data]]:
    """Register a function as the page at `office/<address>.html` and its twin at `.json`."""

    def registered(data: Callable[..., Data]) -> Callable[..., Data]:
        PAGES.append(Page(address, template, data))
        api.get(f"/office/{address}.json", response=dict[str, Any], tags=["pages"])(data)
        return data

    return registered


def page_urls() -> list[URLPattern]:
    """Return the addresses of the pages as HTML, in both languages."""
    found = []
    for shown in PAGES:
        pattern = "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else part for part in _parts(shown.address)
        )
        found.append(re_path(rf"^(?:en/)?office/{pattern}\.html$", _html(shown)))
    return found


def _parts(address: str) -> list[str]:
    import re  # noqa: PLC0415 -- one use

    return [part for part in re.split(r"(\{[a-z]+\})", address) if part]


def _html(shown: Page) -> Callable[..., HttpResponse]:
    asked = [p for p in inspect.signature(shown.data).parameters.values() if p.name != "request"]

    def view(request: HttpRequest, **named: str) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.must_change:
            return HttpResponseRedirect("/accounts/password/change/")
        given: dict[str, Any] = dict(named)
        for parameter in asked:
            if parameter.name not in given and parameter.name in request.GET:
                given[parameter.name] = _typed(request.GET[parameter.name], parameter)
        try:
            data = shown.data(request, **given)
        except UserError as problem:
            return problem_page(request, problem)
        return HttpResponse(render_to_string(f"office/{shown.template}", frame(request, data), request=request))

    return view


def _typed(written: str, parameter: inspect.Parameter) -> Any:
    if parameter.annotation is bool:
        return written in {"1", "true"}
    if parameter.annotation == (int | None):
        return int(written) if written.isascii() and written.isdecimal() else None
    return written


def frame(request: HttpRequest, data: Data) -> Data:
    """Return a page's data with what its frame shows."""
    language = "en" if request.path.startswith("/en/") else "zh"
    other = request.path[3:] if language == "en" else f"/en{request.path}"
    rows = [row for row in data.get("rows", ()) if isinstance(row, dict) and "may" in row]
    steps = {(act, row["step"]) for row in rows for act in row["may"]}
    for row in rows:
        row["mine"] = any((act, row["step"]) in _DECIDABLE for act in row["may"])
    return {
        **data,
        "can_review": ("review", "submitted") in steps,
        "can_accept": bool(steps & {("accept", "reviewed")}),
        "can_decide": bool(steps & _DECIDABLE),
        "file_names": names_of_evidence(n for row in rows for n in row.get("evidence", ())),
        "missing_choices": [(key, label(language, key)) for key in MISSING],
        "task_states": [(key, label(language, key)) for key in TASK_STATES],
        "box_percent": round(float(data.get("weight_box", 0)) * 100),
        "error_percent": round(float(data.get("score_error", 0)) * 100),
        "usual_reasons": USUAL_REASONS if language == "zh" else (),
        "entry_contents": {row["key"]: row["content"] for row in rows if "key" in row},
        "sees_boards": request.user.is_authenticated and bool(account_of(request).actor.roles - {"administrator"}),
        **_periods(request),
        "d": data,
        "path": "/en/office/" if language == "en" else "/office/",
        "other": other,
        "twin": request.path.removeprefix("/en").removesuffix(".html") + ".json",
        "me": request.user,
        "my_roles": sorted(request.user.actor.roles) if request.user.is_authenticated else [],
    }


def _periods(request: HttpRequest) -> Data:
    """Return the month the boards show and the month that is being reported."""
    office = office_of(request)
    return {"board_period": editions().latest, "open_period": open_month(office)}


def status_of(problem: UserError) -> int:
    """Return the status that fits a refusal."""
    kinds: tuple[tuple[type[UserError], int], ...] = (
        (NoSuchSheet, 404),
        (PeriodError, 404),
        (NotAllowed, 403),
        (Locked, 423),
        (Refused, 422),
    )
    return next((status for kind, status in kinds if isinstance(problem, kind)), 422)


def problem_page(request: HttpRequest, problem: UserError) -> HttpResponse:
    """Return the page that says in one line what is wrong."""
    language = "en" if request.path.startswith("/en/") else "zh"
    told = {"language": language, "problem": problem.text.in_(language)}
    return HttpResponse(render_to_string("missing.html", told, request=request), status=status_of(problem))


@api.exception_handler(UserError)
def refused(request: HttpRequest, problem: UserError) -> HttpResponse:
    """Answer a refusal in both languages, with the findings by line where there are any."""
    findings = {}
    if isinstance(problem, Refused):
        findings = {key: [finding.as_dict() for finding in found] for key, found in problem.findings.items()}
    told = {"zh": problem.text.zh, "en": problem.text.en, "findings": findings}
    return api.create_response(request, told, status=status_of(problem))


@api.exception_handler(Exception)
def failed(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Answer a fault of the program: logged here, and said in one line there."""
    _log.exception("fault at %s", request.path, exc_info=problem)
    told = {
        "zh": "程序出错，已记录；您填的内容没有丢失，请稍后重试。",
        "en": "A fault of the program; it was logged.",
        "findings": {},
    }
    return api.create_response(request, told, status=500)


def office_of(request: HttpRequest) -> Office:
    """Return the office, opened once for each request."""
    known = getattr(request, "office", None)
    if known is None:
        known = open_office(data_folder(), content_folder(), real=is_real())
        request.office = known  # type: ignore[attr-defined]
    return known


def year_of(written: str) -> int:
    """Return a year of an address; raises PeriodError for what is none."""
    period = Period.parse(written)
    if period.frequency != "year":
        raise PeriodError(Text(f"“{written}”不是年份。", f"'{written}' is not a year."))
    return period.year


def account_of(request: HttpRequest) -> Account:
    """Return who is signed in; the door has asked before."""
    account = request.user
    if not isinstance(account, Account):
        raise NotAllowed(Text("请先登录。", "Sign in first."))
    return account


def opened(request: HttpRequest, kind: str, unit: str = "") -> tuple[Office, Actor]:
    """Return the office and the person, once the gate has let them through."""
    office, actor = office_of(request), account_of(request).actor
    require(office, actor, kind, unit)
    return office, actor


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(name: str, content: bytes, kind: str) -> HttpResponse:
    """Return a file to be saved under a name, never to be run by the browser."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
