"""What a serialiser needs of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal as OneOf
from typing import Protocol

from mappers.rdf import Term, Triple

Form = OneOf["select", "ask", "construct", "describe"]
Row = tuple[Term | None, ...]


class Rows(Protocol):
    """The rows of a SELECT; may be iterated more than once."""

    def __iter__(self) -> Iterator[Row]: ...

    def __len__(self) -> int: ...


class Result(Protocol):
    """An answer without its receipt (`federation.answering.Answer` is one).

    `variables` and `solutions` are for SELECT, `boolean` for ASK, `triples` for CONSTRUCT and
    DESCRIBE; what is not for the form is None (or no variables).
    """

    @property
    def form(self) -> Form: ...

    @property
    def variables(self) -> tuple[str, ...]: ...

    @property
    def solutions(self) -> Rows | None: ...

    @property
    def boolean(self) -> bool | None: ...

    @property
    def triples(self) -> tuple[Triple, ...] | None: ...


def rows_of(result: Result) -> Rows:
    """The rows of a SELECT; ValueError for another form."""
    if result.solutions is None:
        raise ValueError(f"a {result.form} answer has no rows")
    return result.solutions


def triples_of(result: Result) -> tuple[Triple, ...]:
    """The triples of a CONSTRUCT or DESCRIBE; ValueError for another form."""
    if result.triples is None:
        raise ValueError(f"a {result.form} answer has no triples")
    return result.triples


class BlankLabels:
    """Labels for the blank nodes of one document.

    Blank nodes are named anew in each document: a label inside Bygraf may be made of key
    values, which a caller need not be allowed to see.
    """

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def __call__(self, label: str) -> str:
        """The document's label for an internal one: `b0`, `b1`, ..."""
        return self._labels.setdefault(label, f"b{len(self._labels)}")
