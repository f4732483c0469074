"""Facilities that the office's own registers hold: accepted, done by a day, and with a point on the map."""

import datetime as dt
from dataclasses import dataclass, replace

from chengzai.collect import Register, done_entries, read_registers, read_value
from chengzai.cycle._office import by_sheet
from chengzai.cycle._region import FARTHEST, register_ties
from chengzai.decide import Amenity, Region
from chengzai.store import Pack, acts_of

At = tuple[str, str, float, float]  # kind, name, longitude, latitude


@dataclass(frozen=True)
class Registered:
    """What the registers hold of the kinds that a rule names: `points` can be reached, `without` lack a point."""

    points: tuple[At, ...] = ()
    without: int = 0


def registered_facilities(pack: Pack, day: dt.date, *, simulated: bool) -> Registered:
    """Return the facilities that registers hold by a day, as the rule of facilities ties registers to kinds."""
    kinds = {str(tie["id"]): str(tie["kind"]) for tie in register_ties(pack, day)}
    found, without = [], 0
    for register in read_registers(pack.registers, pack.elements)[0]:
        if register.id in kinds:
            told = _points(register, kinds[register.id], day, simulated=simulated)
            found += [at for at in told if at is not None]
            without += told.count(None)
    return Registered(tuple(sorted(found)), without)


def _points(register: Register, kind: str, day: dt.date, *, simulated: bool) -> list[At | None]:
    """Return each thing of a register with its point, nothing in the place of one that has none."""
    found: list[At | None] = []
    for lines in by_sheet(acts_of(simulated=simulated, topic=f"register/{register.id}")).values():
        for done, entry in done_entries(register, lines.values()):
            lon, lat = (read_value(str(entry.get(axis, "")), "") for axis in ("lon", "lat"))
            if done > day:
                continue
            if lon is None or lat is None:
                found.append(None)
            else:
                found.append((kind, str(entry.get(register.name_field, "")), float(lon), float(lat)))
    return found


def bearing(region: Region, counted: Registered) -> tuple[At, ...]:
    """Return what of the registers' facilities can change a result: kinds that a circle or a school stage asks for."""
    stages = set(region.ages.stages) if region.ages else set()
    return tuple(at for at in counted.points if at[0] in stages or region.circle_asking(at[0]))


def with_registered(region: Region, held: Registered) -> tuple[Region, Registered]:
    """Return a region with what the registers hold beside its own facilities, and what of it counts.

    What the sheets name already under the same kind and name counts once; what lies far from every street has no
    point that can be right.
    """
    streets, known = next(iter(region.roads.values())), {(a.kind, a.name) for a in region.amenities}
    new = [at for at in held.points if at[:2] not in known]
    away = streets.away([at[2] for at in new], [at[3] for at in new])
    near = [at for at, metres in zip(new, away, strict=True) if metres <= FARTHEST]
    amenities = tuple(Amenity(*at) for at in near)
    told = Registered(tuple(near), held.without + len(new) - len(near))
    return replace(region, amenities=(*region.amenities, *amenities)), told
