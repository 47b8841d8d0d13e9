"""Reading tokens one after the other, with errors that say what was expected."""

from __future__ import annotations

from difflib import get_close_matches

from federation.syntax.limits import Limits
from federation.syntax.source import Source
from federation.syntax.tokens import Tokens
from federation.syntax.vocabulary import KEYWORDS
from mappers.errors import Location, QuerySyntaxError, QueryTooComplexError


class Cursor:
    """A place in the tokens; the parser's layers are subclasses, one for each part of the grammar.

    `at` is the index of the token looked at. The lists are public to the layers above because an
    index is much cheaper than a call, and a parser does little else.
    """

    def __init__(self, source: Source, tokens: Tokens, limits: Limits) -> None:
        self.source = source
        self.kinds = tokens.kinds
        self.values = tokens.values
        self.starts = tokens.starts
        self.limits = limits
        self.at = 0

    def accept(self, kind: str) -> bool:
        """Step over the token if it is of this kind, and say whether it was."""
        if self.kinds[self.at] == kind:
            self.at += 1
            return True
        return False

    def expect(self, kind: str) -> None:
        """Step over a token of this kind, or raise QuerySyntaxError."""
        if self.kinds[self.at] != kind:
            raise self.unexpected(name_kind(kind))
        self.at += 1

    def unexpected(self, *expected: str) -> QuerySyntaxError:
        """The error that one of `expected` should stand where another token stands."""
        kind, value = self.kinds[self.at], self.values[self.at]
        if kind == "END":
            found = "the end of the query"
        else:
            found = "'" + (value if len(value) <= 40 else value[:37] + "...") + "'"
        message = f"Expected {_alternatives(expected)} but found {found}."
        if kind == "WORD":
            close = get_close_matches(value.upper(), KEYWORDS, n=1, cutoff=0.7)
            if close:
                message += f" Did you mean {close[0]}?"
        return QuerySyntaxError(message, location=self.location(), expected=expected)

    def wrong(self, message: str, start: int | None = None) -> QuerySyntaxError:
        """A syntax error with a message of its own, at an offset or at this token."""
        return QuerySyntaxError(message, location=self.location(start))

    def too_complex(self, message: str) -> QueryTooComplexError:
        """The error that a limit is passed at this token."""
        return QueryTooComplexError(message, location=self.location())

    def location(self, start: int | None = None) -> Location:
        """The place of an offset, or of this token."""
        return self.source.location(self.starts[self.at] if start is None else start)


def name_kind(kind: str) -> str:
    """A kind of token in words."""
    names = {
        "VAR": "a variable",
        "IRIREF": "an IRI in angle brackets",
        "END": "the end of the query",
    }
    return names.get(kind) or (kind if kind.isalpha() else f"'{kind}'")


def _alternatives(expected: tuple[str, ...]) -> str:
    if len(expected) == 1:
        return expected[0]
    return ", ".join(expected[:-1]) + " or " + expected[-1]
