"""Every address × every role × an own and another place, against the written table in docs/reference/access.md."""

import json
import re

import pytest
from django.test import Client

from builders import QUZHOU, ROOT
from chengzai.kernel import ROLES
from chengzai.web import urls  # noqa: F401 -- the pages are known once it is read
from chengzai.web._door import PAGES, api
from chengzai.web._gate import GATE
from chengzai.web.models import Account, Grant
from office import COUNTY, FORM, OTHER, PERIOD

TEXT = (ROOT / "docs/reference/access.md").read_text(encoding="utf-8")
ROWS = [[c.strip() for c in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| `")]
TABLE = {row[0].strip("`"): dict(zip(ROLES, row[1:], strict=True)) for row in ROWS if len(row) == 9}
ADDRESSES = {row[0].strip("`"): row[1].strip("`") for row in ROWS if len(row) == 2}
HELD = {"reporter": COUNTY, "county_reviewer": COUNTY, "custodian": "D05"}
# The forms of two departments: what the custodian of D05 sees and what not.
OWN_FORM, OTHER_FORM = FORM, "services-county-month"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bodies():
    sheet = {"period": PERIOD}
    return {
        "save": {**sheet, "lines": {}},
        "submit": sheet,
        "decide": {**sheet, "act": "review", "lines": ["x"], "reason": "r"},
        "open": {**sheet, "until": "2026-12-31", "reason": "r"},
        "take": {"form": FORM, "period": PERIOD, "token": "0" * 64, "title": "t", "mapping": {}},
        "register/{name}": {"content": {}},
        "register/{name}/decide": {"act": "review", "keys": ["x"]},
        "propose": {},
        "split/{target}": {},
        "duties": {"duties": {}},
        "approve": {"topic": "allocation", "keys": []},
        "issue": {"period": "2022-01"},
        "amend/{target}": {"in_force": "2026-11-01"},
        "appraisal-open": {"year": "2026", "act": "publish"},
        "appraisal-claim": {"year": "2026", "act": "claim"},
        "appraisal-check": {"year": "2026", "act": "check"},
        "appraisal-rule": {"year": "2026", "act": "rule"},
        "adjustment-enter": {"year": "2026", "kind": "bonus"},
        "adjustment-appeal": {"key": "1", "act": "appeal"},
        "adjustment-decide": {"key": "1", "act": "accept"},
        "verification-draw": {"period": "2026-10", "seed": "", "each": 5},
        "verification-find": {"period": "2026-10", "key": "a|b|2026-10", "found": 1.0},
        "scenario": {"name": "试"},
        "scenarios": {},
        "try-site": {"kind": "小学", "lon": 118.9, "lat": 28.9},
        "why-not": {"scenario": "x", "village": "甲"},
        "propose-sites": {"kind": "小学", "count": 1},
        "propose-kit": {"circle": "fitness-10", "budget": 0.05},
        "adopt": {},
        "seen": {},
        "person": {"username": "neu", "person": "新"},
        "person-close": {"username": "nobody"},
        "person-reset": {"username": "nobody"},
    }


@pytest.fixture
def people(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path))
    monkeypatch.setenv("CHENGZAI_CONTENT", str(QUZHOU))
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-28T09:00:00+08:00")
    clients = {}
    for role in ROLES:
        account = Account.objects.create(username=role, person=role)
        Grant.objects.create(account=account, role=role, unit=HELD.get(role, "3308"))
        clients[role] = Client()
        clients[role].force_login(account)
        session = clients[role].session
        session["role"] = role
        session.save()
    return clients


def test_the_written_table_is_the_gate():
    assert set(TABLE) == set(GATE)
    for kind, (roles, _) in GATE.items():
        assert {role for role, cell in TABLE[kind].items() if cell != "–"} == set(roles), kind


def test_every_address_of_the_door_is_in_the_table():
    known = {f"/office/{page.address}" for page in PAGES}
    paths = api.get_openapi_schema()["paths"]
    known |= {re.sub(r"\.(json|xlsx|jsonl)$", "", path) for path in paths}

    assert known - set(ADDRESSES) - {"/openapi"} == set()
    assert set(ADDRESSES) - known == set()


def asked(client, address, bodies, form, unit):
    """Ask for one address as a person would; a body is typed well enough to reach the gate."""
    path = address.replace("{form}", form).replace("{unit}", unit).replace("{period}", PERIOD)
    if "{place}" in address:
        return client.get(f"{path.replace('{place}', unit)}.xlsx")
    register = "demo-townships" if unit == COUNTY else "common-prosperity-complexes"  # of D05, and of another
    path = path.replace("{name}", register).replace("{target}", "gdp").replace("{number}", "1")
    path = path.replace("{year}", "2026")
    if not address.startswith("/office/act/"):
        return client.get(path if "evidence" in address else f"{path}.json")
    name = address.removeprefix("/office/act/")
    if name in bodies:
        told = {"form": form, "unit": unit, **bodies[name]}
        if name == "decide" and client.session["role"] == "task_force":
            told["act"] = "accept"  # who does not review accepts; the table gives both
        body = json.dumps(told)
        return client.post(f"{path}.json", body, content_type="application/json")
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"form": form, "unit": unit, "period": PERIOD, "file": SimpleUploadedFile("a.xlsx", b"x")}
    return client.post(f"{path}.json", data)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_meets_the_gate_at_every_address(people, bodies, role):
    wrong = []
    for address, kind in ADDRESSES.items():
        cell = TABLE[kind][role]
        for where, form, unit in (("own", OWN_FORM, COUNTY), ("other", OTHER_FORM, OTHER)):
            named = "{unit}" in address or "{place}" in address
            if not named and "act" not in address and where == "other":
                continue
            answer = asked(people[role], address, bodies, form, unit)
            if kind == "sheet" and "evidence" in address:
                expected = 404 if cell != "–" else 403  # there is no such file, which only who may read is told
            elif kind == "sheet.review" and role == "task_force":
                expected = None
            elif kind == "sheet" and "tasks" in address and role == "custodian":
                expected = 403  # a county's tasks are no department's figures
            else:
                passes = cell == "all" or (cell == "own" and where == "own")
                expected = None if passes else 403
            scoped = GATE[kind][1] and (named or "act" in address)
            if cell == "own" and where == "other" and not scoped:
                expected = None
            if (expected == 403) != (answer.status_code == 403) or answer.status_code >= 500:
                wrong.append((address, kind, where, cell, answer.status_code, answer.content[:120].decode()))

    assert wrong == []


