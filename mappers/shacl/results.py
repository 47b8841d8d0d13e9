"""What the gate found: causes, each with its results, and the focus nodes of each shape."""

from __future__ import annotations

from dataclasses import dataclass

from mappers.rdf import Term
from mappers.shacl.vocabulary import SH

SAMPLES = 3
"""Samples of a cause that a person is shown."""


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL, section 3.6.2).

    `file` and `row` (1-based data row) say where the source has it, `column` the source column;
    they are None where that is not known. `value` is None for constraints on the number of values.
    """

    focus: Term
    value: Term | None
    file: str | None = None
    row: int | None = None
    column: str | None = None

    @property
    def place(self) -> str:
        """The place in the source as a person says it; empty if it is not known."""
        parts = [self.file or ""]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column!r}")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Cause:
    """All results of one shape, path, component and severity.

    `shape` is the label of the shape with the target, `source` that of the shape with the
    constraint; `path` is as in SPARQL, empty for a node shape; `component` and `severity` are IRIs;
    `count` counts all results, of which `results` are the first; `engine` is "SQL" or "pySHACL".
    """

    shape: str
    source: str
    path: str
    component: str
    severity: str
    sentence: str
    count: int
    results: tuple[Result, ...]
    engine: str

    @property
    def samples(self) -> tuple[Result, ...]:
        """Up to three results."""
        return self.results[:SAMPLES]

    @property
    def blocks(self) -> bool:
        """Whether these results keep the data from being published: not if Warning or Info."""
        return self.severity not in (SH + "Warning", SH + "Info")


@dataclass(frozen=True, slots=True)
class Checked:
    """A shape with a target: its label and name, and how many distinct nodes it was checked on."""

    shape: str
    name: str
    nodes: int


@dataclass(frozen=True, slots=True)
class Fallback:
    """A part of a shape that ran in pySHACL, why, and over how many triples."""

    shape: str
    parameter: str
    reason: str
    triples: int


@dataclass(frozen=True, slots=True)
class Engines:
    """How many constraints were decided by the mapping alone, by SQL, and by pySHACL."""

    mapping: int
    sql: int
    fallback: int
