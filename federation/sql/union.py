"""Unions as SQL (SPARQL 1.1 section 18.5): branches brought to one encoding a variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from federation.planning.plan import Scan
from federation.relational.convert import common_encoding
from federation.relational.encoding import WHOLE_IRI, Encoding, IriTemplate, SqlTerm
from federation.sql.relation import Aliases, Rel, converted, from_, of_table, select, source
from federation.sql.scan import scan_select, scan_terms

Terms = Mapping[str, SqlTerm]


def union(branches: Sequence[Rel | Scan], aliases: Aliases, *, distinct: bool) -> Rel:
    """The bag union of branches, or the set of all solutions.

    A scan gives the common encodings itself, without a SELECT around it.
    """
    terms = [scan_terms(one) if isinstance(one, Scan) else one.terms for one in branches]
    shape = _shape(terms)
    encodings = {name: term.encoding for name, term in shape.items()}
    parts: list[exp.Query] = []
    for branch, own in zip(branches, terms, strict=True):
        if isinstance(branch, Scan):
            parts.append(scan_select(branch, converted(own, encodings)).query)
        else:
            alias = aliases.new()
            query, _ = select(converted(of_table(branch, alias), encodings))
            parts.append(from_(query, [source(branch, alias)]))
    return _combined(parts, shape, aliases, distinct=distinct)


def _shape(terms: Sequence[Terms]) -> dict[str, SqlTerm]:
    """For each variable the common encoding, with placeholders as columns, and if NULL occurs."""
    found: dict[str, SqlTerm] = {}
    for name in dict.fromkeys(name for one in terms for name in one):
        present = [one[name] for one in terms if name in one]
        encoding = common_encoding([term.encoding for term in present])
        missing = len(present) < len(terms)
        if isinstance(encoding, IriTemplate) and missing:
            encoding = WHOLE_IRI
        nullable = missing or any(term.nullable for term in present)
        found[name] = SqlTerm(encoding, _placeholders(encoding), nullable)
    return found


def _combined(parts: list[exp.Query], shape: Terms, aliases: Aliases, *, distinct: bool) -> Rel:
    combined = Rel(union_all(parts), shape)
    alias = aliases.new()
    query, outputs = select(of_table(combined, alias))
    from_(query, [source(combined, alias)])
    if distinct:
        query.set("distinct", exp.Distinct())
        if not any(term.columns for term in outputs.values()):
            query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    return Rel(query, outputs)


def _placeholders(encoding: Encoding) -> tuple[exp.Expression, ...]:
    size = sum(part is None for part in encoding.parts) if isinstance(encoding, IriTemplate) else 1
    return tuple(exp.null() for _ in range(size))


def union_all(parts: list[exp.Query]) -> exp.Query:
    """UNION ALL as a balanced tree, so that hundreds of branches do not nest hundreds deep."""
    while len(parts) > 1:
        parts = [
            exp.Union(this=parts[i], expression=parts[i + 1], distinct=False)
            if i + 1 < len(parts)
            else parts[i]
            for i in range(0, len(parts), 2)
        ]
    return parts[0]
