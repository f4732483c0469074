"""Documentation that fails the build when it lags: verbs, findings, rules, elements and words, both ways."""

import re
import subprocess
import sys

from builders import COUNTY, QUZHOU, ROOT
from chengzai import assess, cli, collect, kernel, measure, plan, publish
from chengzai.plan import _records as records
from chengzai.publish._blocks import STATE_WORD
from chengzai.store import read_pack

REFERENCE = ROOT / "docs" / "reference"
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
IDENTIFIERS = set(re.findall(r"`([^`]+)`", GLOSSARY))


def reference(name):
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def test_generated_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "build.py"), "--check"], capture_output=True, text=True, cwd=ROOT
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_verb_is_documented_and_every_documented_verb_exists():
    told = set(re.findall(r"^## `chengzai ([a-z ]+)`", reference("cli"), re.MULTILINE))
    verbs = set()
    for action in cli._parser()._subparsers._group_actions:
        for name, verb in action.choices.items():
            inner = [a for a in (verb._subparsers._group_actions if verb._subparsers else [])]
            verbs |= {f"{name} {sub}" for a in inner for sub in a.choices} or {name}

    assert told == verbs


def test_every_finding_is_documented_and_every_documented_finding_exists():
    source = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    pattern = r'"((?:plan|collect|content|measure|assess|decide|publish|web)\.[a-z]+(?:-[a-z]+)+)"'
    codes = set(re.findall(pattern, source))

    assert set(re.findall(r"^## `([a-z.-]+)`", reference("findings"), re.MULTILINE)) == codes


def test_every_rule_is_documented_and_every_documented_rule_exists():
    pack = read_pack(QUZHOU)
    rules = {"lights", *(rule["name"] for rule in pack.policy["values"]["rule"])}

    assert set(re.findall(r"^## `([a-z_]+)`", reference("rules"), re.MULTILINE)) == rules


def test_every_element_is_documented_and_every_documented_element_exists():
    assert set(re.findall(r"^\| `([a-z0-9_]+)` \|", reference("elements"), re.MULTILINE)) == set(
        read_pack(QUZHOU).elements
    )


def test_the_glossary_holds_every_word_that_users_meet():
    words = {*records.KINDS, *records.STRENGTHS, *assess.STATES, *collect.PRECEDENCE}
    words |= {"target", "other_commitment", "not_commitment"}
    words |= {"ordinal", "name", "slogan", "threshold", "date", "denominator", "word", "list-count"}

    assert words - IDENTIFIERS == set()
    for state, word in STATE_WORD.items():
        assert re.search(rf"\| {word} \| `{state}` \|", GLOSSARY), state


def test_the_glossary_holds_every_record_at_a_front_door():
    records_at_doors = {
        name
        for package in (kernel, plan, collect, measure, assess, publish)
        for name in package.__all__
        if name[0].isupper()
        and isinstance(getattr(package, name), type)
        and not issubclass(getattr(package, name), Exception)
    }
    syntax = {"Binary", "Call", "Name", "Negate", "Number", "Node"}

    assert records_at_doors - syntax - IDENTIFIERS == set()


def test_reasons_in_packs_are_in_the_glossary():
    for folder in (QUZHOU, COUNTY):
        entries = read_pack(folder).tables["not_commitments"]["entry"]
        assert {e["reason"] for e in entries} <= IDENTIFIERS


def test_the_readme_shows_what_the_program_prints(city):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(.*?)```", readme, re.DOTALL)[1]
    printed = city[1].bulletin.text()

    for line in shown.strip().splitlines():
        if line.strip() not in {"…", "..."}:
            assert line.strip() in printed, line


def test_the_two_commands_are_the_first_thing_in_the_readme():
    for name in ("README.md", "README.zh.md"):
        top = (ROOT / name).read_text(encoding="utf-8")[:1500]
        assert "make run" in top
        assert "make test" in top


def test_links_between_pages_lead_somewhere():
    for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), (page, link)


def test_the_tutorial_is_true():
    """Each command of the tutorial that prints is followed by a line of what it prints."""
    text = (ROOT / "docs/tutorial/first-plan.md").read_text(encoding="utf-8")
    for command, shown in re.findall(r"```console\n\$ (chengzai plan audit [^\n]+)\n(.*?)```", text, re.DOTALL):
        done = subprocess.run(
            [sys.executable, "-m", "chengzai.cli", *command.split()[1:]], capture_output=True, text=True, cwd=ROOT
        )
        assert done.stdout.strip() == shown.strip()
