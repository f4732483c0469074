"""What a request to act may hold, typed and bounded; the OpenAPI description is made from these."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from chengzai.collect import Sheet

Finite = Annotated[float, Field(allow_inf_nan=False)]  # JSON as it is read here knows Infinity and NaN


class SheetName(Schema):
    """Which sheet: `form` is a form's id, or `tasks`."""

    form: str = Field(max_length=80)
    unit: str = Field(max_length=40)
    period: str = Field(max_length=16)

    @property
    def sheet(self) -> Sheet:
        """The sheet's name as the records know it."""
        return Sheet("tasks" if self.form == "tasks" else f"form/{self.form}", self.unit, self.period)


class Typed(Schema):
    """One line as typed, and the version it was typed over."""

    value: str = Field("", max_length=200)
    missing: str = Field("", max_length=40)
    note: str = Field("", max_length=2000)
    state: str = Field("", max_length=40)
    next: str = Field("", max_length=2000)
    evidence: list[int] = Field(default_factory=list)
    base: int = 0


class Save(SheetName):
    """Lines to save."""

    lines: dict[str, Typed]


class Decision(SheetName):
    """Lines to review, accept or return; without lines, all that are quiet."""

    act: str = Field(pattern="^(review|accept|return)$")
    lines: list[str] = Field(default_factory=list)
    seen: int | None = None
    reason: str = Field("", max_length=2000)


class Extension(SheetName):
    """A locked sheet opened again up to a day."""

    until: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    reason: str = Field("", max_length=2000)


class Entry(Schema):
    """One entry of a register."""

    unit: str = Field(max_length=40)
    key: str = Field("", max_length=40)
    content: dict[str, Any]
    distinct: bool = False
    seen: int | None = None
    why: str = Field("", max_length=2000)


class EntryDecision(Schema):
    """Entries to review, accept or return."""

    unit: str = Field(max_length=40)
    act: str = Field(pattern="^(review|accept|return)$")
    keys: list[str]
    seen: int | None = None
    reason: str = Field("", max_length=2000)


class Split(Schema):
    """One target's split as typed: what is left out stays as it was, a number named empty is taken away."""

    baseline: str | None = None
    owner: str | None = None
    rule: str | None = None
    why: str = Field("", max_length=2000)
    shares: dict[str, str] | None = None
    county_baselines: dict[str, str] | None = None
    steps: dict[str, str] | None = None


class Approval(Schema):
    """Targets or tasks to approve from a day on, or to return with a reason; an earlier day says why."""

    topic: str = Field(pattern="^(allocation|duties)$")
    keys: list[str]
    reason: str = Field("", max_length=2000)
    since: str = Field("", max_length=10)
    why: str = Field("", max_length=2000)


class Duty(Schema):
    """Who leads a task, or who shares it, or both: what is left out stays as it was."""

    lead: str | None = None
    units: list[str] | None = None


class Duties(Schema):
    """Who answers for which tasks; a change of what was approved says why."""

    duties: dict[str, Duty]
    why: str = Field("", max_length=2000)


class Taken(Schema):
    """One sheet of a workbook with how its columns are read."""

    form: str
    period: str
    token: str = Field(max_length=64)
    title: str
    mapping: dict[str, Any]
    sure: bool = False


class Person(Schema):
    """An account with its grants."""

    username: str = Field(max_length=60)
    person: str = Field("", max_length=80)
    grants: list[dict[str, str]] = Field(default_factory=list)


class Named(Schema):
    """The name of an account."""

    username: str = Field(max_length=60)


class Judged(Schema):
    """What is said of one item: points of 100, and why."""

    points: float | None = Field(None, ge=0, le=100)
    note: str = Field("", max_length=2000)


class Step(Schema):
    """One step of a year's evaluation, for a county where it speaks of one."""

    year: str = Field(pattern=r"^\d{4}$")
    unit: str = Field("", max_length=40)
    act: str = Field(pattern="^(open|publish|claim|object|check|rule|seal)$")
    lines: dict[str, Judged] = Field(default_factory=dict)
    reason: str = Field("", max_length=2000)


