"""What an issued month would say today: every sentence and cell that differs, and the act or rule that moved it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from chengzai.collect import Act
from chengzai.cycle._freeze import NotIssued, issues_of
from chengzai.cycle._month import run_month
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._publish import files_of_month
from chengzai.kernel import Period, PeriodError, Text
from chengzai.publish import (
    Bulletin,
    Corrected,
    Difference,
    Edition,
    Wording,
    corrected_in,
    differences,
    moved_at,
    open_tables,
    wording_in,
    wording_of,
    write_bulletin,
    write_erratum,
)
from chengzai.store import acts_of, adopted_pack, kept_file, program_hash, read_pack

_MOVES = {"accept", "record", "adopt"}
_RUNS = 40  # months run again to find what moved a number; beyond that a stretch of the journal is named
_WORDS = {
    "form": "报表", "register": "台账", "allocation": "责任分解", "duties": "任务分工", "batch": "入库的数据",
    "tasks": "任务进展", "content": "内容包",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may have moved an issued month: an entry of the journal, or a change outside it (number 0)."""

    entry: int
    at: str
    name: str
    words: str


@dataclass(frozen=True)
class Erratum:
    """An issue of a month against today.

    `corrected` holds every sentence and cell that differs; `files` are the names of files whose bytes differ, and
    `beside` says why they do where no word and no number does.
    """

    period: str
    number: int
    simulated: bool
    counts_then: Mapping[str, int]
    counts_now: Mapping[str, int]
    corrected: tuple[Corrected, ...]
    steps: tuple[Step, ...]
    files: tuple[str, ...]
    beside: str
    paper: Bulletin = field(repr=False)

    @property
    def same(self) -> bool:
        """Whether nothing changed at all: every file of the month would be the same to the byte."""
        return not self.files

    def as_dict(self) -> dict[str, Any]:
        """Return the erratum as plain data for a page."""
        told = {name: getattr(self, name) for name in ("period", "number", "simulated", "files", "beside", "same")}
        return {
            **told,
            "counts_then": dict(self.counts_then),
            "counts_now": dict(self.counts_now),
            "steps": [asdict(step) for step in self.steps],
            "cells": [
                {
                    "place": list(c.difference.place),
                    "where": c.where,
                    "was": c.was,
                    "now": c.now,
                    "is_cell": c.difference.is_cell,
                    "why": list(c.why),
                }
                for c in self.corrected
            ],
        }


def errata(content: Path, data: Path, edition: Edition) -> Erratum:
    """Return what the last issue of a month would say today, place by place, with what moved it.

    `edition` is the month as it stands. Raises NotIssued.
    """
    period, real = edition.period, not edition.simulated
    issues = issues_of(period, real=real)
    if not issues:
        raise NotIssued(Text(f"{period} 还没有签发过。", f"{period} has not been issued."))
    last = issues[-1]
    kept = {name: kept_file(data / last["folder"] / name) for name in last["files"]}
    today = files_of_month(edition).files
    other = tuple(name for name in dict.fromkeys((*kept, *today)) if kept.get(name) != today.get(name))
    old, new = wording_in(kept), wording_of(write_bulletin(edition), open_tables(edition))
    found = differences(old, new) if other else ()
    trail = _Trail(content, data, edition, last)
    why = trail.causes(found, old, new)
    corrected = tuple(corrected_in(edition, d, [s.words for s in why[d]]) for d in found)
    steps = tuple(dict.fromkeys(step for d in found for step in why[d]))
    return Erratum(
        period=period.text,
        number=int(last["number"]),
        simulated=edition.simulated,
        counts_then=last["counts"],
        counts_now=edition.counts(edition.plan.root),
        corrected=corrected,
        steps=steps,
        files=other,
        beside="" if found or not other else trail.beside(other),
        paper=write_erratum(edition, int(last["number"]), corrected),
    )


