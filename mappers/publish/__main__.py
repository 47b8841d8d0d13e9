"""Trial runs for who writes a mapping: `python -m mappers.publish SILO... --city FILE ...`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mappers.city import load_city
from mappers.errors import BygrafError
from mappers.publish import publish_city
from mappers.publish.trial import no_gate


def main() -> int:
    """Publish the silos named, one after the other; exit status of the first failure."""
    parser = argparse.ArgumentParser(prog="python -m mappers.publish")
    parser.add_argument("silos", nargs="*", metavar="SILO")
    parser.add_argument("--city", type=Path, required=True, help="the city.toml")
    parser.add_argument("--data", type=Path, required=True, help="the folder of its source files")
    parser.add_argument("--home", type=Path, required=True, help="where versions are published")
    parser.add_argument("--no-gate", action="store_true", help="do not check the shapes")
    options = parser.parse_args()
    if not options.no_gate:
        parser.error("trial runs check no shapes: say --no-gate, or run `bygraf publish`")
    begun = time.monotonic()
    status = 0
    try:
        outcomes = publish_city(
            load_city(options.city),
            options.silos or None,
            data=options.data,
            home=options.home,
            gate=no_gate,
        )
    except BygrafError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    for outcome in outcomes:
        if outcome.error is not None:
            print(f"{outcome.silo}: {outcome.error}", file=sys.stderr)
            status = status or outcome.error.exit_status
        if outcome.version is not None:
            triples = sum(count for _, count in outcome.version.triples)
            print(f"{outcome.silo}: {triples:,} triples, version {outcome.version.id}")
    print(f"{time.monotonic() - begun:.1f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
