"""Events and samples over the web: each act by the role that may, and the pages that show what came of it."""

import json

import pytest
from django.test import Client

from builders import QUZHOU
from chengzai.cycle import simulate_city
from chengzai.kernel import Period
from chengzai.web.models import Account, Grant
from office import COUNTY

pytestmark = pytest.mark.django_db
LEADERS = ("leader", "second leader")
HELD = {"county_reviewer": COUNTY}


@pytest.fixture
def people(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path))
    monkeypatch.setenv("CHENGZAI_CONTENT", str(QUZHOU))
    monkeypatch.setenv("CHENGZAI_REAL", "")
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-28T09:00:00+08:00")
    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2026-10"), Period.parse("2026-10")))
    clients = {}
    for name in ("evaluator", "leader", "second leader", "task_force", "county_reviewer"):
        role = name.removeprefix("second ")
        account = Account.objects.create(username=name, person=name)
        Grant.objects.create(account=account, role=role, unit=HELD.get(role, "3308"))
        clients[name] = Client()
        clients[name].force_login(account)
    return clients


def send(client, to, **said):
    answer = client.post(f"/office/act/{to}.json", json.dumps(said), content_type="application/json")
    return answer.status_code, answer.json()


def test_an_event_goes_its_way_and_stands_on_the_page(people):
    event = {"year": "2026", "unit": COUNTY, "kind": "penalty", "document": "衢政督〔2026〕5号", "day": "2026-10-08"}
    assert send(people["evaluator"], "adjustment-enter", **event)[0] == 422, "a penalty without points"
    status, told = send(people["evaluator"], "adjustment-enter", **event, points=2.5)
    assert status == 200
    key = told["key"]
    assert send(people["evaluator"], "adjustment-enter", **event, points=2.5)[0] == 422, "the same penalty twice"
    assert send(people["leader"], "adjustment-decide", key=key, act="accept")[0] == 200
    board = people["leader"].get("/office/evaluation/2026-10.json").json()["schemes"][0]
    assert {r["effect"] for r in board["rows"] if r["place"] == COUNTY} == {-2.5}
    appeal = {"key": key, "act": "appeal", "unit": COUNTY, "reason": "已整改"}
    assert send(people["county_reviewer"], "adjustment-appeal", **appeal)[0] == 200
    for client in people.values():
        page = client.get("/office/adjustments/2026.html").content.decode()
        assert "衢政督〔2026〕5号" in page
        assert "已整改" in page
    assert "衢政督〔2026〕5号" in people["leader"].get("/office/evaluation/2026-10.html").content.decode()
    ruled = {"key": key, "act": "rule", "outcome": "ended", "reason": "属实"}
    own, other = (people[name].get("/office/adjustments/2026.html").content.decode() for name in LEADERS)
    assert ('data-act="rule"' in own, 'data-act="rule"' in other) == (False, True)
    status, told = send(people["leader"], "adjustment-decide", **ruled)
    assert status == 422
    assert "另一位领导" in told["zh"]
    assert send(people["second leader"], "adjustment-decide", **ruled)[0] == 200
    board = people["leader"].get("/office/evaluation/2026-10.json").json()["schemes"][0]
    assert {r["effect"] for r in board["rows"]} == {0.0}, "what is ended shows nowhere at the next look"


def test_nobody_appeals_for_another_county(people):
    event = {"year": "2026", "kind": "bonus", "document": "文", "day": "2026-10-08", "points": 1.0}
    other = next(c for c in ("330802", "330803") if c != COUNTY)
    key = send(people["evaluator"], "adjustment-enter", **event, unit=other)[1]["key"]
    send(people["leader"], "adjustment-decide", key=key, act="accept")

    appeal = {"key": key, "act": "appeal", "unit": COUNTY, "reason": "冒名"}
    assert send(people["county_reviewer"], "adjustment-appeal", **appeal)[0] == 403


def test_a_sample_is_drawn_and_checked_over_the_web(people):
    assert send(people["task_force"], "verification-draw", period="2026-10", seed="双色球2026128", each=2)[0] == 200
    page = people["evaluator"].get("/office/verification/2026-10.json").json()
    key = page["values"][0]["key"]
    found = {"period": "2026-10", "key": key, "found": 1.5, "evidence": "照片7号"}
    assert send(people["evaluator"], "verification-find", **found)[0] == 200
    shown = people["leader"].get("/office/verification/2026-10.html").content.decode()
    assert "双色球2026128" in shown
    assert "照片7号" in shown
    assert people["county_reviewer"].get("/office/verification/2026-10.html").status_code == 403
