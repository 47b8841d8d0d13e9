"""The entry of the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bygraf.city import City
from bygraf.cli.asking import run_explain, run_query
from bygraf.cli.fetching import run_fetch
from bygraf.cli.options import build_parser
from bygraf.cli.publishing import run_publish
from bygraf.cli.reporting import notice, report
from bygraf.cli.serving import run_demo, run_serve
from mappers.errors import BygrafError

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

VERBS: Final[Mapping[str, Callable[..., int]]] = MappingProxyType(
    {
        "demo": run_demo,
        "publish": run_publish,
        "query": run_query,
        "explain": run_explain,
        "serve": run_serve,
        "fetch": run_fetch,
    }
)
_WORKERS: Final = MappingProxyType({"serve": 2, "demo": 2})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status. Every expected error is one sentence, no traceback."""
    options = build_parser().parse_args(arguments)
    workers = _WORKERS.get(options.verb, 1)
    try:
        with City.open(options.city, workers=workers, announce=notice) as city:
            status = VERBS[options.verb](city, options)
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
