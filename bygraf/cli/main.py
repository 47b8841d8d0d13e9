"""The entry of the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Final

from bygraf.city import City
from bygraf.cli.options import build_parser
from bygraf.cli.reporting import notice, report
from mappers.errors import BygrafError

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

VERBS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "demo": ("bygraf.cli.serving", "run_demo"),
        "publish": ("bygraf.cli.publishing", "run_publish"),
        "query": ("bygraf.cli.asking", "run_query"),
        "explain": ("bygraf.cli.asking", "run_explain"),
        "serve": ("bygraf.cli.serving", "run_serve"),
        "fetch": ("bygraf.cli.fetching", "run_fetch"),
    }
)
"""Module and function of each verb; only the module of the verb that runs is loaded."""


def verb(name: str) -> Callable[[City, argparse.Namespace], int]:
    """The function that runs a verb, which gives the exit status."""
    module, function = VERBS[name]
    found: Callable[[City, argparse.Namespace], int] = getattr(import_module(module), function)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status. Every expected error is one sentence, no traceback."""
    options = build_parser().parse_args(arguments)
    workers = getattr(options, "workers", None)
    try:
        with City.open(
            options.city,
            limits=getattr(options, "limits", ()),
            workers=workers or 1,
            # who serves must not let the next caller wait for a process to start
            spares=0 if workers is None else 1,
            announce=notice,
        ) as city:
            status = verb(options.verb)(city, options)
        sys.stdout.flush()
        return status
    except BygrafError as error:
        report(error)
        return error.exit_status
    except KeyboardInterrupt:
        notice("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of our output has gone; Python must not try to flush it again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
