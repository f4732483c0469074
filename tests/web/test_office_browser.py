"""The office in a real Chromium: the reporter's month, the reviewer's return, the leader's drill, the 责任分解."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from openpyxl import load_workbook

from builders import ROOT, own_database
from office import COUNTY, PERIOD

CHROMIUM = shutil.which("chromium")
sync = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]
PASSWORD = "yanlian-chengzai"
IMAGES = ROOT / "docs" / "images"
FORM = f"/office/form/village-county-month/{COUNTY}/{PERIOD}.html"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A rehearsal served by the real program on a day in the reporting window."""
    data = tmp_path_factory.mktemp("office")
    with own_database() as address:
        environment = {**os.environ, "CHENGZAI_NOW": "2026-11-28T17:02:00+08:00", "CHENGZAI_DATABASE": address}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment.pop("CHENGZAI_DATA", None)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        def chengzai(*verb):
            return [sys.executable, "-m", "chengzai.cli", *verb, "--data", str(data)]

        for verb in (["twin", "--from", "2025-10"], ["content", "adopt", "content/quzhou"], ["rehearse"]):
            subprocess.run(chengzai(*verb), env=environment, cwd=ROOT, check=True, capture_output=True)
        with subprocess.Popen(
            chengzai("serve", "--port", str(port)), env=environment, cwd=ROOT, stderr=subprocess.PIPE
        ) as served:
            base = f"http://127.0.0.1:{port}"
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"{base}/accounts/login/")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            yield base
            served.terminate()


@pytest.fixture(scope="module")
def chromium():
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def person(server, chromium):
    """Return a function that signs somebody in; script errors and foreign requests fail the test."""
    opened, problems, asked = [], [], []

    def sign_in(username, **options):
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=server, **options)
        opened.append(context)
        page = context.new_page()
        page.on("dialog", lambda d: d.accept())
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        page.goto("/accounts/login/")
        page.fill("#id_login", username)
        page.fill("#id_password", PASSWORD)
        page.click("section form button.main")
        page.wait_for_url("**/office/home.html")
        return page

    yield sign_in
    for context in opened:
        context.close()
    assert problems == []
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []


def picture(page, name):
    """Keep a screenshot for the docs where they are made anew."""
    if os.environ.get("CHENGZAI_PICTURES"):
        page.screenshot(path=IMAGES / f"{name}.png")


def settle(page):
    page.wait_for_selector("#saved:has-text('已保存')")


def test_the_reporter_s_month_on_the_web_and_the_reviewer_s_return(person):
    page = person("xian-tianbao")
    assert "张表要填" in page.inner_text(".answer")
    picture(page, "desk")
    page.click("a.door:has-text('乡村建设·县（市、区）月报')")
    assert page.locator("tr.error").count() == 0, "no stack of red before a key is pressed"

    about = page.locator("details.about").first
    assert about.locator("summary").inner_text().startswith("口径")
    about.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "来源" in about.inner_text(), "the definition opens by key"
    page.keyboard.press("Enter")

    boxes = page.locator("input.v:not([readonly])")
    last = [cell.replace(",", "") for cell in page.locator("td[data-head=上期]").all_inner_texts()]
    boxes.nth(0).fill(str(int(last[1]) + 1))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == boxes.nth(1).get_attribute("id")
    boxes.nth(1).fill(last[1])
    page.wait_for_selector("tr.error .told:has-text('分子不能大于分母')")
    settle(page)
    picture(page, "form")
    boxes.nth(0).fill(last[0])
    boxes.nth(2).focus()
    page.evaluate(
        """(rows) => { const t = new DataTransfer(); t.setData('text', rows);
        const paste = new ClipboardEvent('paste', {clipboardData: t, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(paste); }""",
        "\n".join(f"{value}\t与上月一致，已核对" for value in last[2:6]),
    )
    assert boxes.nth(5).input_value() == last[5], "a pasted column fills downwards"
    shut = page.locator("input.v").nth(3)
    shut.evaluate("box => { box.readOnly = true; }")
    page.evaluate(
        """(rows) => { const t = new DataTransfer(); t.setData('text', rows);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste',
            {clipboardData: t, bubbles: true, cancelable: true})); }""",
        "\n".join(last[2:6]),
    )
    assert page.locator("input.v").nth(4).input_value() == last[4], "and does not move up past a closed cell"
    page.wait_for_selector("#say:has-text('1 行没有对应的可填格')")
    shut.evaluate("box => { box.readOnly = false; }")
    settle(page)
    for n in (0, 1):
        page.locator("tr[data-line] [data-field=note]").nth(n).fill("已核对属实")
    settle(page)
    page.click("#submit")
    page.wait_for_selector("#say:has-text('已报送')")
    assert page.locator(".step.submitted").count() == 7

    reviewer = person("xian-shenhe")
    reviewer.click("a.door:has-text('乡村建设·县（市、区）月报')")
    reviewer.check("tr[data-line=sewage_quality_met] input[data-pick]")
    reviewer.click("button[data-act=return]")
    reviewer.click(".reasons button >> nth=1")
    picture(reviewer, "return")
    reviewer.click("#why button.main")
    reviewer.wait_for_selector("#say:has-text('已退回')")
    for box in reviewer.locator("input[data-pick]").all():
        box.check()
    assert reviewer.locator("tr[data-line=sewage_quality_met] input[data-pick]").count() == 0, "it is not my step now"
    reviewer.click("button[data-act=review]")
    reviewer.wait_for_selector("#say:has-text('已处理 6')")

    page.goto("/office/home.html")
    assert "退回 1 项" in page.inner_text("table >> nth=0")
    page.click("a.door:has-text('乡村建设·县（市、区）月报')")
    assert "变动较大，请说明原因" in page.inner_text("tr[data-line=sewage_quality_met]")


