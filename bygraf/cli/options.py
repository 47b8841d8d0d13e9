"""The verbs and options of the command line."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TypeAlias

from federation.results import FORMATS

_EPILOG = """\
exit status: 0 done, 1 the data or the query is at fault, 2 wrong use, 3 denied, 4 a source
failed, 130 interrupted. Answers go to standard output; receipts, progress and errors to
standard error.
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs; every option is described in `docs/reference/command-line.md`."""
    parser = argparse.ArgumentParser(
        prog="bygraf",
        description="One question across a city's systems, answered by right.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--city",
        type=Path,
        metavar="FILE",
        help="the city.toml of a city (default: BYGRAF_CITY, else the reference city)",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_demo(verbs)
    _add_publish(verbs)
    _add_query(verbs)
    _add_explain(verbs)
    _add_serve(verbs)
    _add_fetch(verbs)
    return parser


Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _verb(verbs: Verbs, name: str, summary: str) -> argparse.ArgumentParser:
    return verbs.add_parser(name, help=summary, description=summary, allow_abbrev=False)


def _add_demo(verbs: Verbs) -> None:
    verb = _verb(verbs, "demo", "Publish the whole city and serve it.")
    verb.add_argument("--no-serve", action="store_true", help="stop before serving")
    _add_address(verb)


def _add_publish(verbs: Verbs) -> None:
    verb = _verb(verbs, "publish", "Read, check and publish silos from their source files.")
    verb.add_argument("silos", nargs="*", metavar="SILO", help="a silo (default: all of them)")


def _add_query(verbs: Verbs) -> None:
    verb = _verb(verbs, "query", "Ask a question; without one, list the query library.")
    verb.add_argument(
        "question",
        nargs="?",
        metavar="TEXT|FILE|NAME",
        help="a SPARQL query, a file with one (- for standard input), or a name of the library",
    )
    _add_asking(verb)
    verb.add_argument(
        "--format",
        choices=[one.name for one in FORMATS],
        default="table",
        help="how to write the answer (default: table)",
    )
    verb.add_argument(
        "--partial", action="store_true", help="accept an answer without the sources that fail"
    )
    verb.add_argument(
        "--receipt", type=Path, metavar="FILE", help="write the whole receipt (JSON-LD) to a file"
    )


def _add_explain(verbs: Verbs) -> None:
    verb = _verb(verbs, "explain", "Show how a question would be answered, without asking it.")
    verb.add_argument(
        "question",
        metavar="TEXT|FILE|NAME",
        help="a SPARQL query, a file with one (- for standard input), or a name of the library",
    )
    _add_asking(verb)
    verb.add_argument("--sql", action="store_true", help="show the SQL, too")


def _add_asking(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--as",
        dest="caller",
        default="public",
        metavar="CALLER",
        help="ask as a caller of the city (default: public)",
    )
    verb.add_argument(
        "--purpose", metavar="P", help="the purpose: a DPV local name or an IRI (default: none)"
    )
    _add_limit(verb)
    verb.add_argument(
        "--param",
        dest="parameters",
        action="append",
        default=[],
        metavar="K=V",
        help="a value for a parameter of the query; may be given several times",
    )


def _add_serve(verbs: Verbs) -> None:
    verb = _verb(verbs, "serve", "Serve the city over HTTP until interrupted.")
    _add_address(verb)


def _add_limit(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--limit",
        dest="limits",
        action="append",
        default=[],
        metavar="NAME=N",
        help="set a limit of docs/reference/limits.md otherwise; may be given several times",
    )


def _add_address(verb: argparse.ArgumentParser) -> None:
    _add_limit(verb)
    verb.add_argument(
        "--workers",
        type=_workers,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes that answer at a time (default: as many as there are processors)",
    )
    verb.add_argument(
        "--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)"
    )
    verb.add_argument(
        "--port", type=_port, default=8000, help="the port, 0 for a free one (default: 8000)"
    )


def _add_fetch(verbs: Verbs) -> None:
    verb = _verb(verbs, "fetch", "Download the city's openly licensed source files.")
    verb.add_argument(
        "fetched_city", nargs="?", metavar="CITY", help="the id of the city of --city, to be sure"
    )


def _workers(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535")
    return int(text)
