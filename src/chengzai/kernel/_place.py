"""One administrative unit with the days of its existence."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One unit: its code, name, level and parent; `lon` and `lat` are WGS84 degrees or None.

    `parent` is empty for a root: the city itself, or a place outside the tree such as a county town.
    `since` and `until` are the first and last day of its existence, None where open.
    """

    code: str
    name: str
    level: str
    parent: str = ""
    lon: float | None = None
    lat: float | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    within: str = ""

    @property
    def own(self) -> str:
        """The code of the place whose life this is: without the last day that a past life carries behind `@`."""
        return self.code.partition("@")[0]

    def stands(self, day: dt.date) -> bool:
        """Return whether it exists on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
