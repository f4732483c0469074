"""What people do at the door: typed requests, each allowed at the gate and again where it is recorded."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import ValidationError

from chengzai.collect import Sheet
from chengzai.cycle import (
    NoSuchSheet,
    Office,
    act_on,
    act_on_entries,
    adopt_content,
    appraise,
    attach,
    enter,
    evidence_of,
    export_journal,
    fill_from_workbook,
    hand_in,
    import_entries,
    issue_month,
    issued_file,
    look_at_workbook,
    open_again,
    open_appraisal,
    quiet_lines,
    register_workbook,
    save_cells,
    score_sheet,
    sheet_page,
    take_workbook,
    task_page,
    template,
)
from chengzai.kernel import Actor, Grant, Period, Text, UserError
from chengzai.web import _people
from chengzai.web._door import XLSX, account_of, api, file_answer, opened
from chengzai.web._editions import editions, paper_as_is
from chengzai.web._folders import content_folder, data_folder
from chengzai.web._outlooks import accepted
from chengzai.web._requests import (
    Decision,
    Entry,
    EntryDecision,
    Extension,
    Issue,
    Named,
    Person,
    Save,
    SheetName,
    Step,
    Taken,
    Why,
)
from chengzai.web.models import Account
from chengzai.web.shield import is_real

Answer = dict[str, Any]
_LARGEST = 20 * 1024 * 1024


def _page_of(office: Office, actor: Actor, name: SheetName) -> Answer:
    if name.form == "tasks":
        return task_page(office, actor, name.unit, name.period)
    return sheet_page(office, actor, name.form, name.unit, name.period)


def _named(form: str, unit: str, period: str) -> Sheet:
    """Return the sheet that three fields of a form name."""
    try:
        return SheetName(form=form, unit=unit, period=period).sheet
    except ValidationError:
        raise NoSuchSheet(Text("没有这张表。", "There is no such sheet.")) from None


@api.post("/office/act/save.json", response=Answer, tags=["acts"])
def save(request: HttpRequest, given: Save) -> Answer:
    """Save lines as they are typed; conflicts and the sheet's findings come back."""
    office, actor = opened(request, "sheet.save", given.unit)
    _page_of(office, actor, given)  # the sheet exists and may be seen
    lines = {key: (typed.dict(exclude={"base"}), typed.base) for key, typed in given.lines.items()}
    told = save_cells(office, actor, given.sheet, lines)
    page = _page_of(office, actor, given)
    rows = {row["code"]: {"findings": row["findings"], "worst": row["worst"]} for row in page["rows"]}
    return {**told, "rows": rows, "filled": page["filled"], "to_check": page["to_check"]}


@api.post("/office/act/submit.json", response=Answer, tags=["acts"])
def submit(request: HttpRequest, given: SheetName) -> Answer:
    """Hand in a sheet: all that is new, returned or changed, or nothing while a finding is open."""
    office, actor = opened(request, "sheet.submit", given.unit)
    return hand_in(office, actor, given.sheet)


@api.post("/office/act/decide.json", response=Answer, tags=["acts"])
def decide(request: HttpRequest, given: Decision) -> Answer:
    """Review, accept or return lines; a return needs its reason."""
    office, actor = opened(request, f"sheet.{given.act}", given.unit)
    page = _page_of(office, actor, given)
    if not given.lines and given.act == "return":
        raise UserError(Text("请选中要退回的项。", "Choose the lines to return."))
    chosen = given.lines or quiet_lines(page, given.act)
    known = {row["code"] for row in page["rows"]}
    strange = [key for key in chosen if key not in known]
    if strange:
        raise UserError(Text(f"本表没有“{strange[0]}”。", f"This sheet has no '{strange[0]}'."))
    done, _ = act_on(
        office, actor, given.sheet, given.act, {key: {} for key in chosen}, reason=given.reason, seen=given.seen
    )
    if given.act == "accept":
        accepted(given.period)
    return {"sequence": done.sequence, "lines": len(chosen)}


@api.post("/office/act/open.json", response=Answer, tags=["acts"])
def reopen(request: HttpRequest, given: Extension) -> Answer:
    """Open a locked sheet up to a day, on record."""
    import datetime as dt  # noqa: PLC0415 -- one use

    office, actor = opened(request, "sheet.open", given.unit)
    try:
        until = dt.date.fromisoformat(given.until)
    except ValueError:
        raise UserError(Text("期限不是日期。", "The day does not exist.")) from None
    done = open_again(office, actor, given.sheet, until=until, reason=given.reason)
    return {"sequence": done.sequence}


@api.post("/office/act/evidence.json", response=Answer, tags=["acts"])
def evidence(
    request: HttpRequest, form: Form[str], unit: Form[str], period: Form[str], file: File[UploadedFile]
) -> Answer:
    """Keep a file as evidence of a sheet's line; its number goes into the line."""
    office, actor = opened(request, "sheet.save", unit)
    if form.startswith("register/"):
        return attach(office, actor, Sheet(form[:80], unit, ""), file.name or "", _read(file))
    return attach(office, actor, _named(form, unit, period), file.name or "", _read(file))


