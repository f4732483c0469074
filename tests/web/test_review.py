"""The review page: decided by keyboard in a real browser, refused when it must be, and exported as a pack."""

import json
import shutil
import socket
import subprocess
import sys
import tomllib

import pytest
from django.test import Client

from chengzai import cli

CHROMIUM = shutil.which("chromium")
TEXT = (
    "一、目标\n到2025年，新建学校5所，森林覆盖率达到70%以上。\n推进农村改厕，建立每月通报机制。\n"
    "二、保障\n安排资金3000万元。"
)


@pytest.fixture
def draft(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    assert cli.main(["plan", "draft", str(tmp_path / "plan.txt"), "--out", str(tmp_path / "pack")]) == 0
    monkeypatch.setenv("CHENGZAI_DRAFT", str(tmp_path / "pack"))
    capsys.readouterr()
    return tmp_path / "pack"


def log_of(draft):
    path = draft / "review" / "decisions.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_without_a_draft_there_is_no_such_page(monkeypatch):
    monkeypatch.delenv("CHENGZAI_DRAFT", raising=False)

    assert Client().get("/review/").status_code == 404
    assert Client().post("/review/decide", "{}", content_type="application/json").status_code == 405


def test_the_page_holds_every_word_of_the_document(draft):
    data = Client().get("/review/data.json").json()
    text = "\n".join("".join(p["text"] for p in c["pieces"]) for s in data["sections"] for c in s["clauses"])

    assert text == TEXT
    assert {c["row"] for c in data["cards"]} == {"target", "task", "mechanism", "system", "not_commitment"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "confirm", "card": "t001", "author": ""}, 422),
        ({"action": "confirm", "card": "nobody", "author": "张三"}, 422),
        ({"action": "correct", "card": "t001", "author": "张三", "fields": {"value": "许多"}}, 422),
        ({"action": "correct", "card": "t001", "author": "张三", "fields": ["value"]}, 400),
        (["confirm"], 400),
        ("不是JSON", 400),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words_and_not_recorded(draft, body, status):
    sent = body if isinstance(body, str) else json.dumps(body)
    answer = Client().post("/review/decide", sent, content_type="application/json")

    assert answer.status_code == status
    assert answer.json()["zh"].endswith("。")
    assert log_of(draft) == []


def test_another_site_cannot_decide(draft):
    client = Client(enforce_csrf_checks=True)

    body = json.dumps({"action": "confirm", "card": "t001", "author": "张三"})
    assert client.post("/review/decide", body, content_type="application/json").status_code == 403
    assert log_of(draft) == []


@pytest.mark.parametrize("line", ["{}{", '{"who": "me"}', "[1]"])
def test_a_log_that_was_damaged_is_named_with_its_line(draft, line):
    (draft / "review").mkdir()
    (draft / "review" / "decisions.jsonl").write_text(f"{line}\n", encoding="utf-8")

    answer = Client().get("/review/")

    assert answer.status_code == 409
    assert "第 1 行" in answer.content.decode()


@pytest.fixture
def address(draft):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "chengzai.cli", "plan", "review", str(draft), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as served:
        told = served.stderr.readline()
        assert f":{port}/review/" in told
        yield f"http://127.0.0.1:{port}/review/"
        served.terminate()


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_a_draft_is_walked_by_keyboard_and_exported(draft, address):
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        problems, asked = [], []
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        for attempt in range(120):
            try:
                page.goto(address)
                break
            except sync.Error:
                if attempt == 119:
                    raise
                page.wait_for_timeout(250)

        page.keyboard.press("Enter")
        page.wait_for_selector("#say:not([hidden])")
        assert "审核人" in page.inner_text("#say")
        page.fill("#author", "张三")
        page.keyboard.press("Escape")

        first = page.locator("#doc .target", has_text="新建学校").first
        first.click()
        page.keyboard.press("e")
        page.fill("#f-indicator", "中小学")
        page.keyboard.press("Enter")
        page.wait_for_selector("#doc .target.settled")
        page.locator("#doc .target", has_text="森林覆盖率").first.click()
        page.keyboard.press("x")
        page.keyboard.press("1")
        page.wait_for_selector("#told:has-text('已定 2')")
        page.keyboard.press("s")
        page.wait_for_timeout(300)
        page.click("#export")
        page.wait_for_selector("#say:not([hidden])")

        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        assert problems == []
        assert all(url.startswith("http://127.0.0.1") for url in asked)
        browser.close()

    assert [(d["action"], d["author"]) for d in log_of(draft)][:2] == [("correct", "张三"), ("dismiss", "张三")]
    pack = tomllib.loads((draft / "commitments" / "draft.toml").read_text(encoding="utf-8"))
    school = next(t for t in pack["target"] if "学校" in t["words"])
    assert (school["indicator"], school["decided_by"]) == ("中小学", "张三")
    assert not [t for t in pack["target"] if "森林" in t["words"]]
    assert cli.main(["plan", "audit", str(draft)]) == 0
