"""Outlooks in the background: the newest request first, the last finished one shown meanwhile, nothing lost."""

import datetime as dt
import threading

import pytest

from chengzai.cycle import KeptOutlook, kept_outlook, seconds_until
from chengzai.kernel import Text, UserError
from chengzai.web._outlooks import Outlooks, Workshop

DAY = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)


class Shop:
    """A workshop whose outlooks are numbers, made when they are let."""

    def __init__(self):
        self.inputs = {"2026-10": "a", "2026-11": "b"}
        self.kept, self.made, self.fails = {}, [], set()
        self.let = threading.Event()
        self.let.set()
        self.begun = threading.Event()
        self.night = 3600.0

    def workshop(self):
        return Workshop(
            newest=lambda: "2026-11",
            inputs=lambda period: self.inputs[period],
            make=self.make,
            find=self.kept.get,
            until_night=lambda: self.night,
        )

    def make(self, period, progress):
        self.begun.set()
        self.let.wait(10)
        if period in self.fails:
            raise UserError(Text("没有规则", "no rule"))
        self.made.append(period)
        progress("month", 3, 6)
        view = {"period": period, "number": len(self.made)}
        self.kept[period] = KeptOutlook(DAY, self.inputs[period], view)
        return self.kept[period]


@pytest.fixture
def shop():
    return Shop()


def test_nothing_is_ready_until_it_is_made_and_then_it_bears_its_date(shop):
    found = Outlooks(shop.workshop())

    assert not found.of("2026-10")["ready"]
    assert found.wait(10)
    shown = found.of("2026-10")
    assert (shown["ready"], shown["renewing"], shown["number"]) == (True, False, 1)
    assert shown["made"] == "2026-11-28 17:00"  # the city's own time


def test_the_last_finished_one_stays_while_a_new_one_is_worked_out(shop):
    found = Outlooks(shop.workshop())
    found.of("2026-10")
    assert found.wait(10)
    shop.inputs["2026-10"] = "corrected"
    shop.let.clear()
    shop.begun.clear()
    first = found.of("2026-10")
    assert shop.begun.wait(10)
    again = found.of("2026-10")

    assert (first["number"], first["renewing"]) == (1, True)
    assert (again["number"], again["renewing"]) == (1, True)
    shop.let.set()
    assert found.wait(10)
    assert (found.of("2026-10")["number"], shop.made) == (2, ["2026-10", "2026-10"])


def test_a_change_in_november_leaves_october_as_it_is(shop):
    found = Outlooks(shop.workshop())
    found.of("2026-10")
    found.of("2026-11")
    assert found.wait(10)
    shop.inputs["2026-11"] = "a cell more"
    found.ask("2026-11")
    assert found.wait(10)

    assert not found.of("2026-10")["renewing"]
    assert sorted(shop.made) == ["2026-10", "2026-11", "2026-11"]


def test_the_newest_request_goes_first_and_one_asked_for_twice_is_made_once(shop):
    found = Outlooks(shop.workshop())
    for period in ("2026-11", "2026-10", "2026-11", "2026-10", "2026-11"):
        found.ask(period)
    found.begin()
    assert found.wait(10)

    assert shop.made == ["2026-11", "2026-10"]


def test_what_was_finished_before_a_restart_is_shown_after_it(shop):
    before = Outlooks(shop.workshop())
    before.of("2026-10")
    assert before.wait(10)
    after = Outlooks(shop.workshop())

    assert after.of("2026-10")["number"] == 1
    assert after.finished("2026-10")["made"] == "2026-11-28 17:00"
    assert after.finished("2026-11") is None


def test_at_night_the_newest_month_is_asked_for(shop):
    shop.night = 0.01
    found = Outlooks(shop.workshop())
    found.begin()
    assert shop.begun.wait(10)
    shop.night = 3600.0
    for _ in range(100):
        if shop.made:
            break
        found.wait(0.05)

    assert shop.made[0] == "2026-11"


def test_what_went_wrong_is_said_and_does_not_take_away_what_was_finished(shop):
    found = Outlooks(shop.workshop())
    found.of("2026-10")
    assert found.wait(10)
    shop.fails = {"2026-10", "2026-11"}
    shop.inputs["2026-10"] = "corrected"
    found.of("2026-10")
    found.of("2026-11")
    assert found.wait(10)

    assert found.of("2026-10")["number"] == 1
    with pytest.raises(UserError, match="没有规则"):
        found.of("2026-11")
    shop.fails = set()
    shop.inputs["2026-11"] = "mended"
    found.of("2026-11")
    assert found.wait(10)
    assert found.of("2026-11")["ready"]


def test_a_kept_outlook_that_cannot_be_read_is_none(tmp_path):
    (tmp_path / "outlooks").mkdir()
    (tmp_path / "outlooks" / "simulated-2026-10.json").write_text("{half")

    assert kept_outlook(tmp_path, "2026-10", simulated=True) is None
    assert kept_outlook(tmp_path, "2026-11", simulated=True) is None


def test_it_is_never_more_than_a_day_until_a_time_of_day():
    for hour in range(24):
        assert 0 < seconds_until(dt.time(hour)) <= 86_400
