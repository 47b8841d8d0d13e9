"""Small published versions and catalogues for tests."""

from __future__ import annotations

from federation.catalogue import Catalogue, silo_entry
from federation.policy import parse_policies
from mappers.published import (
    Column,
    ColumnTerm,
    ConstantTerm,
    Relation,
    Slot,
    TemplateTerm,
    TripleRule,
    Version,
)
from mappers.rdf import XSD_STRING, Iri

BASE = "https://data.example.org/berlin/"
SCHEMA = "http://schema.org/"
PREFIXES = """@prefix by: <https://bygraf.example.org/def#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix schema: <http://schema.org/> .
"""


def graph_iri(name: str) -> str:
    """The IRI of a graph of the test city."""
    return f"{BASE}graph/{name}"


def rule(graph: str, relation: str, predicate: str, column: str) -> TripleRule:
    """`<base>id/{key}` has schema:`predicate` with the text of a column."""
    return TripleRule(
        graph_iri(graph),
        relation,
        TemplateTerm((BASE + "id/", Slot("key"))),
        ConstantTerm(Iri(SCHEMA + predicate)),
        ColumnTerm(column, XSD_STRING),
    )


def relation(name: str, *columns: str, rows: int = 3) -> Relation:
    """A relation with a key column `key` and nullable text columns."""
    return Relation(
        name,
        f"{name}.parquet",
        (
            Column("key", "VARCHAR", False),
            *(Column(column, "VARCHAR", True) for column in columns),
            Column("__row", "BIGINT", False),
        ),
        (("key",), ("__row",)),
        rows,
    )


def version(
    silo: str,
    graphs: tuple[str, ...],
    relations: tuple[Relation, ...],
    rules: tuple[TripleRule, ...],
) -> Version:
    """A version of a silo, with sources, counts and a policy text as publishing writes them."""
    return Version(
        silo=silo,
        id="20260101T000000Z",
        folder=f"/versions/{silo}",
        created="2026-01-01T00:00:00+00:00",
        graphs=tuple(graph_iri(graph) for graph in graphs),
        relations=relations,
        rules=rules,
        policy="as published",
        sources=tuple((f"{item.name}.csv", "0" * 64) for item in relations),
        triples=tuple(
            (graph_iri(graph), sum(1 for item in rules if item.graph == graph_iri(graph)) * 3)
            for graph in graphs
        ),
        report=(("targets", str(len(rules))),),
    )


def catalogue(*silos: tuple[Version, str]) -> Catalogue:
    """A catalogue of versions, each with the body of its policy file."""
    return Catalogue(
        "berlin",
        BASE,
        tuple(
            silo_entry(
                found.silo,
                found.silo.title(),
                found,
                parse_policies(PREFIXES + policy, f"{found.silo}/policy.ttl", base=BASE),
            )
            for found, policy in silos
        ),
    )
