"""Whatever goes wrong while a silo is published, readers keep the last good version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mappers.city import City, load_city
from mappers.errors import BygrafError, DataError, GateError, SourceFailedError, UsageError
from mappers.publish import Gate, publish_city, publish_silo
from mappers.versions import current_id, current_version, list_versions
from tests.unit.mappers.publish.town import (
    Town,
    cells,
    kills_its_process,
    passes,
    refuses,
)

MAPPING = """\
sources:
  a: {access: a.csv, referenceFormulation: csv, keys: [[id]]}
mappings:
  m:
    sources: [a]
    subjects: base:id/m/$(id)
    po:
      - [by:p, $(x), xsd:integer]
      - [by:q, $(link)~iri]
"""
CSV = "id,x,link\n1,7,urn:a\n"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town whose silo has published one good version."""
    town = Town(tmp_path)
    town.publish(MAPPING, a_csv=CSV)
    return town


def good_version_stays(town: Town, before: str | None) -> None:
    """The version before is current and can be read, and nothing half-made is left."""
    version = current_version(town.home, "town", "s")
    assert version is not None and version.id == before
    assert cells(version, "a", "x%integer") == [(7,)]
    assert not (town.home / "town" / "s" / "staged").exists()


Break = Callable[[Town], City]
FAULTS: dict[str, tuple[Break, str]] = {
    "a missing column": (
        lambda town: town.write(MAPPING.replace("$(x)", "$(y)"), a_csv=CSV),
        r"s/mapping\.yml:9:\d+: 'a' .* has no column 'y'",
    ),
    "an unknown source": (
        lambda town: town.write(MAPPING.replace("[a]", "[aa]")),
        r"s/mapping\.yml:\d+:\d+: The mapping 'm' reads 'aa', which is no source or view\. Did you mean 'a'",
    ),
    "an invalid IRI": (
        lambda town: town.write(MAPPING, a_csv=CSV.replace("urn:a", "no iri")),
        r"a\.csv, row 1, column 'link': The value 'no iri' is not an absolute IRI",
    ),
    "a cell of another type": (
        lambda town: town.write(MAPPING, a_csv=CSV.replace("7", "seven")),
        r"a\.csv, row 1, column 'x': The value 'seven' is not an xsd:integer",
    ),
    "a wrong encoding": (
        lambda town: town.write(MAPPING, a_csv=(CSV + "2,8,urn:ü\n").encode("latin-1")),
        r"a\.csv, row 2: The byte 0xFC cannot be read as utf-8\. .*`encoding: latin-1`",
    ),
    "a file that is missing": (
        lambda town: town.write(MAPPING.replace("a.csv", "aa.csv")),
        r"reads 'aa\.csv', and there is no such file below .* Did you mean 'a\.csv'",
    ),
    "a row that is too short": (
        lambda town: town.write(MAPPING, a_csv=CSV + "2,8\n"),
        r"a\.csv, row 2: The row has 2 fields, the header 3",
    ),
    "a key that repeats": (
        lambda town: town.write(MAPPING, a_csv=CSV + "1,8,urn:b\n"),
        r"The key \(id\) of 'a' is not unique",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_the_good_version_stays(town: Town, fault: str) -> None:
    before = current_id(town.home, "town", "s")
    breaking, message = FAULTS[fault]
    city = breaking(town)
    with pytest.raises(DataError, match=message):
        publish_silo(city, "s", town.data, town.home, gate=passes)
    good_version_stays(town, before)


def test_a_disk_that_cannot_be_written_is_a_failure_by_name(town: Town) -> None:
    before = current_id(town.home, "town", "s")
    city = town.write(MAPPING)
    versions = town.home / "town" / "s" / "versions"
    versions.chmod(0o500)
    if os.access(versions, os.W_OK):
        # the superuser writes anywhere, so put a file where the folder of versions should be
        versions.rename(versions.with_name("aside"))
        versions.write_text("")
    try:
        with pytest.raises(SourceFailedError, match=r"Publishing 's' failed: .*version before"):
            publish_silo(city, "s", town.data, town.home, gate=passes)
    finally:
        if versions.is_file():
            versions.unlink()
            versions.with_name("aside").rename(versions)
        versions.chmod(0o700)
    good_version_stays(town, before)


def test_data_that_break_the_shapes_are_not_published(town: Town) -> None:
    before = current_id(town.home, "town", "s")
    city = town.write(MAPPING, a_csv=CSV.replace("7", "8"))
    (town.folder / "s" / "shapes.ttl").write_text("# shapes\n")
    with pytest.raises(
        GateError, match=r"s/shapes\.ttl: .*\nby:area is missing in s/a\.csv, row 1"
    ):
        publish_silo(city, "s", town.data, town.home, gate=refuses)
    good_version_stays(town, before)


def test_what_the_gate_says_is_kept_with_the_version(town: Town) -> None:
    city = town.write(MAPPING)
    (town.folder / "s" / "shapes.ttl").write_text("# shapes\n")
    publish_silo(city, "s", town.data, town.home, gate=passes)
    version = current_version(town.home, "town", "s")
    assert version is not None and version.report == (("results", "0"),)


PUBLISHER = """
import sys, time
from pathlib import Path
from mappers.city import load_city
from mappers.publish import publish_silo
from tests.unit.mappers.publish.town import passes

def stalls(version, shapes, file):
    print("staged", flush=True)
    time.sleep(60)

folder = Path(sys.argv[1])
publish_silo(load_city(folder / "city.toml"), "s", folder / "data", folder / "home", gate=stalls)
"""


def stalled_publisher(town: Town) -> subprocess.Popen[str]:
    """A process that has staged a version and holds the silo's lock."""
    (town.folder / "s" / "shapes.ttl").write_text("# shapes\n")
    root = Path(__file__).resolve().parent.parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PUBLISHER), str(town.folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "staged\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_killed_publisher_leaves_the_good_version_and_the_next_one_cleans_up(town: Town) -> None:
    before = current_id(town.home, "town", "s")
    city = town.write(MAPPING, a_csv=CSV.replace("7", "8"))
    kill(stalled_publisher(town))
    assert (town.home / "town" / "s" / "staged").exists()
    assert current_id(town.home, "town", "s") == before
    result = publish_silo(city, "s", town.data, town.home, gate=passes)
    assert current_id(town.home, "town", "s") == result.version.id
    assert list_versions(town.home, "town", "s") == (before, result.version.id)
    assert not (town.home / "town" / "s" / "staged").exists()


def test_two_processes_do_not_publish_one_silo_at_a_time(town: Town) -> None:
    city = town.write(MAPPING)
    process = stalled_publisher(town)
    try:
        started = time.monotonic()
        with pytest.raises(DataError, match="Another process is publishing 's' now"):
            publish_silo(city, "s", town.data, town.home, gate=passes)
        assert time.monotonic() - started < 5
    finally:
        kill(process)
    publish_silo(city, "s", town.data, town.home, gate=passes)


def two_silos(town: Town) -> City:
    """The town with a second silo `t`, whose shapes are checked."""
    town.write(MAPPING)
    (town.folder / "t").mkdir()
    (town.folder / "t" / "silo.toml").write_text('[silo]\nid = "t"\ntitle = "T"\n')
    (town.folder / "t" / "mapping.yml").write_text((town.folder / "s" / "mapping.yml").read_text())
    (town.folder / "t" / "shapes.ttl").write_text("# shapes\n")
    with (town.folder / "city.toml").open("a") as file:
        file.write('[silos.t]\nmapper = "t"\n')
    return load_city(town.folder / "city.toml")


@pytest.mark.parametrize(
    ("gate", "kind"), [(refuses, GateError), (kills_its_process, SourceFailedError)]
)
def test_a_silo_that_fails_does_not_stop_the_others(
    town: Town, gate: Gate, kind: type[BygrafError]
) -> None:
    city = two_silos(town)
    outcomes = publish_city(city, ["t", "s"], data=town.data, home=town.home, gate=gate)
    failed, published = outcomes
    assert (failed.silo, failed.version, type(failed.error)) == ("t", None, kind)
    assert published.error is None and published.version is not None
    assert current_id(town.home, "town", "s") == published.version.id
    assert current_id(town.home, "town", "t") is None


def test_an_unknown_silo_is_refused_before_anything_is_published(town: Town) -> None:
    before = current_id(town.home, "town", "s")
    city = town.write(MAPPING)
    with pytest.raises(UsageError, match=r"no silo 'ss'\. Did you mean 's'"):
        publish_city(city, ["s", "ss"], data=town.data, home=town.home, gate=passes)
    assert current_id(town.home, "town", "s") == before
