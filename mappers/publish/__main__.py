"""Trial runs for who writes a mapping: `python -m mappers.publish SILO... --city FILE ...`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mappers.city import load_city
from mappers.errors import BygrafError
from mappers.publish import publish_silo
from mappers.published import Version


@dataclass(frozen=True, slots=True)
class _Unchecked:
    """The report of a trial run that checks nothing."""

    conforms: bool = True

    def to_text(self) -> str:
        return "not checked"

    def summary(self) -> tuple[tuple[str, str], ...]:
        return (("checked", "no"),)


def _no_gate(version: Version, shapes: str, file: str) -> _Unchecked:
    return _Unchecked()


def main() -> int:
    """Publish the silos named, one after the other; exit status of the first failure."""
    parser = argparse.ArgumentParser(prog="python -m mappers.publish")
    parser.add_argument("silos", nargs="*", metavar="SILO")
    parser.add_argument("--city", type=Path, required=True, help="the city.toml")
    parser.add_argument("--data", type=Path, required=True, help="the folder of its source files")
    parser.add_argument("--home", type=Path, required=True, help="where versions are published")
    parser.add_argument("--no-gate", action="store_true", help="do not check the shapes")
    options = parser.parse_args()
    status = 0
    try:
        city = load_city(options.city)
    except BygrafError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    for silo in options.silos or [entry.id for entry in city.silos if entry.mapper]:
        begun = time.monotonic()
        try:
            result = publish_silo(city, silo, options.data, options.home, gate=_no_gate)
        except BygrafError as error:
            print(f"{silo}: {error}", file=sys.stderr)
            status = status or error.exit_status
            continue
        triples = sum(count for _, count in result.version.triples)
        seconds = time.monotonic() - begun
        print(f"{silo}: {triples:,} triples in {seconds:.1f} s, version {result.version.id}")
    return status


if __name__ == "__main__":
    sys.exit(main())