def test_the_excel_way_there_and_back(person, tmp_path):
    page = person("xian-tianbao")
    page.goto(f"/office/form/services-county-month/{COUNTY}/{PERIOD}.html")
    with page.expect_download() as got:
        page.click("text=下载 Excel")
    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)
    book = load_workbook(file)
    sheet = book.worksheets[0]
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, 6).value, sheet.cell(row, 8).value = sheet.cell(row, 4).value or 1, "与上月一致，已核对"
    sheet.cell(6, 6).value = "很多"
    book.save(file)

    page.set_input_files("#upload", file)
    page.wait_for_selector("#returned[open]")
    assert "整张表都没有导入" in page.inner_text("#returned")
    assert "第6行" in page.inner_text("#returned ul")
    with page.expect_download() as back:
        page.click("#returned button.main")
    back.value.save_as(tmp_path / "back.xlsx")
    assert "不是数" in load_workbook(tmp_path / "back.xlsx").worksheets[0].cell(6, 9).value
    assert page.locator("input.v:not([readonly])").first.input_value() == ""

    sheet.cell(6, 6).value = sheet.cell(6, 4).value or 1
    book.save(file)
    page.click("#returned [data-close]")
    page.set_input_files("#upload", file)
    page.wait_for_selector("#say:has-text('已导入')")
    assert page.locator("input.v:not([readonly])").first.input_value() != ""


def test_a_lost_line_and_a_closed_tab_lose_no_typed_value(person):
    page = person("xian-tianbao")
    address = f"/office/form/infrastructure-county-month/{COUNTY}/{PERIOD}.html"
    page.goto(address)
    box = "input.v:not([readonly]) >> nth=0"
    page.fill(box, "41")
    settle(page)

    page.context.set_offline(True)
    page.fill(box, "42")
    page.wait_for_selector("#saved:has-text('已存在本机')")
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(address)
    assert again.input_value(box) == "42"
    settle(again)
    assert again.evaluate("localStorage.length") == 0, "sent, and nothing is left on the machine"
    again.reload()
    assert again.input_value(box) == "42"


def test_two_people_in_one_cell_see_each_other_and_choose(person):
    address = f"/office/form/ecology-county-month/{COUNTY}/{PERIOD}.html"
    one, two = person("xian-tianbao"), person("xian-tianbao")
    one.goto(address)
    two.goto(address)
    box = "input.v:not([readonly]) >> nth=0"
    one.fill(box, "11")
    settle(one)
    two.fill(box, "22")
    two.wait_for_selector(".conflict")
    assert "11" in two.inner_text(".conflict")
    picture(two, "conflict")
    two.click(".conflict button >> nth=0")
    settle(two)
    one.reload()
    assert one.input_value(box) == "22"


def test_the_leader_goes_from_a_number_to_the_sentence_in_two_clicks(person):
    page = person("lingdao")
    page.goto("/2026-10/index.html")
    picture(page, "board")
    page.locator("table.dense a.door[href^='target-']").first.click()
    assert page.locator("blockquote mark").first.inner_text() != ""
    page.locator("blockquote footer a").first.click()
    page.wait_for_url("**/document.html#*")
    page.goto("/office/evaluation/2026-10.html")
    assert page.locator("table").first.locator("tbody tr").count() == 6
    picture(page, "evaluation")
    page.goto("/office/outlook/2026-10.html")
    page.locator("p.answer").wait_for()
    assert "提请核对" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    picture(page, "outlook")
    page.locator("tbody tr").filter(has_text=re.compile(r"以往说")).locator("a.door").first.click()
    page.wait_for_url("**/2026-10/target-*.html")
    assert "完不成的概率" in page.inner_text("main")
    page.goto("/2026-10/cell?cell=target/gdp/3308/value")
    assert page.url.endswith("/2026-10/target-gdp.html")
    page.goto("/office/issued/2026-10.html")
    page.click("#issue")
    page.wait_for_selector("h2:has-text('第 1 次签发')")
    page.click("#issue")
    page.wait_for_selector("#say:has-text('原因')")
    page.goto("/wall.html")
    assert "模拟数据" in page.inner_text(".band")
    page.goto("/changes.html")
    assert page.locator("h1").inner_text().startswith("上次查看以来亮灯变化")


