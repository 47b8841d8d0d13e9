"""The errors of Bygraf, as one tree.

BygrafError                 carries the exit status of the command line
  UsageError          (2)   wrong option, unknown silo, unknown query name
  DataError           (1)   the data, a mapping or a configuration file is at fault
    MappingError            a mapping, manifest or policy file is wrong
    SourceFormatError       a source file cannot be read as described
      MissingSourceError    a source file is not there
    GateError               the data break the silo's shapes
  QueryError          (1)   the query is at fault
    QuerySyntaxError        with line, column and what was expected
    QueryTooComplexError    which limit it passes
    QueryUnsupportedError   a form that is refused by name
    QueryTimeoutError       the time allowed has passed
    QueryCancelledError     who asked has gone, or has cancelled it
    QueryTooLargeError      rows or memory allowed have been passed
  DeniedError         (3)   the caller has no right to what was asked
  SourceFailedError   (4)   a source, member or worker failed
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: 1-based line and column of a text, or 1-based data row of a table."""

    file: str
    line: int | None = None
    column: int | None = None
    row: int | None = None
    field: str | None = None
    """The name of a column of a table."""

    def __str__(self) -> str:
        text = self.file
        if self.line is not None:
            text += f":{self.line}"
            if self.column is not None:
                text += f":{self.column}"
        if self.row is not None:
            text += f", row {self.row}"
        if self.field is not None:
            text += f", column {self.field!r}"
        return text


class BygrafError(Exception):
    """Any error that Bygraf reports to a person.

    `message` is a sentence, `location` the place it is about, `way_out` what to do.
    """

    exit_status: ClassVar[int] = 1
    problem: ClassVar[str] = "error"
    """The last part of the RFC 9457 problem type IRI."""

    def __init__(
        self, message: str, *, location: Location | None = None, way_out: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.way_out = way_out

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        help_text = f" {self.way_out}" if self.way_out else ""
        return f"{place}{self.message}{help_text}"


class UsageError(BygrafError):
    """The command, option or name given does not exist or does not fit."""

    exit_status = 2
    problem = "usage"


class DataError(BygrafError):
    """Data or configuration is at fault."""

    problem = "data"


class MappingError(DataError):
    """A mapping, manifest, shapes or policy file is wrong."""

    problem = "mapping"


class SourceFormatError(DataError):
    """A source file cannot be read as its description says."""

    problem = "source-format"


class MissingSourceError(SourceFormatError):
    """A file that a source reads is not among the city's files."""


class GateError(DataError):
    """A silo's data break its shapes, so nothing was published."""

    problem = "gate"


class QueryError(BygrafError):
    """The query is at fault."""

    problem = "query"


class QuerySyntaxError(QueryError):
    """The text is not SPARQL 1.1; `location` gives line and column, `expected` what could
    follow."""

    problem = "query-syntax"

    def __init__(
        self, message: str, *, location: Location | None = None, expected: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, location=location)
        self.expected = expected


class QueryTooComplexError(QueryError):
    """The query passes a limit of size or depth, which the message names."""

    problem = "query-too-complex"


class QueryUnsupportedError(QueryError):
    """A form of query that Bygraf refuses, by name."""

    problem = "query-unsupported"


class QueryTimeoutError(QueryError):
    """The time allowed for a query has passed."""

    problem = "query-timeout"


class QueryCancelledError(QueryError):
    """Who asked no longer waits for the answer."""

    problem = "query-cancelled"


class QueryTooLargeError(QueryError):
    """The rows or the memory allowed for a query have been passed."""

    problem = "query-too-large"


class DeniedError(BygrafError):
    """The caller has no right to what was asked."""

    exit_status = 3
    problem = "policy-denied"


class SourceFailedError(BygrafError):
    """A source, a member or a worker failed."""

    exit_status = 4
    problem = "source-failed"
