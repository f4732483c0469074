"""Files handed in beside a line: kept under their hash, opened only to who may read the line."""

from collections.abc import Iterable
from typing import Any

from chengzai.collect import NotAllowed, Sheet
from chengzai.cycle._office import Office, no_such_sheet
from chengzai.cycle._reporting import clean, evidence_in, keys_of, require_seen
from chengzai.kernel import Actor, Text, UserError
from chengzai.store import drafts_of, evidence, evidence_names, keep_evidence

View = dict[str, Any]


def attach(office: Office, actor: Actor, sheet: Sheet, name: str, content: bytes) -> View:
    """Keep a file as evidence of a sheet and return its number; raises NotAllowed for who does not hand in."""
    name = clean(name.replace("\\", "/").rpartition("/")[2])
    if sheet.kind != "register" or sheet.topic.partition("/")[2] not in office.registers or sheet.period:
        keys_of(office, sheet)
    if "hand_in" not in office.parts(actor, sheet, ""):
        raise NotAllowed(Text("您不是这张表的填报人，不能上传佐证。", "Only the reporter adds evidence."))
    if len(content) > _BIGGEST or not content or name.rpartition(".")[2].lower() not in _KINDS:
        raise UserError(
            Text(
                "佐证应为 20 MB 以内的 PDF、图片、Word、Excel、OFD 文件。",
                "Evidence is a PDF, image, Word, Excel or OFD file of at most 20 MB.",
            )
        )
    kept = keep_evidence(office.data, sheet, name=name, content=content, author=actor.id, at=office.at)
    office.record("attach", sheet, actor, {f"evidence/{kept['id']}": kept})
    return kept


_BIGGEST = 20 * 1024 * 1024
_KINDS = {"pdf", "png", "jpg", "jpeg", "doc", "docx", "xls", "xlsx", "ofd", "wps", "et", "txt"}


def names_of_evidence(numbers: Iterable[int]) -> dict[int, str]:
    """Return the names of files by number."""
    return evidence_names(numbers)


def evidence_of(office: Office, actor: Actor, number: int) -> tuple[str, bytes]:
    """Return the name and bytes of a file within a person's scope; raises NoSuchSheet or NotAllowed."""
    found = evidence(office.data, number)
    if found is None:
        raise no_such_sheet(f"佐证 {number}")
    sheet, name, author, kept = found
    require_seen(office, actor, sheet)
    lines, drafts = office.lines(sheet), drafts_of(sheet, simulated=office.simulated)
    beside = {
        key
        for key, line in lines.items()
        for act in line.history
        if number in evidence_in(act.lines[key]).get("evidence", ())
    }
    beside |= {key for key, saved in drafts.items() if number in saved.content.get("evidence", ())}
    if author != actor.id and not any("read" in office.parts(actor, sheet, key) for key in beside or {""}):
        raise NotAllowed(Text("这份佐证不在您的范围内。", "This file is outside what you may see."))
    return name, kept
