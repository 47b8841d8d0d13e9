"""Tables and a mapping derived from triples, as a department might hold and publish them.

A `Sheet` is a table of terms with the rules that read it; each of its columns is then typed as far
as the terms allow. Which layout a silo gets is drawn from a text, so it is always the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from mappers.publish.dependencies import find_dependencies
from mappers.publish.workspace import Workspace
from mappers.published import (
    Column,
    ConstantTerm,
    Relation,
    TermMap,
    TripleRule,
    Version,
    columns_of,
)
from mappers.rdf import BlankNode, Iri, Triple
from tests.conformance.typed_columns import Encoded, Style, Terms, encode, type_of

Node = Iri | BlankNode
Key = tuple[object, ...]

STYLES: tuple[Style, ...] = ("typed", "typed", "typed", "plain", "constant", "parted")
"""As often as they are drawn."""

AGAIN = 8
"""One in so many triples is said by two relations."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns of terms; `rules` are subject column, predicate (or its column) and object column.

    `keys` are the columns that no two rows share.
    """

    columns: dict[str, Terms]
    rules: tuple[tuple[str, Iri | str, str], ...]
    keys: tuple[tuple[str, ...], ...]


def drawn(salt: str, choices: int) -> int:
    """A number below `choices` that a text always gets."""
    return int(sha256(salt.encode()).hexdigest(), 16) % choices


def mapped_version(
    triples: Iterable[Triple],
    graph: str,
    folder: Path,
    silo: str,
    salt: str,
    duck: duckdb.DuckDBPyConnection,
) -> Version:
    """Publish triples below `folder` as typed relations and rules, in a layout drawn by `salt`.

    A few of the triples are also in a second relation. For every other salt the foreign keys are
    found, as publishing finds them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    distinct = tuple(dict.fromkeys(triples))
    layout = LAYOUTS[drawn(f"{salt} layout", len(LAYOUTS))]
    relations: list[Relation] = []
    rules: list[TripleRule] = []
    again = [triple for triple in distinct if drawn(f"{salt} {triple} again", AGAIN) == 0]
    for number, sheet in enumerate([*layout(distinct), *long(again)]):
        relation, own = _write(sheet, graph, folder, f"t{number}", f"{salt} {number}")
        relations.append(relation)
        rules += own
    found = tuple(relations)
    if drawn(f"{salt} dependencies", 2) == 0:
        found = find_dependencies(Workspace(duck), found, rules, folder)
    return Version(
        silo=silo,
        id="1",
        folder=str(folder.resolve()),
        created="2024-01-01T00:00:00+00:00",
        graphs=(graph,),
        relations=found,
        rules=tuple(rules),
        policy="",
        sources=(),
        triples=((graph, len(distinct)),),
    )


def by_properties(triples: Sequence[Triple]) -> list[Sheet]:
    """A table for the subjects that have the same properties, as in a normalised database."""
    properties: dict[Node, set[Iri]] = defaultdict(set)
    for triple in triples:
        properties[triple.subject].add(triple.predicate)
    return _tables(
        triples,
        of_subject=lambda node: (type_of(node), *sorted(p.value for p in properties[node])),
        of_object=lambda triple: triple.predicate,
    )


def wide(triples: Sequence[Triple]) -> list[Sheet]:
    """A table for the subjects of one namespace, NULL where one lacks a property."""
    return _tables(triples, of_subject=_namespace, of_object=lambda triple: triple.predicate)


def wide_by_type(triples: Sequence[Triple]) -> list[Sheet]:
    """As `wide`, and where a property has values of several types, a column for each type."""
    return _tables(
        triples,
        of_subject=_namespace,
        of_object=lambda triple: (triple.predicate, type_of(triple.object)),
    )


def long(triples: Sequence[Triple]) -> list[Sheet]:
    """A table of subject, predicate and object for each type of object."""
    groups: dict[Key, list[Triple]] = defaultdict(list)
    for triple in triples:
        groups[type_of(triple.subject), type_of(triple.object)].append(triple)
    return [
        Sheet(
            {
                "s": [triple.subject for triple in group],
                "p": [triple.predicate for triple in group],
                "o": [triple.object for triple in group],
            },
            (("s", "p", "o"),),
            (("s", "p", "o"),),
        )
        for group in groups.values()
    ]


LAYOUTS: tuple[Callable[[Sequence[Triple]], list[Sheet]], ...] = (
    by_properties,
    wide,
    wide_by_type,
    long,
)


