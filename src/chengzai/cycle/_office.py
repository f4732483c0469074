"""The office as it stands: the pack in force, its forms and registers, the plan, and what time it is."""

import datetime as dt
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from chengzai.assess import Allocation
from chengzai.collect import (
    Act,
    Department,
    Form,
    Known,
    Line,
    Register,
    Scope,
    Sheet,
    Timing,
    fold,
    read_forms,
    read_registers,
    units_of,
)
from chengzai.cycle._clock import HOME, now
from chengzai.cycle._rules import number_in_force, word_in_force
from chengzai.kernel import Actor, Finding, Period, Text, UserError, unit_scale
from chengzai.plan import Plan, compile_plan
from chengzai.store import (
    Pack,
    acts_of,
    adopted_pack,
    append_entry,
    journal_head,
    load_allocations,
    load_facts,
    read_pack,
)


class NoSuchSheet(UserError):
    """The form, register, unit or period asked for is not in the pack in force."""


@dataclass(frozen=True)
class Office:
    """What every story of the office needs: the pack in force with all read from it, and the moment."""

    data: Path
    pack: Pack
    plan: Plan
    forms: Mapping[str, Form]
    registers: Mapping[str, Register]
    scope: Scope
    simulated: bool
    moment: dt.datetime
    findings: tuple[Finding, ...] = ()

    @property
    def today(self) -> dt.date:
        """The day in the city's own time."""
        return self.moment.astimezone(HOME).date()

    @property
    def at(self) -> str:
        """The moment as the journal writes it."""
        return self.moment.isoformat(timespec="microseconds")

    @cached_property
    def timing(self) -> Timing:
        """The clock of reporting in force today."""
        values = {name: number_in_force(self.pack, name, self.today) for name in _TIMING}
        opens, due, locks = (int(values[name]) for name in _TIMING[:3])
        return Timing(opens, due, locks, minutes=values[_TIMING[3]])

    @cached_property
    def counted(self) -> dict[str, Register]:
        """The register that counts an element, by element: such an element is never typed."""
        return {count.element: register for register in self.registers.values() for count in register.counts}

    @cached_property
    def weights(self) -> dict[str, float]:
        """The people of each county by the published figure that the pack names, the latest one."""
        element = word_in_force(self.pack, "population_weight", self.today)
        rows = sorted((r for r in self.pack.statistics if r["element"] == element), key=lambda r: r["period"])
        return {row["place"]: float(row["value"]) * float(unit_scale(row.get("unit", ""))[0]) for row in rows}

    @cached_property
    def allocations(self) -> dict[str, Allocation]:
        """The splits in force that the office did not make itself: the pack's, recorded ones, or the twin's."""
        authored = {} if self.simulated else {str(e["target"]): read_allocation(e) for e in self.pack.allocation}
        return authored | load_allocations(self.data, simulated=self.simulated)

    @cached_property
    def counties(self) -> tuple[str, ...]:
        """The counties that the city has today, in order."""
        tree = self.pack.places.at(self.today)
        return tuple(place.code for place in tree.children(self.plan.root) if place.level == "county")

    def department_of(self, sheet: Sheet) -> str:
        """Return the department that answers for a sheet's figures, or nothing."""
        name = sheet.topic.partition("/")[2]
        if sheet.kind == "form":
            return self.forms[name].department if name in self.forms else ""
        if sheet.kind == "register":
            return self.registers[name].department if name in self.registers else ""
        return sheet.unit if sheet.unit in self.scope.departments else ""

    def parts(self, actor: Actor, sheet: Sheet, line: str) -> frozenset[str]:
        """Return what a person may do with a line of a sheet; a grant names registers, not their entries."""
        if sheet.kind == "register":
            line = sheet.topic.partition("/")[2]
        return self.scope.parts(actor, sheet.unit, line, kind=sheet.kind, department=self.department_of(sheet))

    def may_see(self, actor: Actor, sheet: Sheet) -> bool:
        """Return whether a person may open a sheet."""
        whole = sheet.topic.partition("/")[2] if sheet.kind == "register" else ""
        department = self.department_of(sheet)
        return self.scope.may_see(actor, sheet.unit, kind=sheet.kind, department=department, whole=whole)

    @cached_property
    def asked_by(self) -> dict[str, Form]:
        """The form that asks an element."""
        return {code: form for form in self.forms.values() for code in form.elements}

    def lines(self, sheet: Sheet) -> dict[str, Line]:
        """Return a sheet's lines as the journal has left them."""
        return fold(acts_of(simulated=self.simulated, topic=sheet.topic, unit=sheet.unit, period=sheet.period))

    def record(self, act: str, sheet: Sheet, actor: Actor, lines: Mapping[str, object], reason: str = "") -> Act:
        """Add an act to the journal in somebody's name."""
        return append_entry(
            act,
            sheet,
            actor=actor.id,
            name=actor.name,
            at=self.at,
            simulated=self.simulated,
            lines=lines,
            reason=reason,
        )

    def known(self, form: str = "", unit: str = "") -> Known:
        """Return what was known before: batches, and over them what the office has accepted on one form of a unit."""
        over: dict[tuple[str, str, str], float] = {}
        values = ChainMap(over, _base_values(self.data, self.simulated, _facts_head(simulated=self.simulated)))
        if form:
            acts = acts_of(simulated=self.simulated, topic=f"form/{form}", unit=unit)
            for sheet, lines in by_sheet(acts).items():
                for code, line in lines.items():
                    if str(line.in_force.get("value", "")).strip():
                        place = self.place_of(unit)
                        over[code, place, sheet.period] = float(line.in_force["value"])
        return Known(values, jump=number_in_force(self.pack, "jump_limit", self.today))

    def place_of(self, unit: str) -> str:
        """Return the place at which a unit's figures stand: a department's are the city's."""
        return self.plan.root if unit in self.scope.departments else unit


