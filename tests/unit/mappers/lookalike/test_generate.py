"""The lookalike city as a whole: repeatable, complete, quick to write and never half there."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

import mappers
from mappers.errors import UsageError
from mappers.lookalike import generate
from mappers.yarrrml import read_mapping

MAPPINGS = sorted((Path(mappers.__file__).parent / "berlin").glob("*/mapping.yml"))

# the kinds of files that have a first line with names
WITH_HEADER = {".csv", ".txt"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("lookalike") / "berlin"
    generate(target, 11)
    return target


def _digests(folder: Path) -> Mapping[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(city: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", 11)
    assert _digests(tmp_path / "again") == _digests(city)


def test_another_seed_gives_other_numbers_in_files_of_the_same_names(
    city: Path, tmp_path: Path
) -> None:
    generate(tmp_path / "other", 12)
    ours, others = _digests(city), _digests(tmp_path / "other")
    assert ours.keys() == others.keys()
    same = {name for name in ours if ours[name] == others[name]}
    # only what has no chance in it: agencies, and outlines without a made-up name
    assert same == {
        "transport/gtfs_agency.txt",
        "education/tursics_RBS_OD_ESB_2019_06.geojson",
        "geo/berlin-lor-districts.geojson",
        "geo/berlin-lor-forecast-areas-from-2021.geojson",
    }


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda path: path.parent.name)
def test_every_source_file_that_a_mapping_names_is_written(city: Path, mapping: Path) -> None:
    sources = read_mapping(mapping, base="https://data.example.org/berlin/").sources
    missing = [source.access for source in sources if not list(city.glob(source.access))]
    assert not missing


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda path: path.parent.name)
def test_every_text_file_decodes_in_the_encoding_its_mapping_states(
    city: Path, mapping: Path
) -> None:
    sources = read_mapping(mapping, base="https://data.example.org/berlin/").sources
    for source in sources:
        if source.format in {"excel", "shapefile"}:
            continue
        for file in city.glob(source.access):
            text = file.read_bytes().decode(source.encoding)
            assert "\N{REPLACEMENT CHARACTER}" not in text


def test_every_file_is_named_as_in_the_real_city(city: Path, city_data: Path) -> None:
    invented = _digests(city).keys() - _digests(city_data / "berlin").keys()
    assert not invented


def test_the_columns_are_those_of_the_real_city(city: Path, city_data: Path) -> None:
    for name in _digests(city):
        if Path(name).suffix in WITH_HEADER and "EWR" not in name:
            real, ours = (city_data / "berlin" / name), (city / name)
            assert _first_line(ours) == _first_line(real), name


def test_no_line_of_the_real_city_is_copied(city: Path, city_data: Path) -> None:
    for name in _digests(city):
        if Path(name).suffix in WITH_HEADER:
            real, ours = _lines(city_data / "berlin" / name), _lines(city / name)
            assert not real & ours, name


def _first_line(file: Path) -> bytes:
    return file.read_bytes().splitlines()[0].replace(b'"', b"")


def _lines(file: Path) -> set[bytes]:
    # some short lines of small numbers are the same by chance
    return {line for line in file.read_bytes().splitlines()[1:] if len(line) > 40}


def test_the_city_is_small(city: Path) -> None:
    files = [file for file in city.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 4_000_000


def test_each_silo_is_announced(tmp_path: Path) -> None:
    said: list[str] = []
    generate(tmp_path / "berlin", 1, said.append)
    assert len(said) == len({path.name for path in (tmp_path / "berlin").iterdir()})


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="not an empty folder"):
        generate(tmp_path)
    assert (tmp_path / "kept.csv").read_text(encoding="utf-8") == "mine"


def test_a_city_that_cannot_be_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "berlin", 1, interrupt)
    assert not list(tmp_path.iterdir())
