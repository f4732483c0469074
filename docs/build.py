"""Build the reference pages from the code and the packs.

usage: python docs/build.py [--check]     with --check nothing is written, and a stale page fails
"""

import argparse
import ast
import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from manual import behaviour_page

from chengzai import cli
from chengzai.publish import CLAIMS
from chengzai.store import read_pack

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
CODE = re.compile(r"(?:plan|collect|content|measure|assess|decide|publish|web)\.[a-z]+(?:-[a-z]+)+")


def cli_page() -> str:
    """Return the verbs with the help that the program prints."""
    parts = ["# Command line", "", "Made from the program's own help.", ""]
    verbs = [
        ["run"],
        ["score"],
        ["outlook"],
        ["paper"],
        ["layout"],
        ["villages"],
        ["capacity"],
        ["relocate"],
        ["decide"],
        ["household"],
        ["candidates"],
        ["twin"],
        ["import"],
        ["serve"],
        ["plan", "audit"],
        ["plan", "draft"],
        ["plan", "review"],
        ["plan", "amend"],
        ["plan", "history"],
        ["plan", "check"],
        ["plan", "diff"],
        ["content", "adopt"],
        ["account", "add"],
        ["account", "import"],
        ["journal", "verify"],
        ["journal", "export"],
        ["issue"],
        ["reproduce"],
        ["erratum"],
        ["backup"],
        ["restore"],
        ["rehearse"],
    ]
    for verb in verbs:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            cli.main([*verb, "--help"])
        parts += [f"## `chengzai {' '.join(verb)}`", "", "```text", out.getvalue().strip(), "```", ""]
    parts += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    parts += [f"| {code} | {meaning} |" for code, meaning in cli.EXIT_CODES.items()]
    return "\n".join(parts) + "\n"


def findings_page() -> str:
    """Return every finding with its message and remedy, read out of the source."""
    told: dict[str, tuple[str, list[str]]] = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for code in _codes(node):
                texts = _texts(node)
                known = told.get(code)
                if known is None or (texts and len(known[1]) < len(texts)):
                    told[code] = (str(path.relative_to(ROOT)), texts)
    parts = ["# Findings", "", "What the program says about somebody's data. `…` stands for what it fills in.", ""]
    for code, (where, texts) in sorted(told.items()):
        parts += [f"## `{code}`", ""]
        if texts:
            parts += [f"{texts[0]}", ""]
        if len(texts) > 1:
            parts += [f"Remedy: {texts[1]}", ""]
        parts += [f"Made in `{where}`.", ""]
    return "\n".join(parts)


def _codes(node: ast.AST) -> Iterator[str]:
    inside: list[ast.expr] = []
    if isinstance(node, ast.Call):
        inside = list(node.args)
    elif isinstance(node, ast.Tuple):
        inside = node.elts[:1]
    elif isinstance(node, ast.Assign):
        inside = [node.value]
    for value in inside:
        options = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        for option in options:
            if isinstance(option, ast.Constant) and isinstance(option.value, str) and CODE.fullmatch(option.value):
                yield option.value


def _texts(node: ast.AST) -> list[str]:
    """Return the Chinese and English of the Text calls directly in a finding."""
    items = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    texts = [i for i in items if isinstance(i, ast.Call) and isinstance(i.func, ast.Name) and i.func.id == "Text"]
    return [" / ".join(_said(argument) for argument in text.args) for text in texts]


def _said(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…"


def rules_page() -> str:
    """Return the rules of the Quzhou pack with the steps in force and their clauses."""
    pack = read_pack(ROOT / "content" / "quzhou")
    lights = pack.policy["lights"]
    parts = [
        "# Rules",
        "",
        "The rules of `content/quzhou/policy/`. A `draft` value is a default that a person must confirm.",
        "",
    ]
    parts += ["## `lights`", "", f"{lights['name']}", ""]
    for step in lights["step"]:
        parts += [
            f"Since {step['since']}, {step['status']}: {step['clause']}.",
            "",
            "| state | gap in points |",
            "|---|---|",
        ]
        parts += [
            f"| `{b['state']}` | {', '.join(f'{k} {v}' for k, v in b.items() if k != 'state')} |" for b in step["band"]
        ]
        parts += [""]
    for rule in pack.policy["values"]["rule"]:
        parts += [f"## `{rule['name']}`", "", f"{rule['title']}", ""]
        parts += [f"Since {s['since']}: `{s['value']}` ({s['status']}; {s['clause']})." for s in rule["step"]]
        parts += [""]
    return "\n".join(parts)


def elements_page() -> str:
    """Return the elements of the Quzhou pack."""
    pack = read_pack(ROOT / "content" / "quzhou")
    parts = ["# Elements", "", "What is collected for the Quzhou plan: `content/quzhou/elements/`.", ""]
    parts += [
        "| code | name | unit | kind | every | reported by | over places | over time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for e in pack.elements.values():
        parts.append(
            f"| `{e.code}` | {e.name} | {e.unit} | {e.kind} | {e.frequency} "
            f"| {e.collected} | {e.over_places} | {e.over_time} |"
        )
    parts += ["", "## Definitions", ""]
    for e in pack.elements.values():
        confirmed = "" if e.status == "cited" else "Not confirmed by the city: a draft."
        lines = [e.definition.zh, e.definition.en, f"Source: {e.source.zh} / {e.source.en}."]
        lines += [f"Mind: {e.caveat.zh}", e.caveat.en] if e.caveat.zh else []
        parts += [f"### `{e.code}` {e.name}", "", "\n".join(line for line in [*lines, confirmed] if line), ""]
    return "\n".join(parts)


def claims_page() -> str:
    """Return every statement that papers and boards may make, with what must hold for it to be true."""
    parts = [
        "# Claims",
        "",
        "What papers and boards say by themselves. Words in capitals are what a statement is about.",
        "`tests/claims/` holds each of them against the raw records of random months.",
        "",
        "| claim | what must hold |",
        "|---|---|",
    ]
    return "\n".join([*parts, *(f"| `{name}` | {meaning} |" for name, meaning in CLAIMS.items())]) + "\n"


PAGES = {
    "claims": claims_page,
    "cli": cli_page,
    "findings": findings_page,
    "rules": rules_page,
    "elements": elements_page,
    "behaviour": behaviour_page,
}


def main() -> int:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for name, page in PAGES.items():
        path, text = REFERENCE / f"{name}.md", page()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/reference/{name}.md is stale; run: python docs/build.py")
    return 1 if stale else 0


if __name__ == "__main__":
    import os

    os.environ["COLUMNS"] = "100"
    sys.exit(main())