def read_allocation(table: Mapping[str, Any], *, source: str = "authored") -> Allocation:
    """Return an allocation from its plain form."""
    return Allocation(
        target=str(table["target"]),
        source=source,
        baseline=float(table["baseline"]) if table.get("baseline") is not None else None,
        steps={int(year): float(value) for year, value in table.get("steps", {}).items()},
        shares={str(code): float(value) for code, value in table.get("shares", {}).items()},
        county_baselines={str(code): float(value) for code, value in table.get("county_baselines", {}).items()},
        season=tuple(float(weight) for weight in table.get("season", ())),
        owner=str(table.get("owner", "")),
        additive=bool(table.get("additive", True)),
    )


_TIMING = ("report_opens", "report_due", "report_lock", "minutes_per_cell")


def by_sheet(acts: Iterable[Act]) -> dict[Sheet, dict[str, Line]]:
    """Return acts folded sheet by sheet."""
    grouped: dict[Sheet, list[Act]] = {}
    for act in acts:
        grouped.setdefault(act.sheet, []).append(act)
    return {sheet: fold(own) for sheet, own in grouped.items()}


def open_office(data: Path, content: Path, *, real: bool) -> Office:
    """Return the office of a store, on the pack adopted last, or on a folder where none has been adopted yet."""
    moment = now(simulated=not real)
    folder = pack_in_force(data, content)
    pack, plan, forms, registers, scope, findings = _read(folder, stamp_of(folder))
    return Office(data, pack, plan, forms, registers, scope, not real, moment, findings)


class NoSuchEntry(UserError):
    """The journal has no entry of the number asked for."""


