"""How far a relocation has come: the plan of a kept scenario beside the register of villages that have moved."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengzai.collect import Register, done_entries, read_value
from chengzai.cycle._office import Office, by_sheet
from chengzai.cycle._planning_table import Table, scenario_rule
from chengzai.store import acts_of

View = dict[str, Any]


def moving_progress(table: Table, office: Office, told: View) -> View | None:
    """Return a scenario's plan of moves against what the register accepted, as of today; None without a register.

    The register is that of the target which counts villages; a village counts when the register counts it, in the
    year it was done, and is told from the plan's by county and name. Persons and where they went are the entry's own;
    an entry without them is counted as unknown, never guessed. All counties are counted, whoever looks.
    """
    register = _register_of(table, office)
    if register is None:
        return None
    planned = {(m["county"], m["village"]): m for m in told["moves"]["list"]}
    done = _done(table, office, register)
    first, today = table.region.first_year, office.today
    names = {(e["county"], e["name"]) for e in done}
    late = [m for key, m in planned.items() if m["year"] < today.year and key not in names]
    within = [e for e in done if e["day"].year >= first]
    return {
        "register": register.id,
        "title": register.title.zh,
        "title_en": register.title.en,
        "years": [
            {
                "year": year,
                "planned": sum(m["year"] == year for m in planned.values()),
                "planned_persons": sum(m["persons"] for m in planned.values() if m["year"] == year),
                "done": sum(e["day"].year == year for e in within),
                "done_persons": sum(e["persons"] or 0 for e in within if e["day"].year == year),
            }
            for year in range(first, first + table.region.years)
        ],
        "before": len(done) - len(within),
        "late": [{key: m[key] for key in ("village", "county", "site", "year")} for m in late],
        "left_this_year": sum(m["year"] == today.year and key not in names for key, m in planned.items()),
        "unplanned": sorted(e["name"] for e in within if (e["county"], e["name"]) not in planned),
        "unknown_persons": sum(e["persons"] is None for e in within),
        "shares": _shares(table, told, within),
    }


def _register_of(table: Table, office: Office) -> Register | None:
    target = next((str(e["target"]) for e in scenario_rule(table)["effect"] if e["measure"] == "villages"), "")
    return next((r for r in office.registers.values() if target and r.target == target), None)


def _done(table: Table, office: Office, register: Register) -> list[View]:
    """Return what is in force and counts by today: its county, name, day, persons and where to."""
    words: Mapping[str, Any] = scenario_rule(table).get("tracker", {})
    found: list[View] = []
    for sheet, lines in by_sheet(acts_of(simulated=office.simulated, topic=f"register/{register.id}")).items():
        county = office.pack.places.above(office.place_of(sheet.unit), "county").name
        for day, entry in done_entries(register, lines.values()):
            if day <= office.today:
                persons = read_value(str(entry.get(str(words.get("persons", "")), "")), "人")
                found.append(
                    {
                        "county": county,
                        "name": str(entry.get(register.name_field, "")),
                        "day": day,
                        "persons": None if persons is None else float(persons),
                        "kind": dict(words.get("kinds", {})).get(str(entry.get(str(words.get("to", "")), "")), ""),
                    }
                )
    return found


def _shares(table: Table, told: View, done: Sequence[View]) -> list[View]:
    """Return the shares of persons by kind of site, planned, and of those done whose persons and kind are known."""
    known = [e for e in done if e["persons"] is not None and e["kind"]]
    everybody = sum(e["persons"] for e in known)
    return [
        {
            "kind": kind,
            "planned": share[0],
            "done": sum(e["persons"] for e in known if e["kind"] == kind) / everybody if everybody else None,
            "wanted": table.region.relocation.guidance.get(kind),
        }
        for kind, share in told["moves"]["shares"].items()
    ]
