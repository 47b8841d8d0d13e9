"""A published version made of triples as they stand: every term in general columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mappers.published import (
    GENERAL_TYPE,
    Column,
    GeneralTerm,
    Relation,
    TripleRule,
    Version,
)
from mappers.rdf import BlankNode, Iri, Literal, Term, Triple

_COLUMNS = ("s", "p", "o")


def general_arrow_type() -> pa.DataType:
    """The Arrow type of `GENERAL_TYPE`."""
    return pa.struct(
        [("k", pa.uint8()), ("lex", pa.string()), ("dt", pa.string()), ("lang", pa.string())]
    )


def general_value(term: Term) -> dict[str, object]:
    """A term as the value of a general column."""
    match term:
        case Iri(value=value):
            return {"k": 0, "lex": value, "dt": "", "lang": ""}
        case BlankNode(label=label):
            return {"k": 1, "lex": label, "dt": "", "lang": ""}
        case Literal(lexical=lexical, datatype=datatype, language=language):
            return {"k": 2, "lex": lexical, "dt": datatype, "lang": language.lower()}


def triples_version(
    triples_by_graph: Mapping[str, Iterable[Triple]], folder: Path, silo: str
) -> Version:
    """Write triples below `folder`, a relation a graph, and give the version that they are.

    Triples that are the same are written once. The folder is made if it is missing; no
    `manifest.json` is written (see `mappers.manifest.write_manifest`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    relations, rules, counts = [], [], []
    for number, (graph, triples) in enumerate(triples_by_graph.items()):
        relation = _write(f"triples-{number}", folder, dict.fromkeys(triples))
        relations.append(relation)
        rules.append(
            TripleRule(graph, relation.name, GeneralTerm("s"), GeneralTerm("p"), GeneralTerm("o"))
        )
        counts.append((graph, relation.rows))
    now = datetime.now(UTC)
    return Version(
        silo=silo,
        id=now.strftime("%Y%m%dT%H%M%S%fZ"),
        folder=str(folder.resolve()),
        created=now.isoformat(timespec="seconds"),
        graphs=tuple(triples_by_graph),
        relations=tuple(relations),
        rules=tuple(rules),
        policy="",
        sources=(),
        triples=tuple(counts),
    )


def _write(name: str, folder: Path, triples: Iterable[Triple]) -> Relation:
    rows = list(triples)
    table = pa.table(
        {
            column: pa.array([general_value(row[i]) for row in rows], type=general_arrow_type())
            for i, column in enumerate(_COLUMNS)
        }
    )
    file = f"{name}.parquet"
    pq.write_table(table, folder / file, compression="zstd")
    columns = tuple(Column(column, GENERAL_TYPE, nullable=False) for column in _COLUMNS)
    return Relation(name, file, columns, (_COLUMNS,), len(rows))