def _namespace(node: Node) -> Key:
    if isinstance(node, BlankNode):
        return ("bnode",)
    return ("iri", node.value[: max(node.value.rfind(sign) for sign in "/#:") + 1])


def _tables(
    triples: Sequence[Triple],
    of_subject: Callable[[Node], object],
    of_object: Callable[[Triple], object],
) -> list[Sheet]:
    """A table for each group of subjects, and one more for each property with several values."""
    groups: dict[object, dict[Node, dict[object, list[Triple]]]] = defaultdict(dict)
    for triple in triples:
        subject = groups[of_subject(triple.subject)].setdefault(triple.subject, {})
        subject.setdefault(of_object(triple), []).append(triple)
    found: list[Sheet] = []
    for subjects in groups.values():
        cells = dict.fromkeys(cell for one in subjects.values() for cell in one)
        single = [c for c in cells if all(len(one.get(c, ())) <= 1 for one in subjects.values())]
        if single:
            found.append(_table(subjects, single))
        for cell in cells:
            if cell not in single:
                found.append(_links([t for one in subjects.values() for t in one.get(cell, ())]))
    return found


def _table(subjects: dict[Node, dict[object, list[Triple]]], cells: list[object]) -> Sheet:
    """One row a subject, one column a property; subjects that have none of them are left out."""
    rows = {
        subject: {cell: values[0] for cell, values in one.items() if cell in cells}
        for subject, one in subjects.items()
    }
    rows = {subject: row for subject, row in rows.items() if row}
    columns: dict[str, Terms] = {"s": list(rows)}
    rules: list[tuple[str, Iri | str, str]] = []
    for number, cell in enumerate(cells):
        triples = [row.get(cell) for row in rows.values()]
        columns[f"c{number}"] = [None if triple is None else triple.object for triple in triples]
        predicate = next(triple.predicate for triple in triples if triple is not None)
        rules.append(("s", predicate, f"c{number}"))
    return Sheet(columns, tuple(rules), (("s",),))


def _links(triples: list[Triple]) -> Sheet:
    """One row a triple of one property."""
    columns: dict[str, Terms] = {
        "s": [triple.subject for triple in triples],
        "o": [triple.object for triple in triples],
    }
    return Sheet(columns, (("s", triples[0].predicate, "o"),), (("s", "o"),))


def _write(
    sheet: Sheet, graph: str, folder: Path, name: str, salt: str
) -> tuple[Relation, list[TripleRule]]:
    """Write a sheet, typed."""
    sheet = _careless(sheet, salt)
    encoded = {
        column: encode(column, terms, STYLES[drawn(f"{salt} {column}", len(STYLES))])
        for column, terms in sheet.columns.items()
    }
    rows = len(next(iter(sheet.columns.values())))
    columns = [pair for one in encoded.values() for pair in one.columns]
    if not columns:
        columns = [(Column("present", "BOOLEAN", nullable=False), pa.array([True] * rows))]
    file = f"{name}.parquet"
    table = pa.table({column.name: values for column, values in columns})
    pq.write_table(table, folder / file)
    keys = tuple(_physical(key, encoded) for key in sheet.keys)
    relation = Relation(
        name, file, tuple(column for column, _ in columns), tuple(filter(None, keys)), rows
    )
    rules = [
        TripleRule(
            graph,
            name,
            encoded[subject].term,
            _predicate(predicate, encoded),
            encoded[obj].term,
        )
        for subject, predicate, obj in sheet.rules
    ]
    return relation, rules


def _careless(sheet: Sheet, salt: str) -> Sheet:
    """Some sheets without keys, with each row twice or a row without its subject."""
    match drawn(f"{salt} careless", 6):
        case 0:
            return Sheet(
                {name: [*terms] * 2 for name, terms in sheet.columns.items()}, sheet.rules, ()
            )
        case 1 if any(terms[0] is not None for name, terms in sheet.columns.items() if name != "s"):
            columns = {
                name: [*terms, None if name == "s" else terms[0]]
                for name, terms in sheet.columns.items()
            }
            return Sheet(columns, sheet.rules, ())
        case _:
            return sheet


def _predicate(predicate: Iri | str, encoded: dict[str, Encoded]) -> TermMap:
    return ConstantTerm(predicate) if isinstance(predicate, Iri) else encoded[predicate].term


def _physical(key: tuple[str, ...], encoded: dict[str, Encoded]) -> tuple[str, ...]:
    """A key over columns of terms as one over the physical columns."""
    return tuple(column for one in key for column in columns_of(encoded[one].term))
