"""The verb `publish`, and the first part of `demo`."""

from __future__ import annotations

import argparse
import time
from functools import partial

from bygraf.city import City
from bygraf.cli.reporting import Steps, notice, report, steps
from bygraf.places import Origin
from mappers.errors import BygrafError, MissingSourceError
from mappers.published import Version


def run_publish(city: City, options: argparse.Namespace) -> int:
    """Publish the silos named, or all."""
    return publish(city, tuple(options.silos))


def publish(city: City, silos: tuple[str, ...]) -> int:
    """Publish silos, telling what is in use, each step, and what each silo gave.

    A silo that fails is reported and does not stop the others; gives the first failure's exit
    status, or 0. Of a city that was fetched, a silo whose files may not be fetched is left out,
    which is told and no failure.
    """
    chosen = city.silos(silos)
    notice(city.sources().sentence())
    started = time.monotonic()
    failures: dict[str, BygrafError] = {}
    left_out: list[str] = []
    with steps(f"Publishing {len(chosen)} silos of {city.title} ...") as progress:
        for number, silo in enumerate(chosen, 1):
            begun = time.monotonic()
            label = f"[{number}/{len(chosen)}] {silo}"
            progress.doing(label)
            try:
                result = city.publish_one(silo, partial(_tell, progress, label))
            except BygrafError as error:
                if _may_be_left_out(city, error):
                    left_out.append(silo)
                    progress.done(f"{label}: left out, not all of its files were fetched")
                    continue
                failures[silo] = error
                progress.done(f"{label}: not published")
                report(error)
            else:
                seconds = time.monotonic() - begun
                progress.done(f"{label}: {_summary(result.version)} in {seconds:.1f} s")
    published = len(chosen) - len(failures) - len(left_out)
    notice(f"Published {published} of {len(chosen)} silos in {time.monotonic() - started:.1f} s.")
    if failures:
        notice(f"Not published, for the reasons above: {', '.join(failures)}.")
    if left_out:
        notice(
            f"Left out: {', '.join(left_out)}. Only files whose repository states an open licence"
            " are fetched; set BYGRAF_DATA to a folder that has the others."
        )
    return next(iter(failures.values())).exit_status if failures else 0


def _may_be_left_out(city: City, error: BygrafError) -> bool:
    """Whether a silo's files are missing because they were never fetched."""
    return isinstance(error, MissingSourceError) and city.sources().origin is Origin.CACHE


def _tell(progress: Steps, label: str, step: str) -> None:
    progress.doing(f"{label}: {step}")


def _summary(version: Version) -> str:
    triples = sum(count for _, count in version.triples)
    files = len(version.sources)
    warnings = dict(version.report).get("warnings", "0")
    noted = "" if warnings == "0" else f", {int(warnings):,} warnings"
    return f"{triples:,} triples from {files} file{'' if files == 1 else 's'}{noted}"
