"""The receipt: what comes with every answer, and says by what right and from what it was made.

It depends on the view and on the plan (which graphs were used), never on what was withheld.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from federation.catalogue import Catalogue, CatalogueGraph
from federation.licences import (
    Combination,
    Duty,
    Licence,
    LicensedGraph,
    combine,
    licence_by_key,
)
from federation.policy import BY, DPV, Evidence, purpose_iri
from federation.view import View
from mappers.errors import DeniedError

_LABEL_WIDTH: Final = 10
_CONTEXT: Final = MappingProxyType(
    {
        "by": BY,
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "dpv": DPV,
        "odrl": "http://www.w3.org/ns/odrl/2/",
        "prov": "http://www.w3.org/ns/prov#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "id": "@id",
        "iri": "@id",
        "type": "@type",
        "Receipt": "by:Receipt",
        "caller": "by:caller",
        "purpose": MappingProxyType({"@id": "dpv:hasPurpose", "@type": "@id"}),
        "time": MappingProxyType({"@id": "dct:created", "@type": "xsd:dateTime"}),
        "graphs": "prov:wasDerivedFrom",
        "version": "dcat:version",
        "silo": "by:silo",
        "licence": "dct:license",
        "key": "dct:identifier",
        "title": "dct:title",
        "attribution": "by:attribution",
        "evidence": "by:licenceEvidence",
        "grade": "by:grade",
        "source": "dct:source",
        "statement": "by:statement",
        "date": "dct:date",
        "duties": "odrl:duty",
        "action": MappingProxyType({"@id": "odrl:action", "@type": "@id"}),
        "requiredBy": MappingProxyType({"@id": "by:requiredBy", "@type": "@id"}),
        "text": "dct:description",
        "rulesApplied": "by:ruleApplied",
        "completeness": "by:completeness",
        "missing": "by:missing",
        "queryFingerprint": "by:queryFingerprint",
    }
)
"""The JSON-LD context of a receipt (JSON-LD 1.1), written into each so that none is fetched."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether the answer is whole; if not, `missing` names the sources that gave nothing."""

    missing: tuple[str, ...] = ()

    @property
    def keyword(self) -> str:
        """`complete` or `partial`."""
        return "partial" if self.missing else "complete"


COMPLETE: Final = Completeness()


@dataclass(frozen=True, slots=True)
class ReceiptGraph:
    """A graph that the answer used. `licence` is a key of `federation.licences`."""

    iri: str
    version: str
    silo: str
    licence: str
    attribution: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer was made of, and what its receiver owes.

    `id` is an IRI, `purpose` an IRI or None, `licence` a key of `federation.licences`.
    """

    id: str
    caller: str
    purpose: str | None
    time: datetime
    graphs: tuple[ReceiptGraph, ...]
    licence: str
    duties: tuple[Duty, ...]
    rules_applied: tuple[str, ...]
    completeness: Completeness
    query_fingerprint: str

    def to_jsonld(self) -> dict[str, object]:
        """The receipt as a JSON-LD 1.1 document with its context inside, ready for `json.dumps`."""
        document: dict[str, object] = {
            "@context": _plain(_CONTEXT),
            "id": self.id,
            "type": "Receipt",
            "caller": self.caller,
            "purpose": self.purpose,
            "time": self.time.astimezone(UTC).isoformat(),
            "graphs": [_graph_json(graph) for graph in self.graphs],
            "licence": _licence_json(licence_by_key(self.licence)),
            "duties": [
                {
                    "action": duty.condition.value,
                    "text": duty.text,
                    "requiredBy": list(duty.graphs),
                }
                for duty in self.duties
            ],
            "rulesApplied": list(self.rules_applied),
            "completeness": self.completeness.keyword,
            "missing": list(self.completeness.missing),
            "queryFingerprint": self.query_fingerprint,
        }
        return document

    def to_text(self, width: int = 80) -> str:
        """The receipt in short for a terminal of at least 24 columns; no line is wider."""
        purpose = "no purpose" if self.purpose is None else self.purpose.removeprefix(DPV)
        rows = [
            ("receipt", self.id.removeprefix("urn:uuid:")),
            ("caller", f"{self.caller}, {purpose}"),
            ("time", f"{self.time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"),
            *(("graph", _graph_text(graph)) for graph in self.graphs),
            ("licence", f"{self.licence} ({licence_by_key(self.licence).title})"),
            *(("duty", duty.text) for duty in self.duties),
            *(("rule", sentence) for sentence in self.rules_applied),
            ("answer", ", missing ".join((self.completeness.keyword, *self.completeness.missing))),
        ]
        lines: list[str] = []
        previous = ""
        for label, text in rows:
            shown = "" if label == previous else label
            previous = label
            lines += textwrap.wrap(
                text,
                width=max(width, 24),
                initial_indent=f"{shown:<{_LABEL_WIDTH}}",
                subsequent_indent=" " * _LABEL_WIDTH,
                break_on_hyphens=False,
            )
        return "\n".join(lines)


def fingerprint(text: str) -> str:
    """A fingerprint of a query's normalised text, from which the text cannot be read."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def licence_of_answer(catalogue: Catalogue, view: View, graphs_used: Sequence[str]) -> Combination:
    """The lawful combination of the licences of the graphs that a plan uses.

    To be asked before the plan is run. Raises DeniedError, with the reason and the largest set of
    the graphs that could be asked together, if no licence can be put on the answer; KeyError if
    a graph is not in the view.
    """
    used = _used(catalogue, view, graphs_used)
    found = combine([LicensedGraph(graph.iri, graph.policy.licence) for graph in used])
    if found.lawful:
        return found
    named = ", ".join(f"<{iri}>" for iri in found.largest_lawful)
    raise DeniedError(
        f"The graphs that the query uses cannot lawfully be combined. {found.reason}",
        way_out=f"The largest set of them that can be asked together is {named}.",
    )


