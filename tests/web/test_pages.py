"""Pages as saved and as served: links, twins, languages, and a real browser looking at them."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client

from chengzai.web import _editions as door

CHROMIUM = shutil.which("chromium")


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.hrefs, self.ids, self.sources = [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids |= {given["id"]} if given.get("id") else set()
        self.hrefs += [given["href"]] if given.get("href") and given.get("rel") != "icon" else []
        self.sources += [given["src"]] if given.get("src") else []


@pytest.fixture(scope="module")
def saved(city):
    folder = city[2]
    return {path.relative_to(folder): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def test_every_page_is_saved_in_both_languages_with_its_twin(edition, city, saved):
    out = city[2] / "pages"
    names = {
        "index",
        "document",
        *(f"county-{c}" for c in edition.counties),
        *(f"target-{t}" for t in edition.plan.target),
    }

    for folder in (out, out / "en"):
        assert {p.stem for p in folder.glob("*.html")} == names
        assert {p.stem for p in folder.glob("*.json")} == names


def test_every_link_of_every_saved_page_leads_somewhere(city, saved):
    out = city[2]
    anchors = {path: Links(html) for path, html in saved.items()}
    for path, links in anchors.items():
        assert links.sources == [], "a page fetches nothing"
        for href in links.hrefs:
            where, _, anchor = unquote(href).partition("#")
            goal = (out / path).parent.joinpath(where).resolve() if where else (out / path).resolve()
            assert goal.exists(), (path, href)
            if anchor:
                assert anchor in anchors[goal.relative_to(out.resolve())].ids, (path, href)


def test_no_page_asks_another_host(saved):
    for path, html in saved.items():
        assert not re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", html), path


def test_every_page_of_the_twin_says_simulated(saved):
    for path, html in saved.items():
        word = "Simulated data" if "en" in path.parts else "模拟数据·非正式文件"
        assert word in html, path


def test_english_pages_speak_english(edition, saved):
    html = saved[Path("pages/en/index.html")]

    assert "on course" in html
    assert "按期" not in html
    assert "Gross regional product" in html


def test_the_twin_in_json_has_the_numbers_of_the_page(city, saved, edition):
    data = json.loads((city[2] / "pages/index.json").read_text(encoding="utf-8"))

    assert data["simulated"] is True
    assert data["total"] == len(edition.plan.targets)
    assert data["counts"] == edition.counts(edition.plan.root)
    for section in data["sections"]:
        for row in section["rows"]:
            if row["value"]:
                assert f">{row['value']}</a>" in saved[Path("pages/index.html")]


def test_every_number_in_a_row_is_a_door_to_its_target(saved):
    rows = re.findall(r"<tr><td class=\"name\">.*?</tr>", saved[Path("pages/index.html")], re.DOTALL)

    assert len(rows) > 150
    for row in rows:
        doors = set(re.findall(r'href="(target-[\w-]+\.html)"', row))
        assert len(doors) == 1


def test_a_target_shows_its_sentence_in_its_paragraph(saved, edition):
    html = saved[Path("pages/target-gdp.html")]

    assert "<mark>全市生产总值突破<b>3000亿元</b></mark>" in html
    assert edition.plan.clause["goals.2"].text[:20] in html


def test_a_target_says_what_its_inputs_count(city, saved):
    data = json.loads((city[2] / "pages/target-renewable-share.json").read_text(encoding="utf-8"))
    inputs = {i["code"]: i for i in data["working"]["inputs"]}

    assert set(inputs) == {"renewable_share_met", "renewable_share_base"}
    for shown in inputs.values():
        assert shown["unit"] == "千瓦"
        assert shown["definition"] in saved[Path("pages/target-renewable-share.html")]
        assert shown["definition_en"] in saved[Path("pages/en/target-renewable-share.html")]


def test_both_sentences_of_a_target_stated_twice_are_shown(saved):
    assert saved[Path("pages/target-in-county-treatment.html")].count("<blockquote") == 2


def test_state_is_shape_and_word_and_never_colour_alone(saved):
    for html in saved.values():
        for inner in re.findall(r'<span class="state \w+">(.*?)</span>', html):
            shape, word = re.fullmatch(r"<i>(.)</i>(.+)", inner).groups()
            assert shape in "●▲■◆○–⌀"
            assert re.search(r"\w", word)


@pytest.fixture
def client(city, monkeypatch, settings):
    settings.OPEN_BOARDS = True
    edition, _, out, data = city
    shown = door.Editions(Path("content/quzhou"), data, out, real=False)
    monkeypatch.setattr(door.Editions, "periods", ("2026-10",))
    monkeypatch.setattr(door.Editions, "latest", "2026-10")
    monkeypatch.setattr(shown, "_get", lambda *_, **__: edition)
    monkeypatch.setattr("chengzai.web.views.editions", lambda: shown)
    return Client(HTTP_HOST="localhost")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["index.html", "index.json", "document.html", "county-330881.html", "target-gdp.html", "target-gdp.json"]
)
def test_pages_are_served_in_both_languages(client, address):
    for prefix in ("", "/en"):
        assert client.get(f"{prefix}/2026-10/{address}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/2026-10/target-none.html",
        "/2026-13/index.html",
        "/2031-01/index.html",
        "/nowhere",
        "/2026-10/county-3308.html",
        "/issued/..",
        "/issued/secret.pdf",
    ],
)
def test_what_is_not_there_is_said_without_a_traceback(client, address):
    answer = client.get(address)

    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


@pytest.mark.django_db
def test_the_start_leads_to_the_latest_month_and_issued_files_can_be_fetched(client):
    assert client.get("/").headers["Location"] == "/2026-10/index.html"
    answer = client.get("/issued/bulletin-2026-10.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    answer.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_in_a_real_browser_the_city_fits_its_screen_and_doors_open(city):
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        problems, asked = [], []
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        page.goto(f"file://{city[2]}/pages/index.html")

        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert page.locator(".answer").bounding_box()["y"] < 200
        assert page.locator(".map svg path").count() == 6
        assert page.locator("text=最需要看的").bounding_box()["y"] < 800

        page.fill("input[data-filter]", "整村搬迁")
        assert page.locator("#targets tbody tr:visible").count() == 1
        page.click("#targets tbody tr:visible a.door")
        assert "整村搬迁自然村" in page.title()
        assert page.locator("mark").inner_text() == "整村搬迁自然村700个以上"

        page.click("a.lang")
        assert "Natural villages relocated whole" in page.title()
        page.go_back()
        page.click("nav.main a >> nth=1")
        assert page.locator("h1").inner_text().startswith("柯城区")
        assert problems == []
        assert all(url.startswith("file:") for url in asked)
        browser.close()
