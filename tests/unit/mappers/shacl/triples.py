"""Graphs of rdflib as published versions of general columns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import rdflib

from mappers.published import (
    GENERAL_TYPE,
    Column,
    GeneralTerm,
    Relation,
    TripleRule,
    Version,
)
from mappers.rdf import BlankNode, Iri, Literal, Term
from mappers.shacl.nodes import to_term

STRUCT = pa.struct(
    [("k", pa.uint8()), ("lex", pa.string()), ("dt", pa.string()), ("lang", pa.string())]
)


def general(term: Term) -> dict[str, object]:
    """A term as a row of a general column."""
    match term:
        case Iri(value=value):
            return {"k": 0, "lex": value, "dt": "", "lang": ""}
        case BlankNode(label=label):
            return {"k": 1, "lex": label, "dt": "", "lang": ""}
        case Literal(lexical=lexical, datatype=datatype, language=language):
            return {"k": 2, "lex": lexical, "dt": datatype, "lang": language}


def triples_of(graph: rdflib.Graph) -> list[tuple[Term, Term, Term]]:
    """The triples of an rdflib graph, in order."""
    return sorted(((to_term(s), to_term(p), to_term(o)) for s, p, o in graph), key=lambda t: str(t))


def version_of(folder: Path, *graphs: Iterable[tuple[Term, Term, Term]]) -> Version:
    """A version with one relation of triples for each graph."""
    relations, rules = [], []
    for at, graph in enumerate(graphs):
        triples = list(graph)
        columns = {
            name: pa.array([general(triple[place]) for triple in triples], type=STRUCT)
            for place, name in enumerate("spo")
        }
        pq.write_table(pa.table(columns), folder / f"g{at}.parquet")
        relations.append(
            Relation(
                f"g{at}",
                f"g{at}.parquet",
                tuple(Column(name, GENERAL_TYPE, False) for name in "spo"),
                (("s", "p", "o"),),
                len(triples),
            )
        )
        rules.append(
            TripleRule(
                f"urn:graph:{at}", f"g{at}", GeneralTerm("s"), GeneralTerm("p"), GeneralTerm("o")
            )
        )
    return version(folder, tuple(relations), tuple(rules))


def version(
    folder: Path, relations: tuple[Relation, ...], rules: tuple[TripleRule, ...]
) -> Version:
    """A version of the given relations and rules."""
    graphs = tuple(sorted({rule.graph for rule in rules}))
    return Version("test", "1", str(folder), "", graphs, relations, rules, "", (), (), ())
