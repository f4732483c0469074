"""The month for Quzhou, cold: one process from start to assessments, and what rendering adds.

usage: python bench/month.py
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ASSESS = """
from pathlib import Path
from chengzai.store import open_store
open_store(Path({data!r}))
from chengzai.cycle import run_month
from chengzai.kernel import Period
run_month(Path("content/quzhou"), Path({data!r}), Period.parse("2026-10"))
"""


def seconds(*call):
    begin = time.perf_counter()
    subprocess.run(call, check=True, cwd=ROOT, capture_output=True)
    return time.perf_counter() - begin


def main():
    with tempfile.TemporaryDirectory() as folder:
        data, out = f"{folder}/var", f"{folder}/out"
        cli = (sys.executable, "-m", "chengzai.cli")
        print(f"twin                       {seconds(*cli, 'twin', '--data', data):5.2f} s")
        run = seconds(sys.executable, "-c", ASSESS.format(data=data))
        print(f"run, cold, to assessments  {run:5.2f} s   (goal: under 5)")
        documents = seconds(*cli, "run", "--no-pages", "--data", data, "--out", out)
        print(f"  with bulletin and tables {documents:5.2f} s")
        print(f"  with 324 pages and twins {seconds(*cli, 'run', '--data', data, '--out', out):5.2f} s")


if __name__ == "__main__":
    main()