def test_a_planner_tries_a_site_and_works_a_scenario_out(person):
    page = person("zhuanban")
    page.goto("/office/scenarios.html?kind=小学")
    assert "还没有推演过方案" in page.inner_text(".answer")
    page.locator("#map circle[data-n='0']").click(force=True)
    page.wait_for_selector("#tried h3")
    assert "幸福生活圈" in page.inner_text("#tried")
    before = page.locator("#map circle[data-n]").first.get_attribute("fill")
    page.click("#tried button:has-text('要走多久')")
    fills = page.locator("#map circle[data-n]").evaluate_all(
        "all => new Set(all.map(c => c.getAttribute('fill'))).size"
    )
    assert fills > 1
    page.click("#tried button:has-text('恢复')")
    assert page.locator("#map circle[data-n]").first.get_attribute("fill") == before
    page.select_option("#kit-circle", "fitness-10")
    page.click("#kit")
    page.wait_for_selector("#tried details")
    assert "健身场地" in page.inner_text("#tried")
    page.click("#propose")
    page.wait_for_selector("#tried > ol li")
    assert page.locator("#map .tried").count() == 3
    page.click("#tried button")
    page.click("#new")
    page.fill("#c-name", "多一所小学，补短板")
    page.fill("#c-budget", "0")
    page.fill("#c-relief", "2")
    page.click("#choose button.main")
    page.locator("#beside th a").wait_for(timeout=60_000)
    picture(page, "scenarios")
    page.click("#beside th a")
    page.locator("h1:has-text('多一所小学')").wait_for()
    told = page.inner_text("main")
    assert "中心城区" in told
    assert "花多少钱能到多少人" in told
    assert page.locator(".charts svg").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    picture(page, "scenario")
    reporter = person("xian-tianbao")
    reporter.goto("/office/scenarios.html")
    assert reporter.locator("#new").count() == 0


def test_a_year_is_opened_scored_and_checked_on_the_web(person):
    force = person("zhuanban")
    force.goto("/office/appraisal/2025.html")
    force.click("[data-step=open]")
    force.wait_for_selector("#lines")
    county = person("xian-shenhe")
    county.goto("/office/appraisal/2025.html")
    county.locator("[data-said=claim]").first.fill("99")
    county.locator("[data-note=claim]").first.fill("另有两个项目已入库")
    county.click("[data-whole=claim]")
    county.wait_for_selector("#say:has-text('✓')")
    checker = person("pinggu")
    checker.goto(f"/office/appraisal/2025.html?unit={COUNTY}")
    assert "另有两个项目已入库" in checker.inner_text("#lines")
    checker.locator("[data-said=check]").first.fill("99")
    checker.click("[data-whole=check]")
    checker.wait_for_selector("#say:has-text('写明理由')")
    checker.locator("[data-note=check]").first.fill("材料属实")
    checker.click("[data-whole=check]")
    checker.wait_for_selector("#say:has-text('✓')")
    assert "1个已核查" in checker.inner_text("p.answer")
    picture(checker, "appraisal")


def test_the_task_force_splits_the_plan_and_the_leader_approves(person):
    page = person("zhuanban")
    page.goto("/office/allocation/village-relocation.html?rule=distance")
    first = page.locator("[data-share]").first
    was = first.input_value()
    first.fill("1")
    assert "（少 " in page.inner_text("#sum")
    page.click("#split button.main")
    page.wait_for_selector("#wrong:has-text('不等于目标')")
    first.fill(was)
    assert "✓" in page.inner_text("#sum")
    picture(page, "split")
    page.click("#split button.main")
    page.wait_for_selector("#say:has-text('已提出')")
    page.goto("/office/allocation.html")
    page.click("#propose")
    page.wait_for_selector("#say:has-text('已提出')")

    leader = person("lingdao")
    leader.goto("/office/allocation/village-relocation.html")
    leader.click("#approve")
    leader.wait_for_selector("#say:has-text('已批准')")
    leader.goto("/office/allocation.html")
    leader.click("[data-approve=allocation]")
    leader.wait_for_selector("#say:has-text('已批准')")
    assert "待批准 0" in leader.locator(".answer").first.inner_text()


