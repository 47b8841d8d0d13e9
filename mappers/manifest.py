"""The `manifest.json` of a published version: a `Version` as JSON and back.

A term map is an object whose `is` names its kind; the folder is not written, so that a home can be
moved.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from mappers.errors import DataError, Location
from mappers.published import (
    Column,
    ColumnTerm,
    ConstantTerm,
    Counterpart,
    GeneralTerm,
    Origin,
    Relation,
    Slot,
    TemplateTerm,
    TermMap,
    TripleRule,
    Version,
)
from mappers.rdf import Iri, Literal

FILE: Final = "manifest.json"
_FORMAT: Final = 1

Json = dict[str, Any]


def write_manifest(version: Version) -> None:
    """Write the manifest into the version's folder, and make sure that it is on the disk."""
    with (Path(version.folder) / FILE).open("w", encoding="utf-8") as stream:
        json.dump(_version_json(version), stream, ensure_ascii=False, indent=1)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())


def read_manifest(folder: Path) -> Version:
    """The version in a folder; FileNotFoundError without a manifest, DataError if it is no such."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != _FORMAT:
            raise DataError(
                f"The manifest has format {found['format']!r}, this Bygraf reads {_FORMAT}.",
                location=Location(str(path)),
                way_out="Publish the silo again.",
            )
        return _version(found, folder)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DataError(
            "The manifest is damaged.",
            location=Location(str(path)),
            way_out="Publish the silo again.",
        ) from error


def _version_json(version: Version) -> Json:
    return {
        "format": _FORMAT,
        "silo": version.silo,
        "id": version.id,
        "created": version.created,
        "graphs": list(version.graphs),
        "relations": [_relation_json(relation) for relation in version.relations],
        "rules": [_rule_json(rule) for rule in version.rules],
        "policy": version.policy,
        "sources": [list(pair) for pair in version.sources],
        "triples": [list(pair) for pair in version.triples],
        "report": [list(pair) for pair in version.report],
    }


def _version(found: Json, folder: Path) -> Version:
    return Version(
        silo=found["silo"],
        id=found["id"],
        folder=str(folder.absolute()),
        created=found["created"],
        graphs=tuple(found["graphs"]),
        relations=tuple(_relation(item) for item in found["relations"]),
        rules=tuple(_rule(item) for item in found["rules"]),
        policy=found["policy"],
        sources=tuple((name, digest) for name, digest in found["sources"]),
        triples=tuple((graph, count) for graph, count in found["triples"]),
        report=tuple((name, text) for name, text in found["report"]),
    )


def _relation_json(relation: Relation) -> Json:
    return {
        "name": relation.name,
        "file": relation.file,
        "columns": [[c.name, c.sql_type, c.nullable] for c in relation.columns],
        "keys": [list(key) for key in relation.keys],
        "rows": relation.rows,
        "foreign_keys": [_counterpart_json(found) for found in relation.foreign_keys],
        "apart": [_counterpart_json(found) for found in relation.apart],
    }


def _relation(found: Json) -> Relation:
    return Relation(
        found["name"],
        found["file"],
        tuple(Column(name, sql_type, nullable) for name, sql_type, nullable in found["columns"]),
        tuple(tuple(key) for key in found["keys"]),
        found["rows"],
        # versions published before these were found have none
        _counterparts(found.get("foreign_keys", [])),
        _counterparts(found.get("apart", [])),
    )


def _counterpart_json(found: Counterpart) -> list[Any]:
    return [list(found.columns), found.relation, list(found.others)]


def _counterparts(found: list[Any]) -> tuple[Counterpart, ...]:
    return tuple(
        Counterpart(tuple(columns), relation, tuple(others)) for columns, relation, others in found
    )


def _rule_json(rule: TripleRule) -> Json:
    found: Json = {
        "graph": rule.graph,
        "relation": rule.relation,
        "subject": _term_json(rule.subject),
        "predicate": _term_json(rule.predicate),
        "object": _term_json(rule.object),
    }
    if rule.origin is not None:
        origin = rule.origin
        found["origin"] = [origin.file, origin.line, origin.mapping, origin.source_column]
    return found


def _rule(found: Json) -> TripleRule:
    return TripleRule(
        found["graph"],
        found["relation"],
        _term(found["subject"]),
        _term(found["predicate"]),
        _term(found["object"]),
        Origin(*found["origin"]) if "origin" in found else None,
    )


def _term_json(term: TermMap) -> Json:
    match term:
        case ConstantTerm(term=Iri(value=value)):
            return {"is": "iri", "value": value}
        case ConstantTerm(term=Literal() as literal):
            return {
                "is": "literal",
                "value": [literal.lexical, literal.datatype, literal.language],
            }
        case TemplateTerm(parts=parts, kind=kind):
            return {
                "is": "template",
                "kind": kind,
                "parts": [p if isinstance(p, str) else [p.column, p.encoded] for p in parts],
            }
        case ColumnTerm(column=column, datatype=datatype, language=language):
            return {"is": "column", "value": [column, datatype, language]}
        case GeneralTerm(column=column):
            return {"is": "general", "value": column}
        case _:
            raise TypeError(f"{term!r} is no term map")


def _term(found: Json) -> TermMap:
    match found["is"]:
        case "iri":
            return ConstantTerm(Iri(found["value"]))
        case "literal":
            return ConstantTerm(Literal(*found["value"]))
        case "template":
            parts = tuple(p if isinstance(p, str) else Slot(*p) for p in found["parts"])
            return TemplateTerm(parts, found["kind"])
        case "column":
            return ColumnTerm(*found["value"])
        case "general":
            return GeneralTerm(found["value"])
        case other:
            raise ValueError(f"unknown term map {other!r}")
