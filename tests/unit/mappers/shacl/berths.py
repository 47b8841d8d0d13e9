"""A silo of one typed relation: berths of a harbour, with faults in known rows."""

from __future__ import annotations

from pathlib import Path

import duckdb

from mappers.published import (
    Column,
    ColumnTerm,
    ConstantTerm,
    Origin,
    Relation,
    Slot,
    TemplateTerm,
    TermMap,
    TripleRule,
    Version,
)
from mappers.rdf import RDF_TYPE, XSD_DATE, XSD_DECIMAL, XSD_INTEGER, XSD_STRING, Iri

EX = "https://harbour.example.org/"
GRAPH = EX + "graph/berths"
BERTH = TemplateTerm((EX + "berth/", Slot("id")))
HARBOUR = TemplateTerm((EX + "harbour/", Slot("harbour")))
TYPES = {
    "id": "VARCHAR",
    "harbour": "VARCHAR",
    "code": "VARCHAR",
    "depth": "DECIMAL(9,2)",
    "places": "BIGINT",
    "since": "DATE",
    "__file": "VARCHAR",
    "__row": "BIGINT",
}
HEAD = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <{EX}> .
"""


def rule(subject: TermMap, predicate: str, obj: TermMap, column: str | None = None) -> TripleRule:
    """A rule of the relation `berths`, written on line 7 of a mapping."""
    origin = Origin("mapping.yml", 7, "berth", column)
    return TripleRule(GRAPH, "berths", subject, ConstantTerm(Iri(predicate)), obj, origin)


RULES = (
    rule(BERTH, RDF_TYPE, ConstantTerm(Iri(EX + "Berth"))),
    rule(HARBOUR, RDF_TYPE, ConstantTerm(Iri(EX + "Harbour"))),
    rule(BERTH, EX + "code", ColumnTerm("code", XSD_STRING), "CODE"),
    rule(BERTH, EX + "depth", ColumnTerm("depth", XSD_DECIMAL), "TIEFE"),
    rule(BERTH, EX + "places", ColumnTerm("places", XSD_INTEGER), "PLAETZE"),
    rule(BERTH, EX + "since", ColumnTerm("since", XSD_DATE), "SEIT"),
    rule(BERTH, EX + "in", HARBOUR, "HAFEN"),
)


def berths(
    folder: Path,
    rows: int,
    faults: str = "",
    keyed: bool = True,
    rules: tuple[TripleRule, ...] = RULES,
) -> Version:
    """A version with that many berths; `faults` is an SQL UPDATE list over the table `berths`."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE berths AS SELECT CAST(i AS VARCHAR) AS id,"
            " CAST(i % 7 AS VARCHAR) AS harbour, printf('B-%06d', i) AS code,"
            " CAST(2 + (i % 90) / 10 AS DECIMAL(9,2)) AS depth, i % 40 AS places,"
            " DATE '2001-01-01' + CAST(i % 3000 AS INTEGER) AS since,"
            " 'berths.csv' AS __file, i AS __row FROM range(1, ? + 1) AS r(i)",
            [rows],
        )
        for statement in filter(None, faults.split(";")):
            connection.execute(statement)
        columns = []
        for name, kind in TYPES.items():
            found = connection.execute(
                f'SELECT count(*) FROM berths WHERE "{name}" IS NULL'
            ).fetchone()
            assert found is not None
            columns.append(Column(name, kind, found[0] > 0))
        connection.execute(f"COPY berths TO '{folder}/berths.parquet' (FORMAT parquet)")
        total = connection.execute("SELECT count(*) FROM berths").fetchone()
        assert total is not None
    keys = (("id",),) if keyed else ()
    relation = Relation("berths", "berths.parquet", tuple(columns), keys, total[0])
    return Version(
        "berths", "1", str(folder), "", (GRAPH,), (relation,), rules, "", (), ((GRAPH, total[0]),)
    )
