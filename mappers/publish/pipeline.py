"""Publishing a silo: read, map, check, and only then swap the version that readers see."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from mappers.city import City, SiloEntry
from mappers.errors import DataError, GateError, Location, SourceFailedError, UsageError
from mappers.manifest import write_manifest
from mappers.mapping import Mapping
from mappers.publish.dependencies import find_dependencies
from mappers.publish.keys import verify_keys
from mappers.publish.rules import compile_rules, with_own_blank_nodes
from mappers.publish.workspace import load_relations, open_workspace
from mappers.publish.writing import write_relations
from mappers.published import Version
from mappers.suggest import did_you_mean
from mappers.versions import install, list_versions, new_id, prune, silo_folder
from mappers.yarrrml import read_mapping

Progress = Callable[[str], None]


class GateReport(Protocol):
    """What a gate says of a version."""

    @property
    def conforms(self) -> bool: ...

    def to_text(self) -> str:
        """The violations for a person, each with its source row."""

    def summary(self) -> tuple[tuple[str, str], ...]:
        """What was checked, for the manifest."""


Gate = Callable[[Version, str, str], GateReport]
"""Checks a staged version against the text of a shapes file (with its name for errors)."""


@dataclass(frozen=True, slots=True)
class PublishResult:
    """A version that is now current, and what the gate said of it (None without shapes)."""

    version: Version
    report: GateReport | None


def silent(_: str) -> None:
    """Progress that nobody is told."""


def publish_silo(
    city: City,
    silo: str,
    data: Path,
    home: Path,
    progress: Progress = silent,
    *,
    gate: Gate,
) -> PublishResult:
    """Publish a silo from the files below `data` into `home`, unless its data break its shapes.

    The version published before stays current until the last step, and for good if any step fails.
    Raises MappingError, SourceFormatError or GateError naming file and place; DataError if another
    process publishes the silo now; SourceFailedError if disk or memory run out; UsageError for a
    silo without a mapper.
    """
    entry = mapped_silo(city, silo)
    folder = silo_folder(home, city.id, silo)
    with _alone(folder, silo):
        staging = folder / "staged"
        # what a publisher that was killed has left
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staged, report = _stage(city, entry, data, staging, home, progress, gate)
            progress("making it the current version")
            place = install(home, city.id, Path(staged.folder), staged.id, silo)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise SourceFailedError(
                f"Publishing {silo!r} failed: {error}",
                way_out="The version before is still current.",
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        prune(home, city.id, silo)
    return PublishResult(replace(staged, folder=str(place)), report)


def _stage(
    city: City,
    entry: SiloEntry,
    data: Path,
    staging: Path,
    home: Path,
    progress: Progress,
    gate: Gate,
) -> tuple[Version, GateReport | None]:
    """Build and check a version in the staging folder."""
    mapper = city.folder / (entry.mapper or "")
    mapping = read_mapping(
        mapper / "mapping.yml", base=city.base, shown_as=f"{entry.mapper}/mapping.yml"
    )
    identifier = new_id(list_versions(home, city.id, entry.id))
    target = staging / identifier
    target.mkdir(parents=True)
    version = _write(city, entry, mapping, data, target, progress)
    version = replace(version, policy=_optional_text(mapper / "policy.ttl"))
    shapes = _optional_text(mapper / "shapes.ttl")
    report = None
    if shapes:
        progress("checking the shapes")
        report = gate(version, shapes, f"{entry.mapper}/shapes.ttl")
        if not report.conforms:
            raise GateError(
                f"The data of {entry.id!r} break its shapes, so nothing was published.\n"
                + report.to_text(),
                location=Location(f"{entry.mapper}/shapes.ttl"),
            )
        version = replace(version, report=report.summary())
    write_manifest(version)
    return version, report


def _write(
    city: City,
    entry: SiloEntry,
    mapping: Mapping,
    data: Path,
    target: Path,
    progress: Progress,
) -> Version:
    """Write the relations of a mapping into the target folder."""
    with open_workspace(target.parent) as workspace:
        load_relations(workspace, mapping, data, progress)
        progress("checking keys and cells")
        verify_keys(workspace, mapping)
        compiled = compile_rules(workspace, mapping, city.graph_of(entry))
        compiled.rules[:] = with_own_blank_nodes(compiled.rules, entry.id)
        progress("writing relations")
        relations, triples = write_relations(workspace, mapping, compiled, target)
        progress("comparing relations")
        relations = find_dependencies(workspace, relations, compiled.rules, target)
        files = tuple(sorted(workspace.files.items()))
    return Version(
        silo=entry.id,
        id=target.name,
        folder=str(target.absolute()),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        graphs=tuple(graph for graph, _ in triples),
        relations=relations,
        rules=tuple(compiled.rules),
        policy="",
        sources=files,
        triples=triples,
    )


def mapped_silo(city: City, silo: str) -> SiloEntry:
    """The silo of that id that has a mapper; UsageError if there is none such."""
    known = [entry.id for entry in city.silos]
    if silo not in known:
        raise UsageError(f"{city.title} has no silo {silo!r}.", way_out=did_you_mean(silo, known))
    entry = city.silo(silo)
    if entry.mapper is None:
        raise UsageError(f"The silo {silo!r} is an endpoint; there is nothing to publish.")
    return entry


@contextmanager
def _alone(folder: Path, silo: str) -> Iterator[None]:
    """Hold the silo's publishing lock, which ends with the process however it dies."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "publish.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                f"Another process is publishing {silo!r} now.", way_out="Wait until it has ended."
            ) from error
        yield
    finally:
        os.close(descriptor)


def _optional_text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
