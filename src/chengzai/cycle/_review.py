"""A draft is walked: opened with its decisions, decided card by card, and exported as the pack."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chengzai.cycle._clock import now
from chengzai.kernel import Finding, Text, UserError
from chengzai.plan import Audit, Decision, Plan, Review, audit_plan, compile_plan, review, reviewed_tables
from chengzai.store import append_decision, pack_files, read_decisions, read_draft, starter_files, write_files

_ONE_AT_A_TIME = threading.Lock()


class NothingToReview(UserError):
    """The folder holds no draft, or its log of decisions cannot be followed."""


@dataclass(frozen=True)
class OpenReview:
    """A draft as it stands: the plan it makes now, its rows with their states, and the whole log."""

    plan: Plan
    audit: Audit
    review: Review
    log: tuple[Decision, ...]


def open_review(folder: Path) -> OpenReview:
    """Return the draft in a folder with its decisions; raises NothingToReview if there is none."""
    tables, document = _draft(folder)
    drafted, _ = compile_plan(tables, document)
    log = _decisions(folder)
    done = review(tables, log, drafted.clause)
    plan, findings = compile_plan(reviewed_tables(tables, done), document)
    return OpenReview(plan, audit_plan(plan, findings), done, log)


def reviewed_draft(folder: Path) -> tuple[dict[str, Any], str]:
    """Return the tables and the document of a draft with every decision folded in; raises NothingToReview."""
    tables, document = _draft(folder)
    drafted, _ = compile_plan(tables, document)
    return reviewed_tables(tables, review(tables, _decisions(folder), drafted.clause)), document


def decide(folder: Path, given: Mapping[str, Any]) -> OpenReview:
    """Take one decision and return the review after it; raises DecisionRefused, and then nothing is recorded."""
    tables, document = _draft(folder)
    drafted, _ = compile_plan(tables, document)
    at = now(simulated=False).astimezone().isoformat(timespec="seconds")
    known = {k: v for k, v in given.items() if k in {"author", "action", "card", "fields", "reason", "note"}}
    decision = Decision(at=at, **{"author": "", "action": "", "card": "", **known})
    with _ONE_AT_A_TIME:
        review(tables, [*_decisions(folder), decision], drafted.clause)
        append_decision(folder, decision.as_dict())
    return open_review(folder)


def export_review(folder: Path) -> tuple[OpenReview, tuple[Finding, ...]]:
    """Write the pack that the decisions make of the draft; return the review and what its audit finds."""
    tables, document = _draft(folder)
    opened = open_review(folder)
    files = pack_files(reviewed_tables(tables, opened.review), document)
    reviewed = {name: files[name] for name in ("commitments/draft.toml", "not_commitments.toml")}
    write_files(folder, reviewed | starter_files(folder, opened.plan))
    return opened, opened.audit.findings


def _decisions(folder: Path) -> tuple[Decision, ...]:
    """Return the log of a review; raises NothingToReview at an entry that is no decision."""
    found = []
    for number, entry in enumerate(read_decisions(folder), start=1):
        try:
            found.append(Decision(**entry))
        except TypeError:
            raise NothingToReview(
                Text(
                    f"review/decisions.jsonl 第 {number} 行不是一条决定；请改正或删去该行。",
                    f"Line {number} of review/decisions.jsonl is no decision; correct or remove it.",
                )
            ) from None
    return tuple(found)


def _draft(folder: Path) -> tuple[dict[str, Any], str]:
    draft = read_draft(folder)
    if draft is None:
        raise NothingToReview(
            Text(
                f"{folder} 里没有草稿；请先运行 chengzai plan draft 文件 --out {folder}。",
                f"{folder} holds no draft; run chengzai plan draft FILE --out {folder} first.",
            )
        )
    return draft
