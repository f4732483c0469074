"""The only clock of the product; a rehearsal may set it, and only among simulated data."""

import datetime as dt
import os
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Asia/Shanghai")


def now(*, simulated: bool) -> dt.datetime:
    """Return the time; CHENGZAI_NOW stands in for it in a rehearsal, never where real figures are kept."""
    rehearsed = os.environ.get("CHENGZAI_NOW", "")
    if simulated and rehearsed:
        return dt.datetime.fromisoformat(rehearsed).astimezone(dt.UTC)
    return dt.datetime.now(tz=dt.UTC)  # noqa: TID251 -- the cycle reads the clock


def today(*, simulated: bool) -> dt.date:
    """Return the day in the city's own time."""
    return now(simulated=simulated).astimezone(HOME).date()


def local_time(moment: str) -> str:
    """Return a moment of the journal in the city's own time, to the minute; nothing for none."""
    return f"{dt.datetime.fromisoformat(moment).astimezone(HOME):%Y-%m-%d %H:%M}" if moment else ""
