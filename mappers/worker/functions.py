"""Functions that DuckDB lacks, as Python over Arrow columns: NULL in, NULL out.

They are slower than SQL by a factor of twenty or so, and are called only where there is no other
way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL

from mappers.iris import iri_of
from mappers.xpath_regex import InvalidPatternError, replacement, translate


def _pattern(pattern: str, flags: str) -> str | None:
    try:
        return translate(pattern, flags).text
    except InvalidPatternError:
        return None


def _replacement(text: str, pattern: str, flags: str) -> str | None:
    try:
        return replacement(text, translate(pattern, flags).groups, flags)
    except InvalidPatternError:
        return None


def _texts(function: Callable[..., str | None], *columns: pa.Array) -> pa.Array:
    """The function of each row; NULL where an argument is."""
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array((None if None in row else function(*row) for row in rows), pa.string())


def sha384_hex(texts: pa.Array) -> pa.Array:
    """SHA-384 of UTF-8 texts in hexadecimal (FIPS 180-4)."""
    return _texts(lambda text: hashlib.sha384(text.encode()).hexdigest(), texts)


def sha512_hex(texts: pa.Array) -> pa.Array:
    """SHA-512 of UTF-8 texts in hexadecimal (FIPS 180-4)."""
    return _texts(lambda text: hashlib.sha512(text.encode()).hexdigest(), texts)


def resolved_iri(texts: pa.Array, bases: pa.Array) -> pa.Array:
    """Texts as IRIs against a base (RFC 3986, section 5.2), NULL for what is none."""
    return _texts(iri_of, texts, bases)


def xpath_pattern(patterns: pa.Array, flags: pa.Array) -> pa.Array:
    """XPath's regular expressions in RE2's words, NULL for what is none.

    Raises BeyondRe2Error for one that RE2 cannot run, which ends the query.
    """
    return _texts(_pattern, patterns, flags)


def xpath_replacement(texts: pa.Array, patterns: pa.Array, flags: pa.Array) -> pa.Array:
    """XPath's replacements for such patterns in RE2's words, NULL for what is none."""
    return _texts(_replacement, texts, patterns, flags)


_FUNCTIONS: Final[tuple[tuple[Callable[..., pa.Array], int], ...]] = (
    (sha384_hex, 1),
    (sha512_hex, 1),
    (resolved_iri, 2),
    (xpath_pattern, 2),
    (xpath_replacement, 3),
)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the functions known to a connection, each by its name."""
    for function, arity in _FUNCTIONS:
        connection.create_function(
            function.__name__,
            function,
            ["VARCHAR"] * arity,
            "VARCHAR",
            type=ARROW,
            null_handling=SPECIAL,
        )