@api.get("/office/evidence/{number}", tags=["files"])
def evidence_file(request: HttpRequest, number: int) -> HttpResponse:
    """Return a file of evidence within the person's scope."""
    office, actor = opened(request, "sheet")
    name, content = evidence_of(office, actor, number)
    return file_answer(name, content, "application/octet-stream")


@api.get("/office/form/{form}/{unit}/{period}.xlsx", tags=["files"])
def workbook(request: HttpRequest, form: str, unit: str, period: str) -> HttpResponse:
    """Return a form as a workbook to fill in."""
    office, actor = opened(request, "sheet", unit)
    name, content = template(office, actor, form, unit, period)
    return file_answer(name, content, XLSX)


@api.post("/office/act/workbook.json", response=Answer, tags=["acts"])
def workbook_in(
    request: HttpRequest, form: Form[str], unit: Form[str], period: Form[str], file: File[UploadedFile]
) -> Answer:
    """Take a filled workbook whole or not at all; it comes back with a finding in each doubtful row."""
    office, actor = opened(request, "sheet.save", unit)
    told = fill_from_workbook(office, actor, _named(form, unit, period), file.name or "", _read(file))
    return {**told, "file": base64.b64encode(told["file"]).decode()}


@api.post("/office/act/look.json", response=Answer, tags=["acts"])
def look(request: HttpRequest, form: Form[str], file: File[UploadedFile]) -> Answer:
    """Look at an existing sheet and say how it would be read."""
    office, actor = opened(request, "import")
    return look_at_workbook(office, actor, form, file.name or "", _read(file))


@api.post("/office/act/take.json", response=Answer, tags=["acts"])
def take(request: HttpRequest, given: Taken) -> Answer:
    """Take a mapped sheet into its units' working copies, whole or not at all."""
    office, actor = opened(request, "import")
    return take_workbook(
        office, actor, given.form, given.period, given.token, given.title, given.mapping, sure=given.sure
    )


@api.post("/office/act/register/{name}.json", response=Answer, tags=["acts"])
def entry(request: HttpRequest, name: str, given: Entry) -> Answer:
    """Hand in one entry of a register."""
    office, actor = opened(request, "register.enter", given.unit)
    more = given.dict(include={"key", "distinct", "why", "seen"})
    return enter(office, actor, name, given.unit, given.content, **more)


@api.post("/office/act/register/{name}/decide.json", response=Answer, tags=["acts"])
def entry_decide(request: HttpRequest, name: str, given: EntryDecision) -> Answer:
    """Review, accept or return entries of a register."""
    office, actor = opened(request, "register.decide", given.unit)
    answer = act_on_entries(office, actor, name, given.unit, given.act, given.keys, given.reason, given.seen)
    if given.act == "accept":
        accepted()
    return answer


@api.post("/office/act/register/{name}/import.json", response=Answer, tags=["acts"])
def entries_in(request: HttpRequest, name: str, unit: Form[str], file: File[UploadedFile]) -> Answer:
    """Import a sheet of entries, whole or not at all."""
    office, actor = opened(request, "register.enter", unit)
    told = import_entries(office, actor, name, unit, _read(file))
    return {**told, "file": base64.b64encode(told["file"]).decode()}


@api.get("/office/register/{name}.xlsx", tags=["files"])
def register_file(request: HttpRequest, name: str, empty: bool = False) -> HttpResponse:  # noqa: FBT001, FBT002
    """Return a register as a workbook within the person's scope, or its empty template."""
    office, actor = opened(request, "register")
    title, content = register_workbook(office, actor, name, empty=empty)
    return file_answer(title, content, XLSX)


@api.get("/office/evaluation/{period}/{place}.xlsx", tags=["files"])
def score_file(request: HttpRequest, period: str, place: str) -> HttpResponse:
    """Return a county's score sheet with live formulas."""
    opened(request, "county", place)
    name, content = score_sheet(
        content_folder(), data_folder(), editions().whatever_is_known(Period.parse(period)), place
    )
    return file_answer(name, content, XLSX)


@api.get("/office/issued/{period}/{number}/{kind}/{name}", tags=["files"])
def file_as_issued(request: HttpRequest, period: str, number: int, kind: str, name: str) -> HttpResponse:
    """Return a file of an issued month as it was issued; `kind` is `top` or `tables`."""
    opened(request, "board")
    path = name if kind == "top" else f"{kind}/{name}"
    return file_answer(
        name, issued_file(data_folder(), Period.parse(period), number, path, real=is_real()), "application/octet-stream"
    )


@api.get("/office/papers/{period}/{kind}/{form}", tags=["files"])
def paper_file(request: HttpRequest, period: str, kind: str, form: str) -> HttpResponse:
    """Return a paper of a month as `docx` or `pdf`, as it stands."""
    opened(request, "board")
    told = paper_as_is(period, kind)
    name = next((n for n in told.files if n.endswith(f".{form}")), "")
    if not name:
        raise UserError(Text("没有这个文件；若是数字对不上，页面上有说明。", "There is no such file."))
    return file_answer(name, told.files[name], "application/octet-stream")


