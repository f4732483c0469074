"""The house rules that no linter knows."""

import ast
import importlib
import inspect
import re

import pytest

from builders import ROOT

SRC = ROOT / "src"
MODULES = sorted(p for p in SRC.rglob("*.py") if "migrations" not in p.parts)
PACKAGES = ["kernel", "plan", "collect", "measure", "assess", "publish", "store", "cycle", "web"]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_packages_use_only_each_other_s_front_doors():
    for path in MODULES:
        home = path.relative_to(SRC).parts[:2]
        for module in imports(path):
            parts = module.split(".")
            if (
                parts[0] == "chengzai"
                and len(parts) > 2
                and tuple(parts[:2]) != home
                and not home[-1].startswith("cli")
            ):
                pytest.fail(f"{path.relative_to(SRC)} reaches into {module}")


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_at_a_front_door_has_a_sentence(package):
    module = importlib.import_module(f"chengzai.{package}")

    assert len((module.__doc__ or "").strip()) > 40
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert re.match(r"[A-Z责亮][^\n]{8,}", inspect.getdoc(thing) or ""), f"{package}.{name} has no sentence"


def test_no_module_is_longer_than_400_lines():
    assert {str(p): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400} == {}


def test_there_are_no_drawers():
    drawers = {"utils", "helpers", "common", "core", "base", "manager", "service", "handler", "exceptions"}

    assert [p for p in MODULES if p.stem.strip("_") in drawers] == []


def test_only_the_cycle_reads_the_clock():
    for path in MODULES:
        if "cycle" not in path.parts and re.search(r"\.(?:now|today|utcnow)\(", path.read_text(encoding="utf-8")):
            pytest.fail(f"{path} reads the clock")


def test_no_formula_is_ever_run_as_python():
    for path in MODULES:
        calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
        names = {c.func.id for c in calls if isinstance(c.func, ast.Name)}
        assert not names & {"eval", "exec", "compile"}, path


def test_the_month_reads_on_one_page():
    assert len((SRC / "chengzai/cycle/_month.py").read_text(encoding="utf-8").splitlines()) <= 90


def test_the_engine_knows_nothing_of_quzhou():
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert "衢" not in text, path
        assert not re.search(r"\b3308\d*\b", text), path
        assert "quzhou" not in re.sub(r"content/quzhou", "", text).lower(), path


def test_nothing_at_run_time_looks_outside_the_project():
    for path in [*MODULES, *(ROOT / "content").rglob("*.toml"), ROOT / "Makefile"]:
        assert "../shared" not in path.read_text(encoding="utf-8"), path


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    dependencies = [line for line in lines if re.match(r'  "[a-z-]+[>=]', line)]

    assert len(dependencies) >= 15
    assert [line for line in dependencies if "#" not in line] == []


def test_pinned_requirements_carry_hashes_and_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index" not in text
