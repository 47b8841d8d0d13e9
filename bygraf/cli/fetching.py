"""The verb `fetch`."""

from __future__ import annotations

import argparse

from bygraf.city import City
from bygraf.cli.reporting import notice, steps
from bygraf.places import cache_folder
from mappers.errors import UsageError
from mappers.fetch import Progress, door_for, fetch_city

_MEGABYTE = 1_000_000


def run_fetch(city: City, options: argparse.Namespace) -> int:
    """Download the openly licensed files of the city into the user's cache."""
    city_id = city.definition.id
    if options.fetched_city not in (None, city_id):
        raise UsageError(
            f"The city is {city_id!r}, not {options.fetched_city!r}.",
            way_out="Name another city's file before the verb: bygraf --city FILE fetch.",
        )
    listing = city.file.parent / "files.csv"
    target = cache_folder(city.environ)
    with steps(f"Fetching the files of {city.title} to {target / city_id} ...") as shown:

        def tell(progress: Progress) -> None:
            shown.doing(
                f"[{progress.number}/{progress.files}] {progress.path} "
                f"({progress.done / _MEGABYTE:.1f} of {progress.total / _MEGABYTE:.1f} MB)"
            )

        done = fetch_city(city_id, listing, target, door_for(listing), tell)
    for line in done.summary().splitlines():
        notice(line)
    return 0
