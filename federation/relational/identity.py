"""Identity of terms as SQL (`sameTerm`, SPARQL 1.1 section 17.4.1.8), and compatibility of
solutions.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from federation.relational.convert import any_of, conjunction, iri_text, to_general
from federation.relational.encoding import Encoding, General, IriTemplate, Native, SqlTerm
from mappers.published import Slot, TemplateTerm
from mappers.unfolding import is_injective, templates_may_be_equal


@lru_cache(maxsize=4096)
def as_template(encoding: IriTemplate) -> TemplateTerm:
    """An encoding as a template over columns named by their position."""
    parts: list[str | Slot] = []
    flags = iter(encoding.encoded)
    for part in encoding.parts:
        parts.append(part if part is not None else Slot(str(len(parts)), next(flags)))
    return TemplateTerm(tuple(parts))


def has_own_columns(term: SqlTerm) -> bool:
    """Whether two terms of an IRI template are the same just where all their columns are equal."""
    return isinstance(term.encoding, IriTemplate) and is_injective(as_template(term.encoding))


def may_be_same(left: Encoding, right: Encoding) -> bool:
    """Whether terms of two encodings can be the same; False only where that is impossible."""
    match left, right:
        case (General(), _) | (_, General()):
            return True
        case IriTemplate(), IriTemplate():
            return templates_may_be_equal(as_template(left).parts, as_template(right).parts)
        case Native(), Native():
            return left == right
        case _:
            return False


def same_term(left: SqlTerm, right: SqlTerm) -> exp.Expression:
    """SQL truth of "both are the same term"; NULL if one is unbound.

    Equal templates in which different columns always give different text are compared column by
    column, which is what makes joins run on keys.
    """
    if not may_be_same(left.encoding, right.encoding):
        return exp.false()
    match left.encoding, right.encoding:
        case IriTemplate() as one, IriTemplate() as other:
            if one == other and is_injective(as_template(one)):
                return conjunction(
                    exp.EQ(this=a, expression=b)
                    for a, b in zip(left.columns, right.columns, strict=True)
                )
            return exp.EQ(this=iri_text(left), expression=iri_text(right))
        case Native(), Native():
            return exp.EQ(this=left.columns[0], expression=right.columns[0])
        case _:
            return exp.EQ(
                this=to_general(left).columns[0],
                expression=to_general(right).columns[0],
            )


def compatible(left: SqlTerm, right: SqlTerm) -> exp.Expression:
    """SQL truth of "one is unbound, or both are the same term" (section 18.1.10)."""
    unbound = [
        exp.Is(this=term.columns[0], expression=exp.null())
        for term in (left, right)
        if term.nullable
    ]
    same = same_term(left, right)
    return any_of([*unbound, same]) if unbound else same
