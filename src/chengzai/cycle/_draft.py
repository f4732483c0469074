"""A document becomes a draft pack: read, extracted, accounted for, and written for review."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from chengzai.kernel import Text, UserError
from chengzai.plan import Audit, Draft, audit_plan, compile_plan, draft_plan
from chengzai.store import pack_files, read_document, starter_files, write_files


class PackExists(UserError):
    """The folder holds a pack already, which a draft must not overwrite."""


@dataclass(frozen=True)
class Drafted:
    """The account of a draft, and how many of its extractions a person should decide."""

    audit: Audit
    to_decide: int


def draft_pack(file: Path, out: Path) -> Drafted:
    """Draft a pack from a document into a folder and return its account; the original is kept beside it."""
    if (out / "plan.toml").exists():
        raise PackExists(
            Text(f"{out} 里已有内容包；请另选文件夹，以免覆盖。", f"{out} holds a pack already; choose another folder.")
        )
    draft = draft_plan(read_document(file), name=file.name)
    document = draft.document
    plan, unread = compile_plan(draft.tables, document)
    audit = audit_plan(plan, (*unread, *draft.findings))
    files = pack_files(draft.tables, document)
    files |= {  # what was proposed stays as it was; the review is folded over it
        "draft/commitments.toml": files["commitments/draft.toml"],
        "draft/not_commitments.toml": files["not_commitments.toml"],
    }
    files |= {"review.csv": _review(draft, document), f"original/{file.name}": file.read_bytes()}
    write_files(out, files | starter_files(out, plan))
    return Drafted(audit, len(draft.review))


def _review(draft: Draft, document: str) -> bytes:
    """Return what a person should decide, least sure first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["confidence", "rule", "start", "words", "around"])
    for confidence, rule, start, end in sorted(draft.to_decide()):
        around = document[max(0, start - 15) : end + 15].replace("\n", "⏎")
        writer.writerow([confidence, rule, start, document[start:end], around])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
