"""What every verb needs first: the store opened for it, and a way to say something beside its output."""

import argparse
import os
import sys
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 -- argparse has no public name for it


def open_for(options: argparse.Namespace) -> None:
    """Name the folders to the door and open the store."""
    from chengzai.store import open_store  # noqa: PLC0415 -- a verb that needs no store starts faster without it

    os.environ["CHENGZAI_CONTENT"] = str(options.content.resolve())
    os.environ["CHENGZAI_DATA"] = str(options.data.resolve())
    os.environ["CHENGZAI_OUT"] = str(getattr(options, "out", Path("out")).resolve())
    os.environ["CHENGZAI_REAL"] = "1" if getattr(options, "real", False) else ""
    open_store(options.data)


def add_verb(verbs: Verbs, name: str, action: object, says: str, example: str) -> argparse.ArgumentParser:
    """Add a verb with its one line of help and an example that runs."""
    verb = verbs.add_parser(name, help=says, description=says, epilog=f"example: chengzai {example}")
    verb.set_defaults(action=action)
    return verb


def say(words: str) -> None:
    """Say something to the person beside the program's output."""
    print(words, file=sys.stderr, flush=True)
