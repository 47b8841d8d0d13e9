"""What goes to standard error: errors, notices and progress."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.status import Status

from mappers.errors import BygrafError

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def notice(sentence: str) -> None:
    """A line on standard error, without control characters."""
    print(_CONTROL.sub("?", sentence), file=sys.stderr, flush=True)


def report(error: BygrafError, text: str | None = None) -> None:
    """An error as a sentence; with the line it is about, if the text of the query is known."""
    notice(f"bygraf: {error}")
    place = error.location
    if text is None or place is None or place.line is None:
        return
    lines = text.splitlines()
    if 0 < place.line <= len(lines):
        line = lines[place.line - 1]
        number = f"{place.line:>5} | "
        notice(number + line.expandtabs(1))
        if place.column is not None:
            notice(" " * (len(number) + min(place.column - 1, len(line))) + "^")


def terminal_width() -> int | None:
    """The columns of the terminal that standard output is; None if it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


class Steps:
    """Progress of long work: a line that moves on a terminal, else one line a finished step."""

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def doing(self, sentence: str) -> None:
        """What is being done now."""
        if self._status is not None:
            self._status.update(_CONTROL.sub("?", sentence))

    def done(self, sentence: str) -> None:
        """A step that is finished."""
        notice(sentence)


@contextmanager
def steps(first: str) -> Iterator[Steps]:
    """Show progress while the block runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        notice(first)
        yield Steps(None)
        return
    with console.status(first) as status:
        yield Steps(status)
