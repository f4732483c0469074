"""What an attacker of the door tried and found, so that it stays shut."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from builders import QUZHOU
from chengzai.web.models import Account, Grant
from office import COUNTY, FORM, PERIOD

pytestmark = pytest.mark.django_db
TOWN_FORM = "village-township-month"
TOWN = "330881001"


@pytest.fixture
def door(tmp_path, monkeypatch):
    """Return a function that makes an account with grants and gives its client."""
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path))
    monkeypatch.setenv("CHENGZAI_CONTENT", str(QUZHOU))
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-28T09:00:00+08:00")

    def person(name, *grants, **fields):
        account = Account.objects.create(username=name, person=name, **fields)
        for role, unit, *elements in grants:
            Grant.objects.create(account=account, role=role, unit=unit, elements=",".join(elements))
        client = Client()
        client.force_login(account)
        return client

    return person


def post(client, act, **body):
    return client.post(f"/office/act/{act}.json", json.dumps(body), content_type="application/json")


def save(client, value, *, form=TOWN_FORM, unit=TOWN, period=PERIOD, code="sewage_villages_met", base=0, note=""):
    lines = {code: {"value": value, "base": base, "note": note}}
    return post(client, "save", form=form, unit=unit, period=period, lines=lines)


def test_two_cells_at_the_far_ends_of_a_sheet_do_not_take_the_server(door):
    """A parser that lays the sheet out whole asked for half a terabyte and took the process with it."""
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 1
    out = io.BytesIO()
    book.save(out)
    client = door("r", ("reporter", COUNTY))
    for act, field in (("look", {"form": FORM}), ("workbook", {"form": FORM, "unit": COUNTY, "period": PERIOD})):
        file = SimpleUploadedFile("a.xlsx", out.getvalue())
        answer = client.post(f"/office/act/{act}.json", {**field, "file": file})
        assert answer.status_code == 422
        assert "打不开" in answer.json()["zh"] or "模板" in answer.json()["zh"]


def test_a_small_file_that_unpacks_to_a_large_one_is_not_opened(door):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    client = door("r", ("reporter", COUNTY))
    answer = client.post("/office/act/look.json", {"form": FORM, "file": SimpleUploadedFile("a.xlsx", out.getvalue())})

    assert answer.status_code == 422


@pytest.mark.parametrize("value", ["9" * 180 + "亿", "9" * 17, "1" + "亿" * 9, "Infinity", "nan", "12,34"])
def test_a_number_that_nothing_counts_is_no_number(door, value):
    answer = save(door("r", ("reporter", TOWN)), value)

    assert answer.status_code == 200, "what is typed is kept"
    assert answer.json()["rows"]["sewage_villages_met"]["worst"] == "error"


@pytest.mark.parametrize("period", ["2027-06", " 2026-11", "２０２６-11", "0000-01", "9999-12", "2026-11-01", "2026Q4"])
def test_a_month_has_one_name_and_the_future_none(door, period):
    client = door("r", ("reporter", TOWN))

    assert save(client, "1", period=period).status_code in {403, 404}
    assert client.get(f"/office/form/{TOWN_FORM}/{TOWN}/{period}.json").status_code in {200, 404}
    assert client.get(f"/office/status/{period}.json").status_code in {200, 404}
    assert post(client, "submit", form=TOWN_FORM, unit=TOWN, period=period).status_code in {403, 404}


def test_one_search_at_a_time_and_the_next_is_told_to_wait(door):
    """Each takes some seconds of a core: a dozen clicks must not hold every thread of the door."""
    from chengzai.web._scenarios import searching_alone

    client = door("f", ("task_force", "3308"))
    with searching_alone():
        told = post(client, "propose-sites", kind="小学", count=1)
    after = post(client, "propose-sites", kind="小学", count=1)

    assert "正在为别人计算" in told.json()["zh"]
    assert "模拟数据" in after.json()["zh"], "no sheets here: but it was looked at"


def test_a_role_of_the_city_over_a_township_opens_nothing(door):
    client = door("t", ("task_force", TOWN), ("auditor", TOWN), ("administrator", TOWN), ("leader", TOWN))

    for path in ("journal", "people", "content", "allocation"):
        assert client.get(f"/office/{path}.json").status_code == 403
    assert post(client, "propose", rule="population").status_code == 403
    assert post(client, "approve", topic="allocation", keys=["gdp"]).status_code == 403


def test_an_administrator_grants_nothing_to_themselves_and_no_role_beside_their_own(door):
    client = door("admin", ("administrator", "3308"))
    grant = [{"role": "leader", "unit": "3308"}]

    assert post(client, "person", username="admin", person="x", grants=grant).status_code == 422
    both = [*grant, {"role": "administrator", "unit": "3308"}]
    assert post(client, "person", username="other", person="x", grants=both).status_code == 422
    town = [{"role": "leader", "unit": TOWN}]
    assert post(client, "person", username="other", person="x", grants=town).status_code == 422
    twice = [{"role": "reporter", "unit": TOWN}] * 2
    assert post(client, "person", username="other", person="x", grants=twice).status_code == 200
    assert post(client, "person-close", username="admin").status_code == 422


def test_a_rehearsal_s_administrator_makes_and_touches_rehearsal_accounts_alone(door, monkeypatch):
    client = door("guanli", ("administrator", "3308"), rehearsal=True)
    Account.objects.create(username="real", person="真")

    made = post(client, "person", username="evil", person="x", grants=[{"role": "leader", "unit": "3308"}])
    assert made.status_code == 200
    assert Account.objects.get(username="evil").rehearsal
    for act in ("person-reset", "person-close", "person"):
        assert post(client, act, username="real", person="x", grants=[]).status_code == 422

    monkeypatch.setenv("CHENGZAI_REAL", "1")
    assert client.get("/office/home.json").status_code == 401, "nor does an open session carry over"
    password = made.json()["password"]
    signed = Client().post("/accounts/login/", {"login": "evil", "password": password})
    assert "_auth_user_id" not in signed.client.session


def test_a_first_password_opens_nothing_and_is_not_chosen_again(door):
    client = door("new", ("leader", "3308"), must_change=True)
    account = Account.objects.get(username="new")
    account.set_password("first-word-of-mine")
    account.save()
    client.force_login(account)

    assert client.get("/office/home.json").status_code == 401
    assert client.get("/2026-10/index.html").headers["Location"] == "/accounts/password/change/"
    assert client.get("/wall.html").headers["Location"] == "/accounts/password/change/"
    fields = {"oldpassword": "first-word-of-mine", "password1": "first-word-of-mine", "password2": "first-word-of-mine"}
    client.post("/accounts/password/change/", fields)
    assert Account.objects.get(username="new").must_change
    fields |= {"password1": "zhe-ci-bu-yi-yang", "password2": "zhe-ci-bu-yi-yang"}
    client.post("/accounts/password/change/", fields)
    assert not Account.objects.get(username="new").must_change


def test_five_wrong_passwords_close_a_name_for_a_while_and_the_right_one_says_so(door):
    door("zhang", ("leader", "3308"))
    account = Account.objects.get(username="zhang")
    account.set_password("chang-shan-hu-you")
    account.save()
    client = Client()

    def sign_in(password):
        return client.post("/accounts/login/", {"login": "zhang", "password": password})

    for _ in range(5):
        sign_in("wrong-wrong-wrong")
    answer = sign_in("chang-shan-hu-you")

    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}


def test_a_narrowed_grant_holds_for_registers_and_files_too(door):
    whole, narrow = door("w", ("reporter", COUNTY)), door("n", ("reporter", COUNTY, "industrial_*"))
    evidence = {"form": FORM, "unit": COUNTY, "period": PERIOD, "file": SimpleUploadedFile("a.pdf", b"%PDF")}
    number = whole.post("/office/act/evidence.json", evidence).json()["id"]
    save(whole, "1", form=FORM, unit=COUNTY, code="sewage_quality_met")
    lines = {"sewage_quality_met": {"value": "1", "evidence": [number], "base": 1}}
    post(whole, "save", form=FORM, unit=COUNTY, period=PERIOD, lines=lines)

    assert whole.get(f"/office/evidence/{number}").status_code == 200
    assert narrow.get(f"/office/evidence/{number}").status_code == 403
    assert post(narrow, "register/common-prosperity-complexes", unit=COUNTY, content={}).status_code == 403


@pytest.mark.parametrize("lon", ["118,", "0.01186万", "1" * 5000, "nan"])
def test_a_point_is_kept_as_a_number_or_not_at_all(door, lon):
    client = door("r", ("reporter", COUNTY))
    content = {"name": "甲", "place": TOWN, "state": "在建", "lon": lon, "lat": "28.7"}
    post(client, "register/common-prosperity-complexes", unit=COUNTY, content=content)

    assert client.get("/office/register/common-prosperity-complexes.html").status_code == 200


@pytest.mark.parametrize("evidence", [None, 5, "1", ["²"], ["9" * 5000], {"a": 1}])
def test_odd_evidence_is_no_fault_of_the_program(door, evidence):
    client = door("r", ("reporter", COUNTY))
    content = {"name": "甲", "place": TOWN, "state": "在建", "evidence": evidence}

    assert post(client, "register/common-prosperity-complexes", unit=COUNTY, content=content).status_code == 200


def test_control_characters_reach_no_workbook(door):
    client = door("r", ("reporter", TOWN))
    save(client, "1", note="备\x00注\x01")

    answer = client.get(f"/office/form/{TOWN_FORM}/{TOWN}/{PERIOD}.xlsx")
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert page["H5"].value == "备注"


def test_markup_in_what_people_write_stays_text(door):
    evil = "</script><img src=x onerror=alert(1)>"
    client = door("r", ("reporter", COUNTY))
    content = {"name": evil, "place": TOWN, "state": "在建", "note": evil}
    post(client, "register/common-prosperity-complexes", unit=COUNTY, content=content)
    save(client, "1", form=FORM, unit=COUNTY, code="sewage_quality_met", note=evil)

    for path in ("register/common-prosperity-complexes", f"form/{FORM}/{COUNTY}/{PERIOD}"):
        html = client.get(f"/office/{path}.html").content.decode()
        assert "<img src=x" not in html


def test_a_broken_mapping_is_said_and_another_unit_s_is_not_taken_over(door):
    client = door("r", ("reporter", COUNTY))
    for mapping in (
        {},
        {"head_rows": "x", "unit_column": 0, "columns": {}},
        {"head_rows": 1, "unit_column": 0, "columns": 5},
    ):
        answer = post(client, "take", form=FORM, period=PERIOD, token="0" * 64, title="t", mapping=mapping)
        assert answer.status_code in {404, 422}


@pytest.mark.parametrize("points", [float("inf"), float("nan")])
def test_what_no_number_is_among_points_is_refused_at_the_door(door, points):
    client = door("z", ("task_force", "3308"))

    answer = post(client, "adjustment-enter", year="2026", unit=COUNTY, kind="bonus", day="2026-10-01", points=points)

    assert answer.status_code == 422
    assert "points" in answer.content.decode()


def test_a_mistake_in_an_address_is_no_fault_of_the_program(door):
    client = door("a", ("auditor", "3308"))

    assert client.get("/office/journal.html?before=²").status_code == 200
    assert client.get("/office/journal.html?before=99999999999999999999").status_code in {200, 404}
    assert client.post("/accounts/password/reset/").status_code == 404
    assert client.post("/accounts/email/").status_code == 404
    assert Client().get("/openapi.json").status_code == 302


def test_every_answer_carries_the_policy_that_lets_nothing_in_from_outside(door):
    answer = door("a", ("auditor", "3308")).get("/office/home.html")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "private, no-cache"
