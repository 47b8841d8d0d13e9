"""Regular expressions: REGEX and REPLACE (SPARQL 1.1 sections 17.4.3.14 and 17.4.3.15).

XPath's regular expressions are written in RE2's words (`mappers.xpath_regex`), which runs them in
linear time: here if the pattern is a constant, else row by row. A pattern that is none is an error.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.scope import Scope, boolean
from federation.operators.strings import like, string_text
from federation.operators.terms import ERROR, simple_string
from federation.relational.convert import text
from federation.relational.encoding import SqlTerm
from federation.unsupported import Unsupported
from mappers.errors import QueryUnsupportedError
from mappers.xpath_regex import (
    BackReferenceError,
    BeyondRe2Error,
    InvalidPatternError,
    replacement,
    translate,
)


def _constant(value: exp.Expression) -> str | None:
    return str(value.this) if isinstance(value, exp.Literal) and value.is_string else None


def _flags(flags: list[SqlTerm]) -> exp.Expression:
    return simple_string(flags[0]) if flags else text("")


def _pattern(pattern: exp.Expression, flags: exp.Expression, scope: Scope) -> exp.Expression:
    """The pattern as RE2 with its flags inside; NULL if it is none."""
    source, letters = _constant(pattern), _constant(flags)
    if source is None or letters is None:
        return scope.keep(sql("xpath_pattern(:p, :f)", p=pattern, f=flags))
    try:
        return text(translate(source, letters).text)
    except InvalidPatternError:
        return ERROR
    except BackReferenceError as found:
        raise QueryUnsupportedError(
            "A back-reference in a regular expression cannot be evaluated in bounded time.",
            way_out="Compare the parts with STRBEFORE, STRAFTER or SUBSTR.",
        ) from found
    except BeyondRe2Error as found:
        raise Unsupported(f"a regular expression with {found}") from found


def _regex(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    value, pattern, *flags = arguments
    found = _pattern(simple_string(pattern), _flags(flags), scope)
    return boolean(sql("regexp_matches(:v, :p)", v=string_text(value), p=found))


def _replace(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """All matches; `$1` is a group and `\\$` a dollar sign. A pattern that matches '' is an
    error."""
    value, pattern_term, replaced_by, *rest = arguments
    pattern, flags = simple_string(pattern_term), _flags(rest)
    found = _pattern(pattern, flags, scope)
    made = _replacement(simple_string(replaced_by), pattern, flags)
    return like(
        value,
        sql(
            "CASE WHEN NOT regexp_matches('', :p) THEN regexp_replace(:v, :p, :r, 'g') END",
            v=string_text(value),
            p=found,
            r=made,
        ),
    )


def _replacement(
    wanted: exp.Expression, pattern: exp.Expression, flags: exp.Expression
) -> exp.Expression:
    """XPath's replacement in RE2's words; NULL if it is none."""
    source, letters, new = _constant(pattern), _constant(flags), _constant(wanted)
    if source is None or letters is None or new is None:
        return sql("xpath_replacement(:r, :p, :f)", r=wanted, p=pattern, f=flags)
    try:
        return text(replacement(new, translate(source, letters).groups, letters))
    except InvalidPatternError:
        return ERROR
    except BeyondRe2Error as found:
        raise Unsupported(f"a regular expression with {found}") from found


FUNCTIONS: Final = {"REGEX": _regex, "REPLACE": _replace}
