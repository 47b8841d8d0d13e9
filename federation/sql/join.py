"""Joins and unions as SQL (SPARQL 1.1 section 18.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sqlglot import exp

from federation.operators import Lets
from federation.relational.convert import all_of, any_of, common_encoding, convert, is_bound
from federation.relational.encoding import Encoding, General, IriTemplate, SqlTerm
from federation.relational.identity import compatible, may_be_same, same_term
from federation.relational.nodes import bare, column, paren
from federation.sql.relation import (
    Aliases,
    Rel,
    column_name,
    converted,
    from_,
    named,
    no_rows,
    of_table,
    one_row,
    select,
    source,
    where,
)
from federation.sql.shared import share, with_shared
from federation.sql.union import union
from mappers.published import WKB_SUFFIX

_MOST_SPLIT = 2
"""Doubtful variables up to which a join is split by boundness (each may give four parts)."""

Condition = Callable[[Mapping[str, SqlTerm], Lets], exp.Expression]


@dataclass(frozen=True, slots=True)
class OpenJoin:
    """A join that is not yet a SELECT: its sources, its terms over their aliases, its conditions.

    What comes on top (a filter) can add conditions, and values computed in a single source.
    """

    items: tuple[tuple[Rel, str], ...]
    terms: Mapping[str, SqlTerm]
    conditions: tuple[exp.Expression, ...]

    def lets(self) -> Lets:
        """A place for intermediate values in each of the sources."""
        lets = Lets()
        for rel, alias in self.items:
            lets.host(alias, rel.shapes)
        return lets

    def select(
        self,
        terms: Mapping[str, SqlTerm],
        lets: Lets | None = None,
        extra: Sequence[exp.Expression] = (),
    ) -> Rel:
        """The SELECT of some terms over the sources, under the conditions and some more."""
        query, outputs = select(terms)
        stored = (lets or self.lets()).shapes
        shapes: dict[str, str] = {}
        for variable, term in terms.items() if stored else ():
            if len(term.columns) == 1 and term.columns[0] in stored:
                name = column_name(variable, 0)
                shapes[name] = name + WKB_SUFFIX
                query.append("expressions", named(stored[term.columns[0]], shapes[name]))
        sources = [source(rel, alias) for rel, alias in self.items]
        if lets is not None:
            sources = [lets.source(item) for item in sources]
        from_(query, sources)
        return Rel(where(query, [*self.conditions, *extra]), outputs, shapes)


def inner_join(rels: Sequence[Rel], aliases: Aliases) -> Rel:
    """The join of solutions on all shared variables, as one SELECT."""
    if len(rels) == 1:
        return rels[0]
    joined = open_join(rels, aliases)
    return joined.select(joined.terms)


def open_join(rels: Sequence[Rel], aliases: Aliases) -> OpenJoin:
    """The join of solutions on all shared variables.

    Relations that share only variables that are always bound are joined in one SELECT. One that
    shares a variable which may be unbound is joined to the rest by itself, split by boundness.
    """
    if not rels:
        return single(one_row(), aliases)
    ordered = _connected_first(rels)
    certain: list[Rel] = [ordered[0]]
    later: list[Rel] = []
    for rel in ordered[1:]:
        if any(_shares_nullable(rel, one) for one in certain):
            later.append(rel)
        else:
            certain.append(rel)
    joined = _join_bound(certain, aliases)
    if not later:
        return joined
    closed = joined.select(joined.terms)
    for rel in later:
        closed = _join_split(closed, rel, aliases)
    return single(closed, aliases)


def single(rel: Rel, aliases: Aliases) -> OpenJoin:
    """One relation as the only source."""
    alias = aliases.new()
    return OpenJoin(((rel, alias),), of_table(rel, alias), ())


def _connected_first(rels: Sequence[Rel]) -> list[Rel]:
    """Relations with fewer unbound variables first, so that bound values are found early."""
    return sorted(rels, key=lambda rel: sum(term.nullable for term in rel.terms.values()))


def _shares_nullable(left: Rel, right: Rel) -> bool:
    return any(
        left.terms[name].nullable or right.terms[name].nullable
        for name in left.terms.keys() & right.terms.keys()
    )


def _join_bound(rels: Sequence[Rel], aliases: Aliases) -> OpenJoin:
    """Equalities as conditions; every shared variable is always bound."""
    found: dict[str, SqlTerm] = {}
    conditions: list[exp.Expression] = []
    items: list[tuple[Rel, str]] = []
    for rel in rels:
        alias = aliases.new()
        items.append((rel, alias))
        for name, term in of_table(rel, alias).items():
            if name in found:
                if not may_be_same(found[name].encoding, term.encoding):
                    return single(_empty_like(rels), aliases)
                conditions.append(same_term(found[name], term))
                found[name] = _narrower(found[name], term)
            else:
                found[name] = term
    return OpenJoin(tuple(items), found, tuple(conditions))


def _narrower(left: SqlTerm, right: SqlTerm) -> SqlTerm:
    """Of two equal terms, the one whose encoding says more."""
    for term in (left, right):
        if isinstance(term.encoding, IriTemplate) and not term.columns:
            return term
    rank = [_generality(term.encoding) for term in (left, right)]
    return left if rank[0] <= rank[1] else right


def _generality(encoding: Encoding) -> int:
    match encoding:
        case General():
            return 2
        case IriTemplate(parts=(None,)):
            return 1
        case _:
            return 0


def _empty_like(rels: Sequence[Rel]) -> Rel:
    """No solution, with the variables of some relations."""
    terms: dict[str, SqlTerm] = {}
    for rel in rels:
        terms.update(rel.terms)
    encodings = {name: term.encoding for name, term in terms.items() if term.columns}
    query, outputs = select(converted({}, encodings))
    return Rel(where(query, [exp.false()]), outputs) if encodings else no_rows()


def _join_split(left: Rel, right: Rel, aliases: Aliases) -> Rel:
    """A join on variables that may be unbound, as a union by which of them are bound.

    Each part is an equality join; an OR of IS NULL would compare every pair.
    """
    doubtful = [
        name
        for name in left.terms
        if name in right.terms and (left.terms[name].nullable or right.terms[name].nullable)
    ]
    if len(doubtful) > _MOST_SPLIT:
        return _join_compatible(left, right, aliases)
    patterns = _boundness(left, right, doubtful)
    left, first = share(left, aliases)
    right, second = share(right, aliases)
    parts = [_join_part(left, right, doubtful, pattern, aliases) for pattern in patterns]
    return with_shared(union(parts, aliases, distinct=False), first + second)


def _join_compatible(left: Rel, right: Rel, aliases: Aliases) -> Rel:
    """A join on many doubtful variables, by comparing pairs; a union would have too many parts."""
    one, other = aliases.new(), aliases.new()
    left_terms, right_terms = of_table(left, one), of_table(right, other)
    merged = {**right_terms, **left_terms}
    conditions = []
    for name in left_terms.keys() & right_terms.keys():
        conditions.append(compatible(left_terms[name], right_terms[name]))
        if left_terms[name].nullable:
            merged[name] = coalesce(left_terms[name], right_terms[name])
    query, outputs = select(merged)
    items = [source(left, one), source(right, other)]
    return Rel(where(from_(query, items), conditions), outputs)


def _boundness(left: Rel, right: Rel, doubtful: list[str]) -> list[tuple[tuple[bool, bool], ...]]:
    """All combinations of bound or not, for each doubtful variable on either side."""
    combinations: list[tuple[tuple[bool, bool], ...]] = [()]
    for name in doubtful:
        sides = [
            (one, other)
            for one in ((True, False) if left.terms[name].nullable else (True,))
            for other in ((True, False) if right.terms[name].nullable else (True,))
        ]
        combinations = [(*before, pair) for before in combinations for pair in sides]
    return combinations


def _join_part(
    left: Rel,
    right: Rel,
    doubtful: list[str],
    pattern: tuple[tuple[bool, bool], ...],
    aliases: Aliases,
) -> Rel:
    one, other = aliases.new(), aliases.new()
    left_terms, right_terms = of_table(left, one), of_table(right, other)
    bound = dict(zip(doubtful, pattern, strict=True))
    conditions: list[exp.Expression] = []
    merged = {**right_terms, **left_terms}
    for name in left_terms.keys() & right_terms.keys():
        left_bound, right_bound = bound.get(name, (True, True))
        for term, is_set in ((left_terms[name], left_bound), (right_terms[name], right_bound)):
            if term.nullable:
                state = is_bound(term)
                conditions.append(state if is_set else exp.Not(this=paren(state)))
        if left_bound and right_bound:
            conditions.append(same_term(left_terms[name], right_terms[name]))
        if not left_bound:
            merged[name] = right_terms[name]
        if left_bound or right_bound:
            merged[name] = SqlTerm(merged[name].encoding, merged[name].columns, False)
    ordered = {name: merged[name] for name in (*left_terms, *right_terms)}
    query, outputs = select(ordered)
    items = [source(left, one), source(right, other)]
    return Rel(where(from_(query, items), conditions), outputs)


def left_join(left: Rel, right: Rel, condition: Condition | None, aliases: Aliases) -> Rel:
    """OPTIONAL: solutions of the left, extended where the right is compatible and the condition
    true.

    Where only variables are shared that may be unbound on the left, its solutions are parted by
    which of them are bound, since no other equality keeps all pairs from being compared.
    """
    shared = [name for name in left.terms if name in right.terms]
    doubtful = [name for name in shared if left.terms[name].nullable]
    if not doubtful or len(doubtful) < len(shared) or len(doubtful) > _MOST_SPLIT:
        return _left_join(left, right, condition, aliases)
    left, first = share(left, aliases)
    right, second = share(right, aliases)
    parts = []
    for bound in product((True, False), repeat=len(doubtful)):
        part = _where_bound(left, dict(zip(doubtful, bound, strict=True)), aliases)
        parts.append(_left_join(part, right, condition, aliases))
    return with_shared(union(parts, aliases, distinct=False), first + second)


def _where_bound(rel: Rel, bound: Mapping[str, bool], aliases: Aliases) -> Rel:
    """The solutions in which each of some variables is bound, or is not; those that are not are
    left out.
    """
    alias = aliases.new()
    terms = of_table(rel, alias)
    conditions: list[exp.Expression] = []
    for name, is_set in bound.items():
        state = is_bound(terms[name])
        if is_set:
            conditions.append(state)
            terms[name] = SqlTerm(terms[name].encoding, terms[name].columns, False)
        else:
            conditions.append(exp.Not(this=paren(state)))
            del terms[name]
    query, outputs = select(terms)
    return Rel(where(from_(query, [source(rel, alias)]), conditions), outputs)


def _left_join(left: Rel, right: Rel, condition: Condition | None, aliases: Aliases) -> Rel:
    one, other = aliases.new(), aliases.new()
    left_terms, right_terms = of_table(left, one), of_table(right, other)
    # Marks rows that matched, since all columns of a matching row may be constants or NULL.
    mark = "matched"
    shared = [name for name in left_terms if name in right_terms]
    on = [compatible(left_terms[name], right_terms[name]) for name in shared]
    lets = Lets()
    lets.host(one)
    lets.host(other)
    if condition is not None:
        visible = {**right_terms, **left_terms}
        for name in shared:
            if left_terms[name].nullable:
                visible[name] = coalesce(left_terms[name], right_terms[name])
        on.append(condition(visible, lets))
    matched = exp.Not(this=exp.Is(this=column(mark, other), expression=exp.null()))
    merged = dict(left_terms)
    for name, term in right_terms.items():
        if name not in left_terms:
            merged[name] = _nullable(term, matched)
        elif left_terms[name].nullable:
            merged[name] = coalesce(left_terms[name], _nullable(term, matched))
    query, outputs = select(merged)
    query.set("from_", exp.From(this=lets.source(source(left, one))))
    wrapped = _with_mark(right.query, mark, aliases)
    join_condition = all_of(on) if on else exp.true()
    query.set(
        "joins",
        [exp.Join(this=lets.source(_as_source(wrapped, other)), side="LEFT", on=join_condition)],
    )
    return Rel(query, outputs)


def _with_mark(query: exp.Query, mark: str, aliases: Aliases) -> exp.Query:
    inner = aliases.new()
    outer = exp.Select(expressions=[exp.Star(), named(exp.true(), mark)])
    return from_(
        outer,
        [exp.Subquery(this=query, alias=exp.TableAlias(this=bare(inner)))],
    )


def _as_source(query: exp.Query, alias: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=bare(alias)))


def _nullable(term: SqlTerm, matched: exp.Expression) -> SqlTerm:
    """A right side's term after a left join: NULL in rows without a match."""
    if isinstance(term.encoding, IriTemplate) and not term.columns:
        whole = convert(term, IriTemplate((None,), (False,)))
        value = exp.Case(ifs=[exp.If(this=matched, true=whole.columns[0])])
        return SqlTerm(whole.encoding, (value,), True)
    return SqlTerm(term.encoding, term.columns, True)