@api.post("/office/act/issue.json", response=Answer, tags=["acts"])
def issue(request: HttpRequest, given: Issue) -> Answer:
    """Issue a month: its files and what they were made of are kept; a second issue says why."""
    _, actor = opened(request, "issue")
    month = Period.parse(given.period)
    told = issue_month(content_folder(), data_folder(), month, actor, real=is_real(), why=given.reason)
    return {"number": told["number"], "files": len(told["files"])}


@api.post("/office/act/appraisal-open.json", response=Answer, tags=["acts"])
def appraisal_open(request: HttpRequest, given: Step) -> Answer:
    """Open a year's evaluation, or put it before the public."""
    office, actor = opened(request, "appraisal.open")
    if given.act == "open":
        return open_appraisal(office, content_folder(), actor, int(given.year))
    return _step(office, actor, given, {"publish"})


@api.post("/office/act/appraisal-claim.json", response=Answer, tags=["acts"])
def appraisal_claim(request: HttpRequest, given: Step) -> Answer:
    """Score one's own county, or object to a line of it."""
    office, actor = opened(request, "appraisal.claim", given.unit)
    return _step(office, actor, given, {"claim", "object"})


@api.post("/office/act/appraisal-check.json", response=Answer, tags=["acts"])
def appraisal_check(request: HttpRequest, given: Step) -> Answer:
    """Check a county's lines."""
    office, actor = opened(request, "appraisal.check")
    return _step(office, actor, given, {"check"})


@api.post("/office/act/appraisal-rule.json", response=Answer, tags=["acts"])
def appraisal_rule(request: HttpRequest, given: Step) -> Answer:
    """Decide an objection, or seal the year."""
    office, actor = opened(request, "appraisal.rule")
    return _step(office, actor, given, {"rule", "seal"})


def _step(office: Office, actor: Actor, given: Step, allowed: set[str]) -> Answer:
    if given.act not in allowed:
        raise UserError(Text("这里不能做这一步。", "That step is not taken here."))
    lines = {item: line.dict(exclude_none=True) for item, line in given.lines.items()}
    return appraise(office, actor, int(given.year), given.act, given.unit, lines, given.reason)


@api.post("/office/act/adopt.json", response=Answer, tags=["acts"])
def adopt(request: HttpRequest, given: Why) -> Answer:
    """Put the pack beside the server in force."""
    office, actor = opened(request, "content.adopt")
    told = adopt_content(data_folder(), content_folder(), actor, why=given.why, simulated=office.simulated)
    return {"sha256": told["sha256"], "new": told["new"], "count": len(told["changes"])}


@api.post("/office/act/seen.json", response=Answer, tags=["acts"])
def seen(request: HttpRequest) -> Answer:
    """Remember that the person has looked at everything up to now."""
    from chengzai.cycle import journal_end  # noqa: PLC0415 -- one use

    opened(request, "desk")
    end = journal_end()
    Account.objects.filter(pk=account_of(request).pk).update(seen=end)
    return {"seen": end}


@api.post("/office/act/person.json", response=Answer, tags=["acts"])
def person(request: HttpRequest, given: Person) -> Answer:
    """Make an account or replace its grants; a new one's first password comes back once."""
    office, actor = opened(request, "people")
    grants = [
        Grant(g.get("role", ""), g.get("unit", ""), tuple(filter(None, g.get("elements", "").split(","))))
        for g in given.grants
    ]
    return {"password": _people.make_account(office, actor, given.username, given.person, grants)}


@api.post("/office/act/person-close.json", response=Answer, tags=["acts"])
def person_close(request: HttpRequest, given: Named) -> Answer:
    """Close an account."""
    office, actor = opened(request, "people")
    _people.close_account(office, actor, given.username)
    return {"closed": given.username}


@api.post("/office/act/person-reset.json", response=Answer, tags=["acts"])
def person_reset(request: HttpRequest, given: Named) -> Answer:
    """Give an account a new first password."""
    office, actor = opened(request, "people")
    return {"password": _people.reset_password(office, actor, given.username)}


@api.post("/office/act/people-import.json", response=Answer, tags=["acts"])
def people_in(request: HttpRequest, file: File[UploadedFile]) -> Answer:
    """Make accounts from a sheet, all or none."""
    office, actor = opened(request, "people")
    rows = _people.read_accounts(_read(file))
    return {"made": _people.import_accounts(office, actor, rows)}


@api.get("/office/journal.jsonl", tags=["files"])
def journal_file(request: HttpRequest) -> StreamingHttpResponse:
    """Return the whole journal, one entry a line with its hash."""
    opened(request, "journal")
    response = StreamingHttpResponse(export_journal(), content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = "attachment; filename=journal.jsonl"
    return response


def _read(file: UploadedFile) -> bytes:
    """Return an upload's bytes; raises UserError for one that is too large to look at."""
    if (file.size or 0) > _LARGEST:
        raise UserError(Text("文件超过 20 MB；请拆分后再传。", "The file is larger than 20 MB; split it."))
    return bytes(file.read())
