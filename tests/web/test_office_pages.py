"""The office's pages as served: both languages, the same data in the twin, simulated said everywhere."""

import json
import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from builders import QUZHOU
from chengzai.web import _pages_of_office
from chengzai.web._door import PAGES, api
from chengzai.web.models import Account, Grant
from office import COUNTY, FORM, PERIOD

pytestmark = pytest.mark.django_db
assert _pages_of_office  # importing it is what fills PAGES
ROLES = {
    "reporter": COUNTY, "county_reviewer": COUNTY, "custodian": "D05", "task_force": "3308", "leader": "3308",
    "evaluator": "3308", "auditor": "3308", "administrator": "3308",
}  # fmt: skip


@pytest.fixture
def clients(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path))
    monkeypatch.setenv("CHENGZAI_CONTENT", str(QUZHOU))
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-28T09:00:00+08:00")
    found = {}
    for role, unit in ROLES.items():
        account = Account.objects.create(username=role, person=role)
        Grant.objects.create(account=account, role=role, unit=unit)
        found[role] = Client()
        found[role].force_login(account)
    return found


NEED_A_TWIN = ("evaluation", "outlook", "issued", "papers", "scenario")  # the browser tests have one


def address(page):
    path = f"/office/{page.address}".replace("{form}", FORM).replace("{unit}", COUNTY).replace("{period}", PERIOD)
    path = path.replace("{year}", "2026").replace("{kind}", "brief")
    return path.replace("{name}", "common-prosperity-complexes").replace("{target}", "village-relocation")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.address)
def test_every_page_speaks_both_languages_says_simulated_and_has_its_twin(clients, page):
    seen = 0
    for client in clients.values():
        answer = client.get(f"{address(page)}.html")
        if answer.status_code == 403:
            continue
        if page.address.startswith(NEED_A_TWIN):
            assert answer.status_code in {404, 422}
            assert "还没有" in answer.content.decode()
            seen += 1
            continue
        seen += 1
        html, english = answer.content.decode(), client.get(f"/en{address(page)}.html").content.decode()
        assert "模拟数据·非正式文件" in html
        assert "Simulated data, not official" in english
        assert f'href="{address(page)}.json"' in html
        assert client.get(f"{address(page)}.json").json()["simulated"] is True
        assert not re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", html)
        assert not re.findall(r"\son\w+=", html), "no script in attributes"
    assert seen >= 1


def test_english_pages_have_no_label_left_in_chinese(clients):
    from chengzai.web._decide_labels import DECIDE_LABELS
    from chengzai.web._judgement_labels import JUDGEMENT_LABELS
    from chengzai.web._office_labels import OFFICE_LABELS

    both = [*OFFICE_LABELS.values(), *JUDGEMENT_LABELS.values(), *DECIDE_LABELS.values()]
    words = {zh for zh, en in both if len(zh) > 3 and zh != en and "{" not in zh}
    for page in PAGES:
        for client in clients.values():
            answer = client.get(f"/en{address(page)}.html")
            text = re.sub(r"<script.*?</script>", "", answer.content.decode(), flags=re.DOTALL)
            left = {word for word in words if f">{word}<" in text}
            assert left - {"模拟数据"} == set(), page.address


def test_every_label_that_a_template_uses_has_words_in_both_languages():
    from builders import ROOT
    from chengzai.web._labels import label

    templates = ROOT / "src/chengzai/web/templates"
    used = {
        key
        for path in templates.rglob("*.html")
        for key in re.findall(r"{% t ['\"]([\w-]+)['\"]", path.read_text("utf-8"))
    }
    assert [key for key in sorted(used) if label("zh", key) == key] == []
    assert [key for key in sorted(used) if re.search(r"[一-鿿]", label("en", key)) and key not in _NAMES] == []


_NAMES = ("accounts_head", "other_language")  # the head names Chinese columns; the switch names the other language


def test_every_twin_and_act_is_described_with_its_sentence(clients):
    told = clients["auditor"].get("/openapi.json").json()

    for page in PAGES:
        assert f"/office/{page.address}.json" in told["paths"]
    assert "/{period}/target-{target}.json" in told["paths"]
    for path, methods in told["paths"].items():
        for name, method in methods.items():
            assert method.get("description"), (path, name)


def test_the_door_holds_under_requests_made_from_its_own_description(clients):
    """Schemathesis makes requests from the description; no answer may be a fault of the program."""
    schemathesis = pytest.importorskip("schemathesis")
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix="/"))))
    faults, asked = [], 0
    for operation in schema.get_all_operations():
        result = operation.ok()

        @settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case):
            nonlocal asked
            asked += 1
            path = case.formatted_path
            client = clients["administrator" if "person" in path or "people" in path else "reporter"]
            body = case.body if isinstance(case.body, dict | list) else {}
            kind = case.media_type or "application/json"
            query = {k: str(v) for k, v in (case.query or {}).items()}
            if case.method.upper() == "GET":
                answer = client.get(path, query)
            elif "multipart" in kind:
                fields = {k: v if isinstance(v, str | bytes) else json.dumps(v, default=str) for k, v in body.items()}
                answer = client.post(path, fields)
            else:
                answer = client.post(path, json.dumps(body, default=str), content_type=kind)
            if answer.status_code >= 500:
                faults.append((case.method, path, str(body)[:200], answer.status_code))

        given(result.as_strategy())(ask)()
    assert asked > 100
    assert faults == []