def coalesce(left: SqlTerm, right: SqlTerm) -> SqlTerm:
    """The left term, or where it is unbound the right one."""
    encoding = common_encoding((left.encoding, right.encoding))
    one, other = convert(left, encoding), convert(right, encoding)
    columns = tuple(
        exp.Coalesce(this=a, expressions=[b])
        for a, b in zip(one.columns, other.columns, strict=True)
    )
    return SqlTerm(encoding, columns, left.nullable and right.nullable)


def anti_join(left: Rel, right: Rel, aliases: Aliases) -> Rel:
    """MINUS: left solutions without a compatible right one that shares a bound variable (18.5)."""
    shared = [name for name in left.terms if name in right.terms]
    if not shared:
        return left
    one, other = aliases.new(), aliases.new()
    left_terms, right_terms = of_table(left, one), of_table(right, other)
    conditions = [compatible(left_terms[name], right_terms[name]) for name in shared]
    certain = any(
        not left_terms[name].nullable and not right_terms[name].nullable for name in shared
    )
    if not certain:
        both = [
            all_of([is_bound(left_terms[name]), is_bound(right_terms[name])]) for name in shared
        ]
        conditions.append(paren(any_of(both)))
    inner = where(
        from_(exp.Select(expressions=[exp.Literal.number(1)]), [source(right, other)]), conditions
    )
    query, outputs = select(left_terms)
    from_(query, [source(left, one)])
    return Rel(where(query, [exp.Not(this=exp.Exists(this=inner))]), outputs)
