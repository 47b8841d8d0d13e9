"""The gate of the second city's readings: what it reports, and what it holds back."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from mappers.city import load_city
from mappers.errors import GateError
from mappers.publish import PublishResult, publish_silo
from mappers.shacl import check

KOELN = Path(str(files("mappers"))) / "koeln"
FEBRUARY = Path("transport") / "load__load_2013-02.csv"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the sample's files."""
    return shutil.copytree(KOELN / "transport" / "tests" / "sample", tmp_path / "data")


def publish(data: Path) -> PublishResult:
    city = load_city(KOELN / "city.toml")
    return publish_silo(city, "transport", data, data.parent / "home", gate=check)


def test_a_reading_of_a_segment_that_no_list_has_is_published_and_reported(data: Path) -> None:
    report = publish(data).report
    assert report is not None
    assert report.conforms
    assert ("warnings", "1") in report.summary()
    assert "load__load_2013-02.csv, row 2, column 'identifier'" in report.to_text()


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("2013-02-07 08:55:30,ST901,3,1", "20130207T085530Z"),
        ("2012-02-07 08:55:30,ST901,0,1", "20120207T085530Z"),
        ("2013-02-07 08:55:30,ST901,,1", "20130207T085530Z"),
    ],
)
def test_a_reading_that_is_not_as_described_is_held_back(data: Path, row: str, named: str) -> None:
    with (data / FEBRUARY).open("a", encoding="utf-8") as stream:
        stream.write(row + "\n")
    with pytest.raises(GateError, match=named):
        publish(data)