def build_receipt(
    view: View,
    graphs_used: Sequence[str],
    query_fingerprint: str,
    now: datetime,
    completeness: Completeness = COMPLETE,
    *,
    catalogue: Catalogue,
    receipt_id: str,
    considered: Sequence[str] | None = None,
) -> Receipt:
    """The receipt of an answer that used these graphs (IRIs) of the view.

    `receipt_id` is an IRI such as `urn:uuid:...`, `considered` the graphs of the query's data set
    whose masks are to be told (all of the view if None). Raises what `licence_of_answer` raises.
    """
    combination = licence_of_answer(catalogue, view, graphs_used)
    rules = [
        sentence
        for graph in view.graphs
        if considered is None or graph.iri in considered
        for sentence in graph.rules_applied
    ]
    return Receipt(
        id=receipt_id,
        caller=view.caller.name,
        purpose=None if view.purpose is None else purpose_iri(view.purpose),
        time=now,
        graphs=tuple(
            ReceiptGraph(
                iri=graph.iri,
                version=graph.version.id,
                silo=graph.silo,
                licence=licence_by_key(graph.policy.licence).key,
                attribution=graph.policy.attribution,
                evidence=graph.policy.evidence,
            )
            for graph in _used(catalogue, view, graphs_used)
        ),
        licence=combination.licence or licence_by_key(None).key,
        duties=combination.duties,
        rules_applied=tuple(dict.fromkeys(rules)),
        completeness=completeness,
        query_fingerprint=query_fingerprint,
    )


def _used(
    catalogue: Catalogue, view: View, graphs_used: Sequence[str]
) -> tuple[CatalogueGraph, ...]:
    wanted = set(graphs_used)
    readable = {(graph.iri, graph.silo) for graph in view.graphs}
    unknown = wanted - {iri for iri, _ in readable}
    if unknown:
        raise KeyError(f"not in the view: {sorted(unknown)}")
    found = [
        graph
        for graph in catalogue.graphs()
        if graph.iri in wanted and (graph.iri, graph.silo) in readable
    ]
    return tuple(sorted(found, key=lambda item: (item.iri, item.silo)))


def _plain(value: object) -> object:
    """A context as dictionaries, since JSON knows no other mappings."""
    if isinstance(value, MappingProxyType):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _graph_json(graph: ReceiptGraph) -> dict[str, object]:
    return {
        "iri": graph.iri,
        "version": graph.version,
        "silo": graph.silo,
        "licence": _licence_json(licence_by_key(graph.licence)),
        "attribution": graph.attribution,
        "evidence": [
            {
                name: value
                for name, value in (
                    ("grade", item.grade),
                    ("source", item.source),
                    ("statement", item.statement),
                    ("date", item.date),
                )
                if value is not None
            }
            for item in graph.evidence
        ],
    }


def _licence_json(licence: Licence) -> dict[str, object]:
    return {"id": licence.iri, "key": licence.key, "title": licence.title}


def _graph_text(graph: ReceiptGraph) -> str:
    grades = "".join(sorted({item.grade for item in graph.evidence if item.grade}))
    licence = f"{graph.licence} [{grades}]" if grades else graph.licence
    credit = f": {graph.attribution}" if graph.attribution else ""
    return f"{graph.silo} {licence}, version {graph.version}{credit}"
