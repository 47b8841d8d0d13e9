"""Ontop as a peer over GTFS tables: a DuckDB file with types and keys, and a mapping in R2RML.

The mapping is the benchmark's own and is read where it lies. A column has the SQL type of the
datatype that the mapping gives it, so that no side casts texts while it answers. What holds in the
data is declared to Ontop: primary keys, foreign keys to them, and columns that are never empty; in
a file of its own, because what Ontop 5.1 asks DuckDB's catalogue no longer finds any table there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rdflib import Graph, Namespace
from rdflib.namespace import XSD
from rdflib.term import Node

from peers.dialogue import Peer
from peers.installing import HERE, java_command, library_version

RR = Namespace("http://www.w3.org/ns/r2rml#")
TYPES: Mapping[Node, str] = {
    XSD.integer: "BIGINT",
    XSD.boolean: "BOOLEAN",
    XSD.date: "DATE",
    XSD.double: "DOUBLE",
}
"""SQL types for the datatypes of a mapping; every other column is text."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are all among those of a key of one column."""

    table: str
    column: str
    to: str
    key: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table with its SQL type."""

    name: str
    type: str
    nullable: bool


def ontop(database: Path, mapping: Path) -> Peer | str:
    """Ontop over a file of `write_database`, or a sentence why it cannot be had."""
    command = java_command("ontop", "OntopSide")
    if isinstance(command, str):
        return command
    version = library_version(HERE / "java" / "ontop" / "pom.xml")
    files = (database, mapping, described(database))
    return Peer("Ontop", version, (*command, *(str(file.resolve()) for file in files)))


def described(database: Path) -> Path:
    """The file that describes a database to Ontop."""
    return database.with_suffix(".json")


def write_database(
    tables: Path, mapping: Path, keys: Mapping[str, Sequence[str]], file: Path
) -> tuple[Reference, ...]:
    """Write tables of CSV files as a DuckDB file and its description; the foreign keys in it."""
    file.unlink(missing_ok=True)
    typed = column_types(mapping)
    with duckdb.connect(str(file)) as connection:
        for table, key in keys.items():
            _write_table(connection, table, key, tables / f"{table}.csv", typed)
        columns = {table: _columns(connection, table) for table in keys}
        references = tuple(_references(connection, keys, columns))
    relations = [_relation(t, keys[t], columns[t], references) for t in keys]
    product = {
        "dbmsProductName": "DuckDB",
        "dbmsVersion": duckdb.__version__,
        "driverName": "DuckDBJ",
        "driverVersion": duckdb.__version__,
        "quotationString": '"',
        "idFactoryType": "DUCKDB",
    }
    content = json.dumps({"relations": relations, "metadata": product}, indent=1)
    described(file).write_text(content, "utf-8")
    return references


def column_types(mapping: Path) -> dict[tuple[str, str], str]:
    """The SQL types of the columns, as (table, column), to which an R2RML mapping gives one."""
    graph = Graph().parse(mapping, format="turtle")
    found = {}
    for rule, logical in graph.subject_objects(RR.logicalTable):
        table = str(graph.value(logical, RR.tableName)).strip('"')
        for statement in graph.objects(rule, RR.predicateObjectMap):
            for term in graph.objects(statement, RR.objectMap):
                column = graph.value(term, RR.column)
                datatype = graph.value(term, RR.datatype)
                if column is not None and datatype in TYPES:
                    found[table, str(column).strip('"')] = TYPES[datatype]
    return found


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: Sequence[str],
    file: Path,
    typed: Mapping[tuple[str, str], str],
) -> None:
    """Read a CSV file with the types of its columns; an empty field is NULL."""
    read = f"read_csv('{file}', all_varchar = true, header = true)"
    names = [row[0] for row in connection.execute(f"DESCRIBE FROM {read}").fetchall()]
    cells = ", ".join(
        f"""CAST(nullif("{name}", '') AS {typed.get((table, name), "VARCHAR")}) AS "{name}\""""
        for name in names
    )
    connection.execute(f'CREATE TABLE "{table}" AS SELECT {cells} FROM {read}')
    quoted = ", ".join(f'"{name}"' for name in key)
    connection.execute(f'ALTER TABLE "{table}" ADD PRIMARY KEY ({quoted})')


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[Column, ...]:
    found = connection.execute(
        f'SELECT column_name, column_type, null_percentage > 0 FROM (SUMMARIZE "{table}")'
    )
    return tuple(Column(*row) for row in found.fetchall())


def _references(
    connection: duckdb.DuckDBPyConnection,
    keys: Mapping[str, Sequence[str]],
    columns: Mapping[str, Sequence[Column]],
) -> Iterable[Reference]:
    """The foreign keys that hold: columns with a key's name, and the parent of a station."""
    single = {key[0]: table for table, key in keys.items() if len(key) == 1}
    single["parent_station"] = "STOPS"
    for table in keys:
        for column in (one.name for one in columns[table]):
            to = single.get(column)
            if to is None or tuple(keys[table]) == (column,):
                continue
            key = keys[to][0]
            strangers = connection.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL'
                f' AND "{column}" NOT IN (SELECT "{key}" FROM "{to}")'
            ).fetchone()
            if strangers == (0,):
                yield Reference(table, column, to, key)


def _relation(
    table: str, key: Sequence[str], columns: Sequence[Column], references: Iterable[Reference]
) -> dict[str, object]:
    """A table as Ontop's file of metadata describes it."""
    name = _name(table)
    return {
        "name": [name],
        "otherNames": [[_name("main"), name]],
        "columns": [
            {"name": _name(one.name), "isNullable": one.nullable, "datatype": one.type}
            for one in columns
        ],
        "uniqueConstraints": [
            {
                "name": f"{table}_key",
                "determinants": [_name(column) for column in key],
                "isPrimaryKey": True,
            }
        ],
        "foreignKeys": [
            {
                "name": f"{table}_{one.column}",
                "from": {"relation": [name], "columns": [_name(one.column)]},
                "to": {"relation": [_name(one.to)], "columns": [_name(one.key)]},
            }
            for one in references
            if one.table == table
        ],
    }


def _name(identifier: str) -> str:
    """A quoted identifier; Ontop looks for those of a mapping for DuckDB in lower case."""
    return f'"{identifier.lower()}"'
