"""The solver, silent: its first instance in a process prints a banner to standard output, where programs read JSON."""

import os
import sys
from functools import lru_cache

import highspy


def quiet_solver() -> highspy.Highs:
    """Return a new solver that prints nothing."""
    _greeted()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the solver ships no types for its class
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 -- the solver's own way to say it
    return solver


@lru_cache(maxsize=1)
def _greeted() -> None:
    """Let the banner go nowhere, once: it is printed below Python, so the file itself is turned aside."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