def test_a_task_s_counties_are_chosen_and_stay_when_another_department_leads(person):
    page = person("zhuanban")
    page.add_init_script("window.prompt = () => '中期调整'")
    page.goto("/office/allocation.html")
    row = page.locator("tr[data-task]").first
    task = row.get_attribute("data-task")
    row.locator("summary").click()
    for box in row.locator("details input").all():
        box.set_checked(True)
    row.locator("[data-share-with]").click()
    page.wait_for_selector("#say:has-text('已提出')")
    row = page.locator(f"tr[data-task='{task}']")
    shared = row.locator("summary").inner_text()
    assert len(shared.split("、")) == 6
    lead = row.locator("select[data-lead]")
    other = "D05" if lead.input_value() != "D05" else "D04"
    lead.select_option(other)
    page.wait_for_selector("#say:has-text('已提出')")
    row = page.locator(f"tr[data-task='{task}']")
    assert row.locator("summary").inner_text() == shared
    assert row.locator("select[data-lead]").input_value() == other


def test_an_entry_is_put_on_the_map_and_passed(person):
    page = person("xian-tianbao")
    page.goto("/office/register/common-prosperity-complexes.html")
    box = page.locator("#map svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.65)
    assert 118 < float(page.input_value("#f-lon")) < 119.5
    assert 28 < float(page.input_value("#f-lat")) < 29.6
    page.fill("#f-name", "模拟共富综合体")
    page.select_option("#f-state", "建成")
    page.fill("#f-done", "2026-11-12")
    picture(page, "entry")
    page.click("#entry button.main")
    page.wait_for_selector("#entries tr[data-key]")
    assert page.locator("#map circle").count() >= 1

    reviewer = person("xian-shenhe")
    reviewer.goto("/office/register/common-prosperity-complexes.html")
    reviewer.click("[data-decide=review]")
    reviewer.wait_for_selector(".step.reviewed")


def test_the_administrator_makes_an_account_that_must_choose_its_own_password(person, chromium, server):
    page = person("guanli")
    page.goto("/office/people.html")
    page.click("#new")
    page.fill("#a-name", "lisi")
    page.fill("#a-person", "李四")
    page.select_option("#grants select", "county_reviewer")
    page.fill("#grants input >> nth=0", COUNTY)
    page.click("#account button.main")
    page.wait_for_selector("#made:has-text('初始密码')")
    first = page.inner_text("#made").split("：")[-1].strip()

    context = chromium.new_context(base_url=server)
    own = context.new_page()
    own.goto("/accounts/login/")
    own.fill("#id_login", "lisi")
    own.fill("#id_password", first)
    own.click("section form button.main")
    own.wait_for_url("**/accounts/password/change/")
    own.fill("#id_oldpassword", first)
    own.fill("#id_password1", "1234567890")
    own.fill("#id_password2", "1234567890")
    own.click("button.main")
    assert own.locator(".errorlist").count() >= 1, "a weak password is refused"
    for name, value in (("oldpassword", first), ("password1", "chang-shan-hu-you"), ("password2", "chang-shan-hu-you")):
        own.fill(f"#id_{name}", value)
    own.click("button.main")
    own.goto("/office/home.html")
    assert "李四" in own.inner_text(".answer")
    page.goto("/office/journal.html?verify=1")
    assert "全部相接" in page.inner_text("main")
    picture(page, "journal")
    context.close()


PAGES = {
    "xian-tianbao": [
        "home", f"form/village-county-month/{COUNTY}/{PERIOD}", f"tasks/{COUNTY}/{PERIOD}", "registers",
        "register/common-prosperity-complexes", "import/village-county-month",
    ],
    "zhuanban": [f"status/{PERIOD}", "allocation", "allocation/village-relocation", "burden", "content",
        "evaluation/2026-10", "papers/2026-10", "papers/2026-10/brief", "appraisal/2025", "scenarios",
    ],
    "guanli": ["people", "journal"],
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES)
def test_pages_are_accessible_and_fit_a_desk_and_a_phone(person, who):
    """WCAG 2 A and AA by the rules of axe, contrast among them; nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    page = person(who, bypass_csp=True)
    wrong, wide = [], []
    for name in PAGES[who]:
        for language in ("", "/en") if name == PAGES[who][0] else ("",):  # English differs in words alone
            page.goto(f"{language}/office/{name}.html")
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"], "resultTypes": ["violations"]})
            wrong += [(name, v["id"], v["nodes"][0]["html"][:160]) for v in found.response["violations"]]
        for width, height in ((1280, 800), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((name, width, page.evaluate("document.documentElement.scrollWidth")))
        page.set_viewport_size({"width": 1280, "height": 800})

    assert wrong == []
    assert wide == []