class Event(Schema):
    """An event of a county to enter: bonus, penalty, cap or veto, with its document."""

    year: str = Field(pattern=r"^\d{4}$")
    unit: str = Field(max_length=40)
    kind: str = Field("", max_length=20)
    document: str = Field("", max_length=400)
    day: str = Field("", max_length=10)
    points: Finite | None = None
    grade: str = Field("", max_length=40)
    ground: str = Field("", max_length=200)


class EventStep(Schema):
    """One step with an event: accepted, refused, appealed or ruled on."""

    key: str = Field(pattern=r"^\d{1,12}$")
    unit: str = Field("", max_length=40)
    act: str = Field(pattern="^(accept|refuse|appeal|rule)$")
    outcome: str = Field("", max_length=10)
    reason: str = Field("", max_length=2000)


class Amendment(Schema):
    """One target's new words with the document they stand in, and the day from which they hold."""

    words: str = Field("", max_length=2000)
    value: str = Field("", max_length=40)
    deadline: str = Field("", max_length=10)
    document: str = Field("", max_length=200)
    in_force: str = Field("", max_length=10)
    why: str = Field("", max_length=2000)


class Draw(Schema):
    """A sample of a month to draw: the seed that was made public, and how many values a county."""

    period: str = Field(max_length=16)
    seed: str = Field("", max_length=200)
    each: int = Field(20, ge=0, le=1000)


class Found(Schema):
    """What a checker found in place of a drawn value, with the evidence."""

    period: str = Field(max_length=16)
    key: str = Field(max_length=200)
    found: Finite | None = None
    evidence: str = Field("", max_length=1000)
    note: str = Field("", max_length=2000)


class Issue(Schema):
    """A month to issue, and why it is issued again."""

    period: str = Field(max_length=16)
    reason: str = Field("", max_length=2000)


class Why(Schema):
    """A reason in words."""

    why: str = Field("", max_length=2000)


class Rule(Schema):
    """A rule of proposal."""

    rule: str = Field("population", pattern="^(population|distance|equal)$")


class Site(Schema):
    """One facility to be built at a point, or to be tried there."""

    kind: str = Field(max_length=40)
    name: str = Field("", max_length=80)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    seats: float | None = Field(None, ge=0, le=1e6)
    town: str = Field("", max_length=80)
    year: int = Field(0, ge=0, le=30)
    cost: float = Field(0.0, ge=0, le=1e6)


class Proposal(Schema):
    """How many facilities of a kind to find places for."""

    kind: str = Field(max_length=40)
    count: int = Field(3, ge=1, le=20)


class KitAsked(Schema):
    """For how much money (亿元) to complete a circle."""

    circle: str = Field(max_length=40)
    budget: float = Field(1.0, gt=0, le=1e6)


class VillageAsked(Schema):
    """A village of which somebody asks why it stays in a scenario."""

    scenario: str = Field(max_length=40)
    village: str = Field(min_length=1, max_length=80)


class Scenario(Schema):
    """A planner's choices; what is left out changes nothing."""

    name: str = Field(min_length=1, max_length=40)
    budget: float = Field(0.0, ge=0, le=10)
    count: int = Field(0, ge=0, le=100_000)
    must: list[str] = Field(default_factory=list, max_length=2000)
    stay: list[str] = Field(default_factory=list, max_length=2000)
    relief: dict[str, Finite] = Field(default_factory=dict)
    relief_each: float = Field(0.0, ge=0, le=1e6)
    relief_year: int = Field(0, ge=0, le=30)
    build: list[Site] = Field(default_factory=list, max_length=2000)
    within_boards: bool = True
    project_share: float = Field(0.0, ge=0, le=10)
    projects: dict[str, int] = Field(default_factory=dict)
    least: dict[str, Finite] = Field(default_factory=dict)
    floor: float = Field(0.0, ge=0, le=1)
    hedge: int = Field(0, ge=0, le=100_000)
    centres: dict[str, Annotated[int, Field(ge=0, le=100_000)]] = Field(default_factory=dict, max_length=20)