def test_html_and_twin_stand_behind_the_same_gate(people):
    for role, client in people.items():
        for page in PAGES:
            path = (
                f"/office/{page.address}".replace("{form}", FORM).replace("{unit}", OTHER).replace("{period}", PERIOD)
            )
            path = path.replace("{name}", "common-prosperity-complexes").replace("{target}", "gdp")
            path = path.replace("{year}", "2026").replace("{kind}", "brief")
            assert client.get(f"{path}.html").status_code == client.get(f"{path}.json").status_code, (role, path)


def test_nobody_is_served_without_signing_in():
    client = Client()
    for page in PAGES:
        path = re.sub(r"\{\w+\}", "x", f"/office/{page.address}")
        assert client.get(f"{path}.json").status_code == 401
        html = client.get(f"{path}.html")
        assert html.status_code == 302
        assert html.headers["Location"].startswith("/accounts/login/?next=/office/")
    assert client.get("/2026-10/index.html").status_code == 302
    assert client.get("/2026-10/index.json").status_code == 401
    assert client.get("/issued/bulletin-2026-10.pdf").status_code == 302
    assert client.post("/office/act/save.json", "{}", content_type="application/json").status_code == 401


def test_another_site_can_do_nothing_in_somebody_s_name(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(username="administrator"))
    for address in ADDRESSES:
        if address.startswith("/office/act/"):
            path = re.sub(r"\{\w+\}", "x", address)
            answer = client.post(f"{path}.json", "{}", content_type="application/json")
            assert answer.status_code == 403, address


def test_a_county_s_own_page_and_the_boards(people, city, monkeypatch):
    from chengzai.web import _editions as door

    monkeypatch.setattr(door.Editions, "periods", ("2026-10",))
    monkeypatch.setattr(door.Editions, "latest", "2026-10")
    monkeypatch.setattr(door.Editions, "_get", lambda *_, **__: city[0])
    for role, client in people.items():
        for unit, where in ((COUNTY, "own"), (OTHER, "other")):
            cell = TABLE["county"][role]
            expected = 200 if cell == "all" or (cell == "own" and where == "own") else 403
            assert client.get(f"/2026-10/county-{unit}.html").status_code == expected, (role, unit)
        assert client.get("/2026-10/index.json").status_code == (200 if TABLE["board"][role] == "all" else 403)


def test_single_reports_of_other_units_are_not_on_the_target_s_page(people, city, monkeypatch):
    from chengzai.web import _editions as door

    monkeypatch.setattr(door.Editions, "periods", ("2026-10",))
    monkeypatch.setattr(door.Editions, "latest", "2026-10")
    monkeypatch.setattr(door.Editions, "_get", lambda *_, **__: city[0])

    mine = people["reporter"].get("/2026-10/target-common-prosperity-complexes.json").json()["observations"]
    all_of_them = people["auditor"].get("/2026-10/target-common-prosperity-complexes.json").json()["observations"]

    assert {row["place"] for row in mine["rows"]} == {COUNTY}
    assert len({row["place"] for row in all_of_them["rows"]}) == 6
    assert mine["hidden"] == len(all_of_them["rows"]) - len(mine["rows"])