class _Trail:
    """What happened between an issue and today, and the month as it stood after each of it."""

    def __init__(self, content: Path, data: Path, edition: Edition, issue: Mapping[str, Any]) -> None:
        self._content, self._data, self._edition, self._issue = content, data, edition, issue
        self._names = {**{p.code: p.name for p in edition.places.ordered}, **_units(pack_in_force(data, content))}
        self.program_moved = issue["code"] != program_hash()
        kept = {name: kept_file(data / issue["folder"] / name) for name in issue["files"]}
        self.spoilt = [n for n, body in kept.items() if hashlib.sha256(body).hexdigest() != issue["files"][n]]

    def beside(self, names: Iterable[str]) -> str:
        """Return why files differ in which no word and no number does."""
        what = "程序版本不同" if self.program_moved else "内容包中不进入文字和数字的部分有改动"
        what = "留存的文件被改动" if self.spoilt else what
        return f"文字和数字都没有变化，只有文件的字节不同（{what}）：{'、'.join(names)}"

    def causes(self, found: Sequence[Difference], old: Wording, new: Wording) -> dict[Difference, tuple[Step, ...]]:
        """Return for each difference the steps at which what stands in its place changed."""
        steps, states = self._steps()
        if found and not steps:
            none = Step(0, "", "", "签发以后的日志里没有能说明它的改动，请查签发时的文件和内容包")
            return dict.fromkeys(found, (none,))

        def state(at: int) -> Wording:
            return old if at == 0 else new if at == len(steps) else states[at - 1]()

        moved = moved_at(found, len(steps), state, runs=_RUNS)
        return {d: tuple(steps[n] for n in numbers) for d, numbers in moved.items()}

    def _steps(self) -> tuple[list[Step], list[Callable[[], Wording]]]:
        """Return what may have moved the month in order, and for each how to see the month after it."""
        sequence, period = int(self._issue["sequence"]), self._edition.period
        steps: list[Step] = []
        states: list[Callable[[], Wording]] = []
        if self.spoilt:
            kept = adopted_pack(self._data, self._issue["pack"])
            steps.append(Step(0, "", "", f"留存的文件被改动（{'、'.join(self.spoilt)}），请用 reproduce 查明"))
            states.append(partial(self._run, kept, sequence))
        if self.program_moved:
            kept = adopted_pack(self._data, self._issue["pack"])
            steps.append(Step(0, "", "", "程序换了版本"))
            states.append(partial(self._run, kept, sequence))
        before = pack_in_force(self._data, self._content, as_of=sequence)
        if read_pack(before).sha256 != self._issue["pack"]:
            steps.append(Step(0, "", "", "内容包的文件有改动，没有经过采用"))
            states.append(partial(self._run, self._content, sequence))
        office = acts_of(simulated=self._edition.simulated, after=sequence)
        packs = acts_of(simulated=False, topic="content", after=sequence) if self._edition.simulated else []
        for act in sorted((*office, *packs), key=lambda act: act.sequence):
            if act.act in _MOVES and not _later(act, period):
                steps.append(self._step(act))
                states.append(partial(self._run, self._content, act.sequence))
        return steps, states

    def _run(self, folder: Path, sequence: int) -> Wording:
        real = not self._edition.simulated
        edition = run_month(folder, self._data, self._edition.period, real=real, as_of=sequence)
        return wording_of(write_bulletin(edition), open_tables(edition))

    def _step(self, act: Act) -> Step:
        kind, _, name = act.sheet.topic.partition("/")
        what = _WORDS.get(kind, act.sheet.topic)
        title = self._names.get(f"{kind}/{name}", "") if name else ""
        unit = self._names.get(act.sheet.unit, act.sheet.unit)
        lines = [t.indicator for key in act.lines if (t := self._edition.plan.target.get(key))]
        among = f"（{'、'.join(lines[:3])}{'等' if len(lines) > 3 else ''}）" if lines else ""
        since = {str(c["since"]) for c in act.lines.values() if isinstance(c, Mapping) and c.get("since")}
        holds = f"，自{'、'.join(sorted(since))}起" if since else ""
        done = {"accept": "批准" if kind in {"allocation", "duties"} else "验收", "adopt": "采用"}.get(act.act, "录入")
        parts = [f"{act.at[:10]} {act.name}{done}", f"{unit if kind in {'form', 'register'} else ''}{what}"]
        parts += [
            f"“{title}”" if title else "",
            act.sheet.period,
            among,
            holds,
            f"：{act.reason}" if act.reason else "",
        ]
        return Step(act.sequence, act.at, act.name, f"{''.join(parts)}（日志第{act.sequence}条）")


def _later(act: Act, period: Period) -> bool:
    """Return whether an act is on a sheet of a period that ends after the month, so that the month cannot hold it."""
    try:
        return bool(act.sheet.period) and Period.parse(act.sheet.period).last_day() > period.last_day()
    except PeriodError:
        return False


def _units(folder: Path) -> dict[str, str]:
    """Return the names of a pack's departments by id, and of its forms and registers by topic."""
    pack = read_pack(folder)
    names = {str(d["id"]): str(d["name"]) for d in pack.departments}
    for kind, tables in (("form", pack.forms), ("register", pack.registers)):
        for table in tables:
            names |= {f"{kind}/{e['id']}": str(e.get("title") or e.get("name") or e["id"]) for e in table.get(kind, ())}
    return names


def issued_page(content: Path, data: Path, edition: Edition) -> dict[str, Any]:
    """Return a month's issues, newest first, with their files, and what the last one would say today."""
    issues = issues_of(edition.period, real=not edition.simulated)
    return {
        "period": edition.period.text,
        "simulated": edition.simulated,
        "issues": [
            {
                **{name: issue[name] for name in ("number", "at", "name", "why", "entry", "faces")},
                "code": issue["code"][:12],
                "pack": issue["pack"][:12],
                "files": sorted(name for name in issue["files"] if name.endswith((".docx", ".pdf", ".csv"))),
            }
            for issue in reversed(issues)
        ],
        "errata": errata(content, data, edition).as_dict() if issues else None,
    }
