"""What the peers of the bench are given, and how their answers are compared."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest
from bags import bag_of_peer
from peers.installing import HERE, java_command, library_version
from peers.ontop import Reference, column_types, described, write_database

MAPPING = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#stops> rr:logicalTable [ rr:tableName "STOPS" ] ; rr:subjectMap [ rr:template "http://e/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate <http://e/lat> ;
    rr:objectMap [ rr:column "lat" ; rr:datatype xsd:double ] ] ;
  rr:predicateObjectMap [ rr:predicate <http://e/name> ; rr:objectMap [ rr:column "name" ] ] .
"""
KEYS = {"STOPS": ("id",), "CALLS": ("id", "seq")}


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "mapping.ttl"
    file.write_text(MAPPING, "utf-8")
    (tmp_path / "STOPS.csv").write_text("id,name,lat\n1,A,40.5\n2,,\n", "utf-8")
    (tmp_path / "CALLS.csv").write_text("id,seq\n1,1\n1,2\n2,1\n", "utf-8")
    return file


def test_a_column_has_the_type_that_the_mapping_gives_it(mapping: Path) -> None:
    assert column_types(mapping) == {("STOPS", "lat"): "DOUBLE"}


def test_ontop_is_told_keys_references_and_what_is_never_empty(
    tmp_path: Path, mapping: Path
) -> None:
    database = tmp_path / "tables.duckdb"
    found = write_database(tmp_path, mapping, KEYS, database)
    assert found == (Reference("CALLS", "id", "STOPS", "id"),)
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute('SELECT * FROM "STOPS" ORDER BY id').fetchall()
    assert rows == [("1", "A", 40.5), ("2", None, None)]
    stops, calls = json.loads(described(database).read_text("utf-8"))["relations"]
    assert [column["isNullable"] for column in stops["columns"]] == [False, True, True]
    assert calls["uniqueConstraints"][0]["determinants"] == ['"id"', '"seq"']
    assert calls["foreignKeys"][0]["to"] == {"relation": ['"stops"'], "columns": ['"id"']}


def test_a_reference_that_does_not_hold_is_not_declared(tmp_path: Path, mapping: Path) -> None:
    (tmp_path / "CALLS.csv").write_text("id,seq\n3,1\n", "utf-8")
    assert write_database(tmp_path, mapping, KEYS, tmp_path / "tables.duckdb") == ()


def test_numbers_that_agree_in_nine_digits_are_the_same_however_they_are_written() -> None:
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    lexical = ("25.58", "25.5799999999999", "25.580", "+25.58")
    assert len({*bag_of_peer([ox.Literal(one, datatype=decimal)] for one in lexical)}) == 1


@pytest.mark.parametrize(("name", "version"), [("jena", "5."), ("ontop", "5.")])
def test_the_version_of_a_peer_is_that_of_its_pom(name: str, version: str) -> None:
    assert library_version(HERE / "java" / name / "pom.xml").startswith(version)


def test_without_java_a_peer_is_left_out_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert java_command("jena", "JenaSide", tmp_path) == "jena: there is no java on the PATH"
