"""A month issued is frozen: what it was made of is recorded, its files are kept, and it can be made again."""

import csv
import hashlib
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from chengzai.collect import Sheet
from chengzai.cycle._clock import now, today
from chengzai.cycle._month import run_month
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._publish import files_of_month
from chengzai.kernel import Actor, Period, Text, UserError
from chengzai.publish import Edition
from chengzai.store import (
    acts_of,
    adopted_pack,
    append_entry,
    journal_head,
    keep_pack,
    kept_file,
    program_hash,
    write_files,
)

View = dict[str, Any]
_PARTS = {"pack": "内容包（方案、规则）", "data": "数据", "code": "程序版本", "faces": "字体", "typst": "排版程序版本"}


class NotIssued(UserError):
    """The month has not been issued, or cannot be."""


def issue_month(content: Path, data: Path, period: Period, actor: Actor, *, real: bool, why: str = "") -> View:
    """Issue a month as it is known now: its files are kept, and what they were made of is one entry of the journal.

    A month can be issued again; the earlier issue stays, and the new one says why. Raises NotIssued where the
    month has not ended, the bulletin does not agree with its cells, or its issuer may not direct those whom it asks.
    """
    if period.last_day() >= today(simulated=not real):
        raise NotIssued(Text(f"{period} 还没有结束，不能签发。", f"{period} has not ended; it cannot be issued yet."))
    earlier = issues_of(period, real=real)
    if earlier and not why.strip():
        raise NotIssued(
            Text(f"{period} 已经签发过；再次签发须写明原因。", f"{period} was issued before; say why again.")
        )
    sequence = journal_head()[0]
    folder = pack_in_force(data, content, as_of=sequence)
    edition = run_month(folder, data, period, real=real, as_of=sequence)
    made = files_of_month(edition)
    if made.refused:
        raise NotIssued(made.refused[0].message)
    files, fonts = made.files, made.fonts
    keep_pack(data, folder)
    number = len(earlier) + 1
    place = f"issued/{'real' if real else 'simulated'}/{period}/{number}"
    write_files(data, {f"{place}/{name}": body for name, body in files.items()})
    made_of = {
        "number": number,
        "folder": place,
        "sequence": sequence,
        "pack": edition.pack_sha256,
        "data": _data_hash(edition),
        "code": program_hash(),
        "faces": [list(pair) for pair in fonts.used],
        "counts": edition.counts(edition.plan.root),
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
    }
    done = append_entry(
        "issue",
        Sheet("issued", "", period.text),
        actor=actor.id,
        name=actor.name,
        at=now(simulated=not real).isoformat(timespec="microseconds"),
        simulated=not real,
        lines={"issue": made_of},
        reason=why,
    )
    return {**made_of, "entry": done.sequence}


def issues_of(period: Period, *, real: bool) -> list[View]:
    """Return the issues of a month, the first one first, each with what it was made of, who issued it and why."""
    acts = acts_of(simulated=not real, topic="issued", period=period.text)
    return [{**a.lines["issue"], "name": a.name, "at": a.at, "why": a.reason, "entry": a.sequence} for a in acts]


def made_alike(issue: Mapping[str, Any], edition: Edition) -> bool:
    """Return whether an edition comes from the same pack, by the same program, as an issue of its month did."""
    return bool(issue["pack"] == edition.pack_sha256 and issue["code"] == _program())


@lru_cache(maxsize=1)
def _program() -> str:
    """Return the hash of the program that answers: what was loaded, whatever lies on the disk later."""
    return program_hash()


def _data_hash(edition: Edition) -> str:
    """Return the hash of the facts and allocations that a month stands on."""
    facts = edition.measured.facts
    digest = hashlib.sha256()
    for names in (facts.elements, facts.places, facts.periods, facts.sources):
        digest.update("\0".join(names).encode())
    for column in (facts.element, facts.place, facts.period, facts.source, facts.value):
        digest.update(column.tobytes())
    digest.update(repr(sorted(edition.allocations.items())).encode())
    return digest.hexdigest()


def reproduce(data: Path, period: Period, *, real: bool, number: int | None = None) -> View:
    """Make an issued month again from what was known then, and compare numbers and bytes.

    What differs is named: the pack, the data, the program, the faces; and which files and cells. Raises NotIssued.
    """
    issues = issues_of(period, real=real)
    chosen = next((i for i in issues if number in {None, i["number"]} and (number or i is issues[-1])), None)
    if chosen is None:
        raise NotIssued(Text(f"{period} 还没有签发过。", f"{period} has not been issued."))
    folder = adopted_pack(data, chosen["pack"])
    edition = run_month(folder, data, period, real=real, as_of=chosen["sequence"])
    made = files_of_month(edition)
    files, fonts = made.files, made.fonts
    today = {
        "pack": edition.pack_sha256,
        "data": _data_hash(edition),
        "code": program_hash(),
        "faces": [list(pair) for pair in fonts.used],
    }
    kept = {name: kept_file(data / chosen["folder"] / name) for name in chosen["files"]}
    spoilt = [n for n, body in kept.items() if hashlib.sha256(body).hexdigest() != chosen["files"][n]]
    other = [name for name, body in files.items() if kept.get(name) != body]
    cells = _cells_that_differ(kept.get(_ASSESSED, b""), files[_ASSESSED])
    return {
        "number": chosen["number"],
        "same_numbers": not cells,
        "same_bytes": not other,
        "kept_whole": not spoilt,
        "spoilt": spoilt,
        "differs": [_PARTS[part] for part in today if today[part] != chosen[part]],
        "files": other,
        "cells": cells[:50],
    }


_ASSESSED = "tables/assessments.csv"


def _rows(table: bytes) -> dict[tuple[str, str], dict[str, str]]:
    read = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    return {(row["target"], row["place"]): row for row in read}


def _cells_that_differ(old: bytes, new: bytes) -> list[View]:
    before, after = _rows(old), _rows(new)
    found = []
    for key in dict.fromkeys((*before, *after)):
        a, b = before.get(key, {}), after.get(key, {})
        found += [
            {"target": key[0], "place": key[1], "what": name, "was": a.get(name, ""), "now": b.get(name, "")}
            for name in dict.fromkeys((*a, *b))
            if a.get(name, "") != b.get(name, "")
        ]
    return found


def issued_file(data: Path, period: Period, number: int, name: str, *, real: bool) -> bytes:
    """Return a file as it was issued; raises NotIssued where there is none, or it was altered."""
    issue = next((i for i in issues_of(period, real=real) if i["number"] == number and name in i["files"]), None)
    if issue is None:
        raise NotIssued(Text(f"{period} 没有签发过这个文件。", f"No such file of {period} was issued."))
    body = kept_file(data / issue["folder"] / name)
    if hashlib.sha256(body).hexdigest() != issue["files"][name]:
        raise NotIssued(
            Text(
                "存档的文件与签发时的指纹不符，不能提供；请用 chengzai reproduce 重做，并查明原因。",
                "The kept file is not what was issued; make it again with chengzai reproduce and find out why.",
            )
        )
    return body
