"""Bounds on the size and depth of a query, checked before it is parsed.

A parser by recursive descent, and every walk over the algebra after it, goes as deep as the text
makes it. The scan here looks at the tokens in one loop, so that no text can exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from federation.syntax.source import Source
from mappers.errors import Location, QueryTooComplexError
from mappers.limits import Limits

__all__ = ["Limits", "check_text", "check_tokens"]


STRUCTURAL: Final = frozenset(
    ("UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "SERVICE", "VALUES", "AS", "SELECT")
)
"""Keywords that each add at most one level to the algebra of the group they stand in."""

CHAINED: Final = frozenset(("||", "&&", "+", "-", "SIGNED", "*", "/", "|"))
"""Operators that make a left-deep tree when chained."""

SEPARATORS: Final = frozenset((".", ";", ","))
"""Where a chain of operators ends."""

OPENING: Final = frozenset("([{")
CLOSING: Final = frozenset(")]}")


def check_text(text: str, limits: Limits) -> None:
    """Raise QueryTooComplexError if the text is longer than `limits.text_bytes`.

    A lone surrogate counts as three bytes; the lexer refuses it later, with its place.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.text_bytes:
        raise QueryTooComplexError(
            f"The query is {size:,} bytes long; the limit on the length of the text is "
            f"{limits.text_bytes:,} bytes."
        )


def check_tokens(
    kinds: Sequence[str], starts: Sequence[int], source: Source, limits: Limits
) -> None:
    """Raise QueryTooComplexError if brackets or chained operators pass a limit."""
    counts: dict[str, int] = {}
    # One entry per open bracket: operators that stack in it, the longest chain, the running chain,
    # and the deepest bracket closed inside it.
    level = [0, 0, 0, 0]
    stack: list[list[int]] = []
    for index, kind in enumerate(kinds):
        if kind in OPENING:
            stack.append(level)
            if len(stack) > limits.nesting:
                raise _too_complex(
                    f"Brackets are nested more than {limits.nesting} deep, "
                    "which is the limit on nesting.",
                    source.location(starts[index]),
                )
            # After UNION, OPTIONAL and the like the keyword has been counted already.
            level[0] += kind == "{" and kinds[index - 1] not in STRUCTURAL
            level = [0, 0, 0, 0]
        elif kind in CLOSING:
            if stack:
                closed = _depth(level)
                level = stack.pop()
                level[3] = max(level[3], closed)
        elif kind in STRUCTURAL:
            level[0] += 1
            _count(kind, counts, limits, source, starts[index])
        elif kind in CHAINED:
            level[2] += 1
            level[1] = max(level[1], level[2])
            _count("+" if kind == "SIGNED" else kind, counts, limits, source, starts[index])
        elif kind in SEPARATORS:
            level[2] = 0
    while stack:
        closed = _depth(level)
        level = stack.pop()
        level[3] = max(level[3], closed)
    if _depth(level) > limits.tree_depth:
        raise _too_complex(
            f"The query's nesting and chained operators together make an expression more than "
            f"{limits.tree_depth} deep, which is the limit on depth.",
            source.location(0),
        )


def _depth(level: list[int]) -> int:
    return 1 + level[0] + level[1] + level[3]


def _count(
    operator: str, counts: dict[str, int], limits: Limits, source: Source, start: int
) -> None:
    count = counts.get(operator, 0) + 1
    counts[operator] = count
    if count > limits.operators:
        raise _too_complex(
            f"{operator} occurs more than {limits.operators} times, "
            "which is the limit on one operator.",
            source.location(start),
        )


def _too_complex(message: str, location: Location) -> QueryTooComplexError:
    return QueryTooComplexError(message, location=location)
