"""Regular expressions: REGEX and REPLACE (SPARQL 1.1 sections 17.4.3.14 and 17.4.3.15).

A pattern of the query is checked before it is sent; one that RE2 cannot run (look-around, back
references, XML character classes) is left to the residual path, which refuses it in its turn if it
cannot either. RE2 runs in linear time.
"""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.scope import Scope, boolean
from federation.operators.strings import like, string_text
from federation.relational.convert import text
from federation.relational.encoding import SqlTerm
from federation.unsupported import Unsupported

_ONLY_ELSEWHERE: Final = re.compile(r"\(\?[=!<]|\\[1-9]|\\[icIC]|-\[|\\p\{Is", re.ASCII)
"""Look-around, back references, XML name classes, class subtraction, block names."""


def _constant(term: SqlTerm, what: str) -> str:
    value = string_text(term)
    if not isinstance(value, exp.Literal) or not value.is_string:
        raise Unsupported(f"a {what} of a regular expression that is not a constant")
    return str(value.this)


def _pattern(pattern: SqlTerm, flags: SqlTerm | None) -> exp.Expression:
    """The pattern as RE2 with its flags inside."""
    source = _constant(pattern, "pattern")
    letters = "" if flags is None else _constant(flags, "flag")
    if set(letters) - set("ismxq"):
        raise Unsupported(f"the regular expression flags {letters!r}")
    if "q" in letters:
        source = re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", source)
    elif "x" in letters:
        source = re.sub(r"\s+", "", source)
    if _ONLY_ELSEWHERE.search(source):
        raise Unsupported("a regular expression that RE2 cannot run")
    options = "".join(letter for letter in "ism" if letter in letters)
    return text(f"(?{options}){source}" if options else source)


def _regex(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    value, pattern, *flags = arguments
    found = _pattern(pattern, flags[0] if flags else None)
    return boolean(sql("regexp_matches(:v, :p)", v=string_text(value), p=found))


def _replace(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """All matches; `$1` is a group and `\\$` a dollar sign. A pattern that matches '' is an
    error."""
    value, pattern, replacement, *flags = arguments
    found = _pattern(pattern, flags[0] if flags else None)
    made = _replacement(_constant(replacement, "replacement"))
    return like(
        value,
        sql(
            "CASE WHEN NOT regexp_matches('', :p) THEN regexp_replace(:v, :p, :r, 'g') END",
            v=string_text(value),
            p=found,
            r=text(made),
        ),
    )


def _replacement(source: str) -> str:
    """XPath's replacement in RE2's words: `$n` is `\\n`."""
    pieces: list[str] = []
    position = 0
    for token in re.finditer(r"\\\\|\\\$|\$[0-9]", source):
        pieces.append(source[position : token.start()])
        pieces.append({"\\\\": "\\\\", "\\$": "$"}.get(token.group(), "\\" + token.group()[1:]))
        position = token.end()
    pieces.append(source[position:])
    return "".join(pieces)


FUNCTIONS: Final = {"REGEX": _regex, "REPLACE": _replace}
