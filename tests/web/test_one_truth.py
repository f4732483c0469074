"""One truth in all places: what is said of a target at a place is collected by cell wherever it is printed."""

import csv
import io
import json
from collections import defaultdict
from html.parser import HTMLParser

import pytest

from chengzai.publish import docx_lines, open_tables
from chengzai.publish._edition import rounded

FIELDS = ("sign", "goal", "value", "attained", "expected", "gap", "state")


class Rows(HTMLParser):
    """The cells of every table row of a page, as text, and the links of the row."""

    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "tr":
            self.rows.append(([], [], dict(attrs)))
        elif tag in {"td", "th"} and self.rows:
            self.cell = []
        elif tag == "a" and self.rows and "href" in attrs:
            self.rows[-1][1].append(attrs["href"])
        elif tag == "span" and self.cell is not None and "state" in attrs.get("class", "").split():
            self.cell.append(f"[{attrs['class'].split()[1]}]")

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self.cell is not None:
            self.rows[-1][0].append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def rows_of(path):
    parser = Rows()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.rows


def state_in(text):
    return text[text.index("[") + 1 : text.index("]")]


@pytest.fixture(scope="module")
def said(city):
    """Everything printed of a target at a place, by cell: {(target, place, field): {where: text}}."""
    edition, _, out, _ = city
    root, found = edition.plan.root, defaultdict(lambda: defaultdict(set))

    def note(where, target, place, values):
        for field, text in values.items():
            found[target, place, field][where].add(text)

    for page, place in [("index", root), *((f"county-{c}", c) for c in edition.counties)]:
        for cells, links, _attrs in rows_of(out / "pages" / f"{page}.html"):
            targets = [h[7:-5] for h in links if h.startswith("target-")]
            if targets and len(cells) == 8:
                unit = edition.unit_at(edition.plan.target[targets[0]], place)
                note(f"page {page}", targets[0], place, {
                    "goal": cells[1].removesuffix(unit), "value": cells[2].rstrip("*"), "attained": cells[3],
                    "expected": cells[4], "gap": cells[5], "state": state_in(cells[7]),
                })  # fmt: skip
        twin = json.loads((out / "pages" / f"{page}.json").read_text(encoding="utf-8"))
        for row in [r for s in twin["sections"] for r in s["rows"]] + twin.get("trouble", []):
            note(f"twin {page}", row["id"], place, {
                "goal": row["sign"] + row["goal"] if row["goal"] else "", "value": row["value"], "state": row["state"],
                "attained": row["attained"], "expected": row["expected"], "gap": row["gap"],
            })  # fmt: skip
    for target in edition.plan.target:
        for cells, links, attrs in rows_of(out / "pages" / f"target-{target}.html"):
            if attrs.get("id", "").startswith("c") and len(cells) == 8 and links:
                place = attrs["id"][1:]
                unit = edition.unit_at(edition.plan.target[target], place)
                note("target page", target, place, {
                    "goal": cells[1].removesuffix(unit), "value": cells[2].rstrip("*"), "attained": cells[3],
                    "expected": cells[4], "gap": cells[5], "state": state_in(cells[7]),
                })  # fmt: skip
    for row in csv.DictReader(io.StringIO(open_tables(edition)["assessments.csv"].decode("utf-8-sig"))):
        a = edition.plan.target[row["target"]]
        shares = {
            "attained": rounded(float(row["attained_share"]) * 100, 1) if row["attained_share"] else "—",
            "expected": rounded(float(row["expected_share"]) * 100, 1) if row["expected_share"] else "—",
            "gap": rounded(float(row["gap_points"]), 1, edition.rules.rounding.value) if row["gap_points"] else "—",
        }
        if row["value"] and a.kind not in {"milestone", "completion"} and not a.of_class:
            scale = edition.scale_at(a, row["place"])
            shares["value"] = rounded(float(row["value"]) / scale, edition.value_decimals(a, row["place"]))
        note("assessments.csv", row["target"], row["place"], {"state": row["state"]} | shares)
    note_bulletin(edition, out, note)
    return found


def note_bulletin(edition, out, note):
    """Read the table of targets out of the finished DOCX, by the order of the plan's targets."""
    lines = [line.strip() for line in docx_lines((out / f"bulletin-{edition.period}.docx").read_bytes())]
    at = len(lines) - 1 - lines[::-1].index("目标进展一览表") + 8
    words = {"●": "on_course", "▲": "watch", "■": "behind", "◆": "far_behind", "○": "not_yet_due", "–": "cannot_tell"}
    for target in edition.plan.targets:
        cells = lines[at : at + 7]
        at += 7
        assert cells[0] == edition.label(target)
        dated = target.kind in {"milestone", "completion"}
        unit = edition.unit_at(target, edition.plan.root)
        note("bulletin", target.id, edition.plan.root, {
            **({} if dated else {"goal": cells[1].removesuffix(unit).removesuffix("类"),
                                 "value": cells[2].rstrip("*").removesuffix("类")}),
            "attained": cells[3], "expected": cells[4], "gap": cells[5], "state": words.get(cells[6][0], "no_report"),
        })  # fmt: skip


def test_every_cell_says_one_thing_wherever_it_is_printed(said):
    differing = {
        cell: {where: sorted(texts) for where, texts in places.items()}
        for cell, places in said.items()
        if len({text for texts in places.values() for text in texts}) > 1
    }

    assert not differing


def test_the_cells_are_really_collected_from_several_places(said, city):
    edition = city[0]
    of_city = {where for (t, place, f), places in said.items() if place == edition.plan.root for where in places}
    of_counties = {where for (t, place, f), places in said.items() if place != edition.plan.root for where in places}

    assert of_city == {"page index", "twin index", "assessments.csv", "bulletin"}
    assert {"target page", "assessments.csv"} < of_counties
    assert sum(len(places) > 2 for places in said.values()) > 2000
