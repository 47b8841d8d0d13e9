"""Versions on disk: the current one, leases, pruning, and the manifest."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mappers.errors import DataError, SourceFailedError
from mappers.manifest import FILE, read_manifest, write_manifest
from mappers.publish import triples_version
from mappers.published import (
    Column,
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Origin,
    Relation,
    Slot,
    TemplateTerm,
    TripleRule,
    Version,
)
from mappers.rdf import RDF_LANG_STRING, XSD_INTEGER, BlankNode, Iri, Literal, Triple
from mappers.versions import current_id, current_version, install, list_versions, new_id, pin, prune

TRIPLE = Triple(Iri("urn:s"), Iri("urn:p"), Literal("x"))


def publish(home: Path, identifier: str) -> Version:
    """Install a version of one triple in city `c`, silo `s`."""
    staged = home / "c" / "s" / "staged" / identifier
    made = triples_version({"urn:g": [TRIPLE]}, staged, "s")
    write_manifest(made)
    install(home, "c", staged, identifier, "s")
    version = current_version(home, "c", "s")
    assert version is not None
    return version


def test_without_a_version_there_is_no_current_one(tmp_path: Path) -> None:
    assert current_id(tmp_path, "c", "s") is None
    assert current_version(tmp_path, "c", "s") is None
    assert list_versions(tmp_path, "c", "s") == ()
    assert prune(tmp_path, "c", "s") == ()


def test_the_version_installed_last_is_current(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    version = publish(tmp_path, "2")
    assert current_id(tmp_path, "c", "s") == "2"
    assert Path(version.folder) == tmp_path / "c" / "s" / "versions" / "2"
    assert (Path(version.folder) / version.relations[0].file).is_file()


def test_pruning_keeps_the_current_version_and_the_one_before(tmp_path: Path) -> None:
    for identifier in "1234":
        publish(tmp_path, identifier)
    assert prune(tmp_path, "c", "s", keep=2) == ("1", "2")
    assert list_versions(tmp_path, "c", "s") == ("3", "4")


def test_a_pinned_version_is_pruned_only_when_its_lease_ends(tmp_path: Path) -> None:
    first = publish(tmp_path, "1")
    publish(tmp_path, "2")
    with pin(tmp_path, first), pin(tmp_path, first):
        assert prune(tmp_path, "c", "s", keep=1) == ()
        assert (Path(first.folder) / first.relations[0].file).is_file()
    assert prune(tmp_path, "c", "s", keep=1) == ("1",)


def test_a_version_that_is_gone_cannot_be_pinned(tmp_path: Path) -> None:
    first = publish(tmp_path, "1")
    publish(tmp_path, "2")
    prune(tmp_path, "c", "s", keep=1)
    with pytest.raises(SourceFailedError, match="has been replaced"), pin(tmp_path, first):
        pass


def test_pinning_costs_well_under_a_millisecond(tmp_path: Path) -> None:
    version = publish(tmp_path, "1")
    started = time.perf_counter()
    for _ in range(200):
        with pin(tmp_path, version):
            pass
    assert (time.perf_counter() - started) / 200 < 0.001


def test_what_a_killed_publisher_left_is_pruned(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    versions = tmp_path / "c" / "s" / "versions"
    (versions / "2").mkdir()
    (versions / ".0.deleted").mkdir()
    assert prune(tmp_path, "c", "s") == ("2",)
    assert [path.name for path in versions.iterdir()] == ["1"]


def test_a_current_version_that_is_missing_is_an_error(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    (tmp_path / "c" / "s" / "current").write_text("7\n")
    with pytest.raises(DataError, match="The current version 7 of 's' is missing"):
        current_version(tmp_path, "c", "s")


def test_an_id_sorts_after_all_others_even_if_the_clock_went_back() -> None:
    first = new_id()
    assert new_id((first,)) > first
    assert new_id(("9999",)) > "9999"
    assert new_id(("9999", "9999a")) > "9999a"


def test_a_manifest_gives_back_the_version_it_was_made_of(tmp_path: Path) -> None:
    rule = TripleRule(
        "urn:g",
        "r",
        TemplateTerm(("urn:x:", Slot("k"), "/", Slot("w", encoded=False)), "bnode"),
        ConstantTerm(Iri("urn:p")),
        ColumnTerm("l", RDF_LANG_STRING, "de"),
        Origin("m.yml", 3, "m", "l"),
    )
    constant = ConstantTerm(Literal("1", XSD_INTEGER))
    version = Version(
        silo="s",
        id="1",
        folder=str(tmp_path),
        created="2020-01-01",
        graphs=("urn:g",),
        relations=(Relation("r", "r.parquet", (Column("k", "VARCHAR", True),), (("k", "w"),), 3),),
        rules=(rule, TripleRule("urn:g", "r", GeneralTerm("s"), GeneralTerm("p"), constant)),
        policy="Grün",
        sources=(("a.csv", "00"),),
        triples=(("urn:g", 3),),
        report=(("results", "0"),),
    )
    write_manifest(version)
    assert read_manifest(tmp_path) == version


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1}', '{"format": 2}', "[]"])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json: .* Publish the silo again"):
        read_manifest(tmp_path)


def test_triples_are_written_once(tmp_path: Path) -> None:
    other = Triple(BlankNode("b"), Iri("urn:p"), Literal("x", RDF_LANG_STRING, "de"))
    version = triples_version({"urn:g": [TRIPLE, other, TRIPLE], "urn:e": []}, tmp_path, "s")
    assert version.triples == (("urn:g", 2), ("urn:e", 0))