def _require_entry(number: int) -> None:
    """Raise NoSuchEntry unless the journal has an entry; of an empty one 0 is where it ends."""
    last = journal_head()[0]
    if min(last, 1) <= number <= last:
        return
    if not last:
        raise NoSuchEntry(
            Text(
                f"操作日志还是空的，没有第{number}条；请不写 --as-of。",
                f"The journal is empty: it has no entry {number}; leave --as-of out.",
            )
        )
    raise NoSuchEntry(
        Text(
            f"操作日志没有第{number}条，最后一条是第{last}条；请写 1 至 {last} 之间的编号。",
            f"The journal has no entry {number}; the last one is {last}. Name one from 1 to {last}.",
        )
    )


def pack_in_force(data: Path, content: Path, *, as_of: int | None = None) -> Path:
    """Return the folder of the pack adopted last, as known at a place in the journal, or `content` before the first.

    Raises NoSuchEntry where the journal has no such place.
    """
    if as_of is not None:
        _require_entry(as_of)
    adopted = acts_of(simulated=False, topic="content", as_of=as_of)
    if not adopted:
        return content
    return _checked(data, next(iter(adopted[-1].lines)))


@lru_cache(maxsize=8)
def _checked(data: Path, sha256: str) -> Path:
    return adopted_pack(data, sha256)


def stamp_of(folder: Path) -> float:
    """Return when anything in a folder changed last: what is read from it is kept until then."""
    return max((p.stat().st_mtime for p in folder.rglob("*") if p.is_file()), default=0.0)


@lru_cache(maxsize=4)
def _read(
    folder: Path,
    stamp: float,  # noqa: ARG001 -- a folder that was edited is read again
) -> tuple[Pack, Plan, dict[str, Form], dict[str, Register], Scope, tuple[Finding, ...]]:
    pack = read_pack(folder)
    plan, unread = compile_plan(pack.tables, pack.document)
    forms, asked = read_forms(pack.forms, pack.elements)
    registers, unusable = read_registers(pack.registers, pack.elements)
    departments = [
        Department(
            str(d["id"]),
            str(d["name"]),
            str(d.get("name_en", d["id"])),
            tuple(d.get("sections", ())),
            str(d.get("status", "draft")),
        )
        for d in pack.departments
    ]
    scope = Scope(pack.places, departments, root=plan.root)
    findings = (*unread, *asked, *unusable)
    return pack, plan, {f.id: f for f in forms}, {r.id: r for r in registers}, scope, findings


def _facts_head(*, simulated: bool) -> int:
    acts = acts_of(simulated=simulated, topic="batch/facts")
    return acts[-1].sequence if acts else 0


@lru_cache(maxsize=2)
def _base_values(
    data: Path,
    simulated: bool,  # noqa: FBT001 -- a key of the cache
    head: int,  # noqa: ARG001 -- a new batch is read again
) -> dict[tuple[str, str, str], float]:
    facts = load_facts(data, simulated=simulated)
    if facts is None:
        return {}
    names = zip(facts.element, facts.place, facts.period, facts.value, strict=True)
    return {(facts.elements[e], facts.places[p], facts.periods[t]): float(v) for e, p, t, v in names}


def form_sheet(office: Office, form: str, unit: str, period: str) -> tuple[Form, Sheet]:
    """Return a form and the sheet of a unit and period; raises NoSuchSheet."""
    found = office.forms.get(form)
    if found is None:
        raise no_such_sheet(f"{form} / {unit}")
    when = require_period(period, found.frequency)
    if unit not in units_of(found, office.pack.places, office.pack.elements, office.plan.root, period=when):
        raise no_such_sheet(f"{form} / {unit}")
    return found, Sheet(f"form/{form}", unit, period)


def require_period(period: str, frequency: str) -> Period:
    """Return the period that an address names, written the one way it is written; raises NoSuchSheet."""
    read = Period.parse(period)
    if read.frequency != frequency or read.text != period:
        raise no_such_sheet(period)
    return read


def no_such_sheet(what: str) -> NoSuchSheet:
    """Return the refusal of an address that names nothing."""
    return NoSuchSheet(Text(f"没有“{what}”；请从首页进入。", f"There is no '{what}'; start from the home page."))
