"""What is collected: elements, and the observations of them."""

from dataclasses import dataclass

from chengzai.kernel._finding import Text
from chengzai.kernel._period import Period
from chengzai.kernel._place import Place

_UNSAID = Text("", "")


@dataclass(frozen=True, slots=True)
class Element:
    """One datum that is collected, and how it adds up.

    `kind` is `flow`, `stock`, `level` or `running` (a total since the start that never falls);
    `frequency` is `month`, `quarter` or `year`; `collected` is the level of place that reports it, or `any`
    for published statistics; `over_places` is `sum`, `mean`, `weighted:<element>`, `max` or `none`;
    `over_time` is `sum`, `last` or `mean`; `minimum` and `maximum` bound one value in `unit`;
    `units` lists the places that must report where not all of the level do; `since` is the first period asked for,
    None where it was asked for from the beginning.

    `definition` (口径) says what is counted, at what moment and what is not; `source` whose statistic or ledger it
    comes from; `caveat` what is easily got wrong. `status` is `cited` where a text or standard defines it, or
    `draft` until a person confirms it.
    """

    code: str
    name: str
    unit: str
    kind: str = "flow"
    frequency: str = "month"
    collected: str = "county"
    over_places: str = "sum"
    over_time: str = "sum"
    minimum: float | None = 0.0
    maximum: float | None = None
    units: tuple[str, ...] = ()
    definition: Text = _UNSAID
    source: Text = _UNSAID
    caveat: Text = _UNSAID
    status: str = "draft"
    since: Period | None = None

    def reported_by(self, place: Place) -> bool:
        """Return whether the place is one that reports it."""
        return place.own in self.units if self.units else place.level == self.collected

    def asked_in(self, period: Period) -> bool:
        """Return whether it is asked for in a period: from its first one on."""
        return self.since is None or period.ordinal >= self.since.ordinal

    def due(self, place: Place, period: Period) -> bool:
        """Return whether the place must report it for a period: asked for by then, of a place that stood at its end."""
        return self.asked_in(period) and self.reported_by(place) and place.stands(period.last_day())

    def about(self) -> dict[str, str]:
        """Return its definition, source and caveat in both languages and whether they are confirmed, as plain data."""
        said: dict[str, str] = {"definition_status": self.status}
        for name, text in (("definition", self.definition), ("source", self.source), ("caveat", self.caveat)):
            said |= {name: text.zh, f"{name}_en": text.en}
        return said


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one element at one place in one period, with who says so.

    `source` is `form`, `register`, `ledger`, `space`, `carbon`, `statistics` or `simulated`;
    `evidence` is an address or a file; `sequence` orders what was known, later replacing earlier.
    """

    element: str
    place: str
    period: Period
    value: float
    source: str
    evidence: str = ""
    entered_by: str = ""
    entered_at: str = ""
    sequence: int = 0
