"""The entry of the parser."""

from __future__ import annotations

from federation.algebra import Query
from federation.syntax.forms import QueryParser
from federation.syntax.limits import Limits, check_text, check_tokens
from federation.syntax.source import read_source
from federation.syntax.tokens import tokenise


def parse_query(text: str, *, base: str | None = None, limits: Limits = Limits()) -> Query:  # noqa: B008 - frozen
    """The query that a text says (SPARQL 1.1 Query, sections 18.2 and 19).

    `base` is the absolute IRI against which relative IRIs are resolved where the text has no BASE.
    Raises QuerySyntaxError (with line and column), QueryTooComplexError (a limit is passed),
    QueryUnsupportedError (SPARQL Update and custom aggregates).
    """
    check_text(text, limits)
    source = read_source(text.removeprefix("\ufeff"))
    tokens = tokenise(source)
    check_tokens(tokens.kinds, tokens.starts, source, limits)
    return QueryParser(source, tokens, limits, base).query()
