"""Splits of a data set over silos: which silo holds which triple, and in what kind of relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Literal as OneOf

import duckdb

from federation.view import ViewGraph
from mappers.published import Version
from mappers.rdf import BlankNode, Triple
from tests.asking import graph_of, version_graphs
from tests.conformance.mapped_data import mapped_version
from tests.conformance.rdf_silo import rdf_version

By = OneOf["triple", "predicate", "subject"]
Kind = OneOf["generic", "store", "mapped"]
Members = OneOf["generic", "mapped", "mixed"]
Triples = tuple[Triple, ...]

COPIED = 30
MIXED: tuple[Kind, ...] = ("mapped", "generic", "store")


@dataclass(frozen=True, slots=True)
class Split:
    """How many silos, which triples go together, the share that is in two silos, and the members.

    `copied` is in per cent of the triples without blank nodes. In `mixed` federations each silo
    publishes in another way.
    """

    silos: int
    by: By
    copied: int
    members: Members

    def __str__(self) -> str:
        return f"{self.silos} silos by {self.by}, {self.copied} % copied, {self.members}"


SPLITS = tuple(
    Split(silos, by, copied, members)
    for silos, by, copied, members in product(
        (2, 3), ("triple", "predicate", "subject"), (0, COPIED), ("generic", "mapped", "mixed")
    )
)


def kinds(split: Split, salt: str) -> tuple[Kind, ...]:
    """The kind of each silo; in a mixed federation they follow each other from a drawn one."""
    match split.members:
        case "generic":
            return ("generic",) * split.silos
        case "mapped":
            return ("mapped",) * split.silos
        case "mixed":
            first = draw(salt) % len(MIXED)
            return tuple(MIXED[(first + place) % len(MIXED)] for place in range(split.silos))


def draw(text: str) -> int:
    """A large number that a text always gets."""
    return int(sha256(text.encode()).hexdigest(), 16)


def divide(triples: Sequence[Triple], split: Split) -> tuple[Triples, ...]:
    """The triples of each silo; those that share blank nodes stay together, in one silo only."""
    distinct = tuple(dict.fromkeys(triples))
    units = _units(distinct)
    groups: dict[str, list[Triples]] = {}
    for unit in units:
        groups.setdefault(_key(unit, split.by), []).append(unit)
    held: list[list[Triple]] = [[] for _ in range(split.silos)]
    # in the order of a draw, so that which goes where does not follow the order of the file
    for place, key in enumerate(sorted(groups, key=lambda key: (draw(key), key))):
        held[place % split.silos] += [triple for unit in groups[key] for triple in unit]
    for triple in _chosen([unit[0] for unit in units if not _has_blank(unit[0])], split.copied):
        home = next(place for place, one in enumerate(held) if triple in one)
        held[(home + 1) % split.silos].append(triple)
    return tuple(tuple(one) for one in held)


def _chosen(triples: list[Triple], share: int) -> list[Triple]:
    """The given share of some triples, rounded up."""
    count = -(-len(triples) * share // 100)
    return sorted(triples, key=lambda triple: draw(f"copied {_text(triple)}"))[:count]


def _units(triples: Triples) -> list[Triples]:
    """The triples one by one, but those connected by blank nodes as one, in order of appearance."""
    of_label: dict[str, list[Triple]] = {}
    units: list[list[Triple]] = []
    for triple in triples:
        unit = [triple]
        for label in _labels(triple):
            known = of_label.get(label)
            if known is not None and known is not unit:
                known += [one for one in unit if one not in known]
                units = [one for one in units if one is not unit]
                for other in {name for one in unit for name in _labels(one)}:
                    of_label[other] = known
                unit = known
            of_label[label] = unit
        if not any(one is unit for one in units):
            units.append(unit)
    return [tuple(unit) for unit in units]


def _labels(triple: Triple) -> list[str]:
    return [term.label for term in triple if isinstance(term, BlankNode)]


def _has_blank(triple: Triple) -> bool:
    return bool(_labels(triple))


def _key(unit: Triples, by: By) -> str:
    match by:
        case "triple":
            return _text(unit[0])
        case "predicate":
            return unit[0].predicate.value
        case "subject":
            return str(unit[0].subject)


def _text(triple: Triple) -> str:
    return " ".join(map(str, triple))


def members(
    triples: Sequence[Triple],
    split: Split,
    folder: Path,
    salt: str,
    duck: duckdb.DuckDBPyConnection,
) -> tuple[ViewGraph, ...]:
    """The graphs of the silos of a split."""
    found: list[ViewGraph] = []
    for place, (kind, own) in enumerate(
        zip(kinds(split, salt), divide(triples, split), strict=True)
    ):
        silo = f"silo{place}"
        found += publish(kind, own, folder / silo, silo, f"{salt} {silo}", duck)
    return tuple(found)


def publish(
    kind: Kind,
    triples: Iterable[Triple],
    folder: Path,
    silo: str,
    salt: str,
    duck: duckdb.DuckDBPyConnection,
) -> tuple[ViewGraph, ...]:
    """The graph of a silo that publishes its triples in some way."""
    iri = f"urn:graph:{silo}"
    own = tuple(triples)
    match kind:
        case "generic":
            return (graph_of(iri, own, folder, silo),)
        case "store":
            version: Version = rdf_version(own, iri, folder, silo, duck)
        case "mapped":
            version = mapped_version(own, iri, folder, silo, salt, duck)
    return version_graphs(version)
