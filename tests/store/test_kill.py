"""A hundred kills in the middle of work, and many writers at once: nothing is lost, nothing is half done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders import own_database

KILLS = {"submit": 50, "import": 25, "publish": 25}
FOLDER = Path(__file__).parent


def run(script, tmp_path, *arguments):
    with own_database() as address:
        environment = {**os.environ, "CHENGZAI_DATA": str(tmp_path / "var"), "CHENGZAI_DATABASE": address}
        environment["CHENGZAI_NOW"] = "2026-11-28T09:00:00+08:00"
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, str(FOLDER / script), *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("work", list(KILLS))
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path, work):
    """One parent starts children that do the work until they are killed at a random moment; then all is looked at."""
    told = run("kill_worker.py", tmp_path, work, tmp_path, KILLS[work])

    assert told["kills"] == KILLS[work]
    assert told["killed_at_work"] > told["kills"] // 2, "the kills must hit work, not rest"
    assert told["lost"] == []
    assert told["half"] == []
    assert told["broken_at"] == 0


def test_many_writers_leave_one_whole_chain(tmp_path):
    """Eight threads, each with its own connection; every acknowledged entry is there once."""
    told = run("many_writers.py", tmp_path, tmp_path)

    assert told["problems"] == []
    assert told["acknowledged"] == list(range(1, 97))
    assert (told["entries"], told["broken_at"]) == (96, 0)
