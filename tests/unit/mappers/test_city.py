"""A city's file: silos, callers, and errors that name file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappers.city import CallerEntry, City, load_city
from mappers.errors import MappingError

CITY = """\
[city]
id = "town"
title = "Town"
base = "https://data.example.org/town/"

[silos.parks]
mapper = "parks"

[silos.archive]
endpoint = "http://127.0.0.1:7001/sparql"
licence = "CC-BY-4.0"
access = "public"

[callers.lab]
token_env = "TOKEN_LAB"
roles = ["analyst"]
"""
PARKS = '[silo]\nid = "parks"\ntitle = "Parks of the town"\n'


def load(folder: Path, city: str = CITY, parks: str = PARKS) -> City:
    (folder / "parks").mkdir(exist_ok=True)
    (folder / "parks" / "silo.toml").write_text(parks)
    (folder / "city.toml").write_text(city)
    return load_city(folder / "city.toml")


def test_a_city_has_silos_with_mappers_and_endpoints(tmp_path: Path) -> None:
    city = load(tmp_path)
    parks, archive = city.silos
    assert (parks.id, parks.title, parks.mapper, parks.endpoint) == (
        "parks",
        "Parks of the town",
        "parks",
        None,
    )
    assert (archive.endpoint, archive.licence, archive.access) == (
        "http://127.0.0.1:7001/sparql",
        "CC-BY-4.0",
        "public",
    )
    assert city.folder == tmp_path
    assert city.callers == (CallerEntry("lab", "TOKEN_LAB", ("analyst",)),)


def test_the_graph_of_a_silo_is_below_the_base_unless_it_names_one(tmp_path: Path) -> None:
    city = load(tmp_path)
    assert city.graph_of(city.silo("parks")) == "https://data.example.org/town/graph/parks"
    named = load(tmp_path, parks=PARKS + 'graph = "https://example.org/g"\n')
    assert named.graph_of(named.silo("parks")) == "https://example.org/g"


def test_a_silo_is_hidden_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path).silo("parks").access == "hidden"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[city]", "[citty]", r"no key 'citty'\. Did you mean 'city'"),
        ('id = "town"', 'id = "Old Town"', "not made of small letters"),
        ('id = "town"\n', "", r"\[city\] needs 'id'"),
        ("town/", "town", "does not exist|ends with a slash"),
        ('mapper = "parks"', 'maper = "parks"', r"no key 'maper'\. Did you mean 'mapper'"),
        ('mapper = "parks"', 'title = "x"', "needs either 'mapper', a folder, or 'endpoint'"),
        ('mapper = "parks"', 'mapper = "lost"', r"lost/silo\.toml: There is no such file"),
        ('access = "public"', 'access = "open"', "It is one of public, listed, hidden"),
        ('["analyst"]', '"analyst"', "'roles' is a list of texts"),
        ("[city]", "[city", r"city\.toml:1:6: This is not TOML"),
    ],
)
def test_a_wrong_city_is_named_with_its_file(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        load(tmp_path, CITY.replace(old, new))


def test_a_manifest_of_another_silo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="The manifest says 'park', the city's file 'parks'"):
        load(tmp_path, parks=PARKS.replace('"parks"', '"park"'))
