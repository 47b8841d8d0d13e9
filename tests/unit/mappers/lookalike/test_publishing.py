"""The mappers of the reference city publish the lookalike city, and the query library finds rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bygraf.city import City
from bygraf.places import REFERENCE_SEED
from federation.library import LibraryQuery
from mappers.lookalike import generate

REFERENCE = City.open(environ={})
MAPPED = [
    silo for silo in REFERENCE.silos() if (REFERENCE.file.parent / silo / "mapping.yml").is_file()
]
QUERIES = [query for query in REFERENCE.library if set(query.silos) <= set(MAPPED)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("lookalike")
    generate(folder / "berlin", REFERENCE_SEED)
    with City.open(home=folder / "home", data=folder / "berlin", environ={}) as opened:
        yield opened


@pytest.fixture(scope="module")
def published() -> set[str]:
    """The silos that queries have had published, each only once."""
    return set()


@pytest.mark.parametrize("silo", MAPPED)
def test_a_silo_of_the_lookalike_city_passes_the_gate(city: City, silo: str) -> None:
    (result,) = city.publish([silo])
    assert result.version.triples
    assert all(count > 0 for _, count in result.version.triples)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_of_the_library_has_rows(
    city: City, query: LibraryQuery, published: set[str]
) -> None:
    for silo in set(query.silos) - published:
        city.publish([silo])
        published.add(silo)
    answer = city.ask(query.name)
    assert answer.solutions is not None
    assert answer.solutions.size > 0
