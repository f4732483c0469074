"""Making the marked twin of a city and keeping its truth apart."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from chengzai.cycle._clock import now
from chengzai.cycle._month import run_month
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import dated_rule
from chengzai.kernel import Period
from chengzai.measure import read_indicators
from chengzai.plan import compile_plan
from chengzai.store import (
    acts_of,
    last_entry,
    load_facts,
    read_pack,
    read_plan,
    record_allocations,
    record_city,
    twin_is_current,
    write_files,
)
from chengzai_twin import SimulatedTown, simulate, simulate_region

REGION = Path("decide") / "region"


def simulate_city(content: Path, data: Path, *, seed: int, months: tuple[Period, Period]) -> int:
    """Make a pack's city as a twin, record it as simulated, and return the number of its facts.

    Nothing is done, and 0 returned, if the store holds this very twin already.
    The truth behind the reports goes to `twin/truth.csv` in the data folder, which no run reads.
    """
    pack = read_pack(pack_in_force(data, content))
    note = f"seed {seed}, {months[0]} to {months[1]}, pack {pack.sha256[:16]}"
    if twin_is_current(note):
        return 0
    plan, _ = compile_plan(pack.tables, pack.document)
    indicators, _ = read_indicators(pack.indicators, pack.elements)
    twin = simulate(plan, indicators=indicators, elements=pack.elements, places=pack.places, months=months, seed=seed)
    moment = now(simulated=True)
    record_allocations(data, twin.allocations, simulated=True, author="模拟器", at=moment)
    write_files(data, {"twin/truth.csv": _truth(twin.truth)})
    return record_city(data, twin.facts, author="模拟器", at=moment, note=note).rows


def simulate_decisions(content: Path, data: Path, *, seed: int) -> int:
    """Make the sheets of a simulated region under `decide/` in the data folder; return the number of its files.

    Its towns are those whose people the plan speaks of, as large as the twin reports them. Sheets that are there
    are left as they are: somebody may have put real ones in their place.
    """
    folder, pack = data / REGION, read_pack(pack_in_force(data, content))
    if folder.exists() or "scenarios" not in pack.policy:
        return 0
    edition = run_month(content, data, latest_month(content, data, real=False), real=False)
    effects = dated_rule(pack, "scenarios", "推演方案", edition.period.last_day())
    places, towns = edition.places, []
    spoken = {e["of"]: str(e["target"]) for e in effects.value["effect"] if e["measure"] == "town"}
    known = {t.id: t for t in edition.plan.targets}
    own = {places[known[target].place].within for target in spoken.values()}
    for name, target in spoken.items():
        core, judged = places[known[target].place], edition.city[target]
        if math.isnan(judged.value):
            continue
        counties = tuple(c.code for c in places.at_level("county") if c.code == core.within or (
            core.within == edition.plan.root and c.code not in own))  # fmt: skip
        towns.append(SimulatedTown(core.code, name, counties, judged.value / 1e4, judged.goal / 1e4))
    files = simulate_region(places, towns, seed=seed, first_year=edition.period.year + 1)
    write_files(folder, files)
    return len(files)


def months_known(content: Path, data: Path, *, real: bool) -> list[Period]:
    """Return the months of the plan that the store has facts for.

    If it has none, the last month that has ended, or the plan's nearest to it where that lies outside the plan.
    """
    plan = read_plan(pack_in_force(data, content))[0]["plan"]
    first, last = (day.year * 12 + day.month - 1 for day in (plan["start"], plan["end"]))
    facts = load_facts(data, simulated=not real)
    texts = set(facts.periods if facts else ())
    texts |= {act.sheet.period for act in acts_of(simulated=not real, topics="form/") if act.act == "accept"}
    months = sorted(period for text in texts if (period := Period.parse(text)).frequency == "month")
    today = now(simulated=not real)
    ended = today.year * 12 + today.month - 2
    return [m for m in months if first <= m.ordinal <= last] or [Period.of("month", min(max(ended, first), last))]


def latest_month(content: Path, data: Path, *, real: bool) -> Period:
    """Return the month a board opens with: the last known one that has ended, else the last known."""
    known = months_known(content, data, real=real)
    today = now(simulated=not real).date()
    ended = [month for month in known if month.last_day() <= today]
    return (ended or known)[-1]


_CHANGES = ("accept", "record", "rule", "find")  # values, events and their appeals, what samples found


def last_change(*, real: bool) -> int:
    """Return the place in the journal after which nothing has changed what a month's run would find."""
    return max(last_entry(_CHANGES, simulated=not real), last_entry(("adopt",), simulated=False))


def last_facts(*, real: bool) -> int:
    """Return the place in the journal of the last batch of facts: what the boards showed before the office began."""
    return last_entry(("record",), simulated=not real)


def _truth(rows: Sequence[Mapping[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
