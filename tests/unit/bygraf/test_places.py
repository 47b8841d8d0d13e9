"""Where things lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from bygraf.places import (
    Origin,
    cache_folder,
    city_file,
    data_folder,
    home_folder,
    library_folder,
)
from mappers.errors import UsageError


def silent(_: str) -> None:
    raise AssertionError("there was nothing to announce")


def test_home_is_stated_or_the_users_data_folder(tmp_path: Path) -> None:
    assert home_folder({"BYGRAF_HOME": str(tmp_path)}) == tmp_path
    assert home_folder({"XDG_DATA_HOME": "/data"}) == Path("/data/bygraf")
    assert home_folder({"XDG_DATA_HOME": "relative"}) == Path.home() / ".local/share/bygraf"
    assert cache_folder({}) == Path.home() / ".cache/bygraf"


@pytest.mark.parametrize("name", ["st*r", "what?", "a[1]"])
def test_a_home_that_reads_as_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    for stated, environ in ((tmp_path / name, {}), (None, {"BYGRAF_HOME": str(tmp_path / name)})):
        with pytest.raises(UsageError, match="home"):
            home_folder(environ, stated)


def test_the_option_comes_before_the_variable_and_a_folder_means_its_city_file(
    tmp_path: Path,
) -> None:
    option, variable = tmp_path / "a" / "city.toml", tmp_path / "b" / "city.toml"
    for file in (option, variable):
        file.parent.mkdir()
        file.touch()
    environ = {"BYGRAF_CITY": str(variable)}
    assert city_file(option.parent, environ) == option
    assert city_file(None, environ) == variable
    assert city_file(None, {}).parts[-3:] == ("mappers", "berlin", "city.toml")


def test_a_city_file_that_does_not_exist_is_named_with_who_named_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing, which --city names"):
        city_file(tmp_path / "missing", {})
    with pytest.raises(UsageError, match=r"city\.toml, which BYGRAF_CITY names"):
        city_file(None, {"BYGRAF_CITY": str(tmp_path)})


def test_a_city_may_bring_its_own_library(tmp_path: Path) -> None:
    own = tmp_path / "queries"
    assert library_folder(tmp_path / "city.toml") != own
    own.mkdir()
    assert library_folder(tmp_path / "city.toml") == own


def test_stated_data_come_before_fetched_ones(tmp_path: Path) -> None:
    (tmp_path / "data" / "x").mkdir(parents=True)
    (tmp_path / "cache" / "bygraf" / "x").mkdir(parents=True)
    environ = {"BYGRAF_DATA": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    found = data_folder("x", environ, tmp_path, silent)
    assert (found.path, found.origin) == (tmp_path / "data" / "x", Origin.GIVEN)
    del environ["BYGRAF_DATA"]
    found = data_folder("x", environ, tmp_path, silent)
    assert (found.path, found.origin) == (tmp_path / "cache" / "bygraf" / "x", Origin.CACHE)
    assert "fetched" in found.sentence()


def test_stated_data_without_the_city_are_an_error_and_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="BYGRAF_DATA has no folder 'x'"):
        data_folder("x", {"BYGRAF_DATA": str(tmp_path)}, tmp_path, silent)


def test_a_city_without_source_files_and_lookalike_says_what_to_do(tmp_path: Path) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    with pytest.raises(UsageError, match=r"no source files of 'x'.*BYGRAF_DATA"):
        data_folder("x", environ, tmp_path, silent)
