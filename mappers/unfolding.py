"""Unfolding: which rows of which relations match a triple pattern (OBDA unfolding, e.g. Ontop's).

A pattern's place is a term or None (a variable). A rule that cannot give a matching triple is
pruned by its predicate, class, template or datatype; a constant is matched through the inverse
template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mappers.canonical import canonical_literal
from mappers.published import (
    NATIVE_TYPES,
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Slot,
    TemplateTerm,
    TermMap,
    TripleRule,
)
from mappers.rdf import BlankNode, Iri, Literal, Term

_SAFE_TEXT = r"[^\x00-$&-,/:-@\[-^`{|}\x7f]"
"""A character that a percent-encoded slot may hold (RFC 3987 iunreserved, and `%`)."""


@dataclass(frozen=True, slots=True)
class ColumnIs:
    """A VARCHAR column equals a text."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class TextIs:
    """Constant text and columns, joined, equal a text (an inverse template with several
    readings)."""

    parts: tuple[str | Slot, ...]
    text: str


@dataclass(frozen=True, slots=True)
class ValueIs:
    """A native or lexical column equals the value of a literal (given in canonical form)."""

    column: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class TermIs:
    """A general column is a term."""

    column: str
    term: Term


@dataclass(frozen=True, slots=True)
class TermIsNot:
    """A general or template-made predicate is none of these IRIs (a mask)."""

    term: TermMap
    iris: frozenset[str]


Condition = ColumnIs | TextIs | ValueIs | TermIs | TermIsNot


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that may give matching triples, under conditions on its relation's rows."""

    rule: TripleRule
    conditions: tuple[Condition, ...]


def match_rule(
    rule: TripleRule,
    subject: Term | None,
    predicate: Term | None,
    obj: Term | None,
    masked_predicates: frozenset[str] = frozenset(),
) -> Match | None:
    """The match of a rule with a pattern (None in a place is a variable), or None if there
    is none."""
    conditions: list[Condition] = []
    for term_map, term in (
        (rule.predicate, predicate),
        (rule.subject, subject),
        (rule.object, obj),
    ):
        if term is None:
            continue
        found = match_term(term_map, term)
        if found is None:
            return None
        conditions.extend(found)
    if masked_predicates and not isinstance(rule.predicate, ConstantTerm):
        conditions.append(TermIsNot(rule.predicate, masked_predicates))
    return Match(rule, tuple(conditions))


def match_term(term_map: TermMap, term: Term) -> tuple[Condition, ...] | None:
    """The conditions under which a term map gives a term; None if it never does."""
    match term_map:
        case ConstantTerm(term=constant):
            return () if constant == term else None
        case GeneralTerm(column=column):
            return (TermIs(column, term),)
        case ColumnTerm(column=column, datatype=datatype, language=language):
            if not isinstance(term, Literal):
                return None
            if (term.datatype, term.language) != (datatype, language):
                return None
            canonical = canonical_literal(term) if datatype in NATIVE_TYPES else term
            return None if canonical is None else (ValueIs(column, canonical),)
        case TemplateTerm(kind=kind):
            if isinstance(term, Iri) and kind == "iri":
                return invert_template(term_map, term.value)
            if isinstance(term, BlankNode) and kind == "bnode":
                return invert_template(term_map, term.label)
            return None


def invert_template(template: TemplateTerm, text: str) -> tuple[Condition, ...] | None:
    """The conditions under which a template gives a text; None if it never does."""
    found = template_regex(template.parts).fullmatch(text)
    if found is None:
        return None
    if not is_injective(template):
        return (TextIs(template.parts, text),)
    slots = [part for part in template.parts if isinstance(part, Slot)]
    return tuple(
        ColumnIs(slot.column, value) for slot, value in zip(slots, found.groups(), strict=True)
    )


@lru_cache(maxsize=4096)
def template_regex(parts: tuple[str | Slot, ...]) -> re.Pattern[str]:
    """A regular expression with a group for each slot, matching all that a template can give."""
    pattern = "".join(
        re.escape(part) if isinstance(part, str) else f"({_SAFE_TEXT}*)" if part.encoded else "(.*)"
        for part in parts
    )
    return re.compile(pattern, re.DOTALL)


@lru_cache(maxsize=4096)
def is_injective(template: TemplateTerm) -> bool:
    """Whether different values in the slots always give different text.

    One slot always does; several do if all are encoded and each pair is parted by text that holds a
    character no encoded value can hold.
    """
    slots = [part for part in template.parts if isinstance(part, Slot)]
    if len(slots) <= 1:
        return True
    if not all(slot.encoded for slot in slots):
        return False
    previous_was_slot = False
    seen_slot = False
    for part in template.parts:
        if isinstance(part, Slot):
            if previous_was_slot:
                return False
            previous_was_slot = seen_slot = True
        else:
            if seen_slot and part is not template.parts[-1] and not separates(part):
                return False
            previous_was_slot = False
    return True


Shape = tuple[object, ...]
"""A template without its columns: two of one shape make equal terms of equal columns alone."""


def template_shape(term: TermMap) -> Shape | None:
    """The shape of a template; None for what is no template of columns that can be compared."""
    if not isinstance(term, TemplateTerm) or not is_injective(term):
        return None
    slots = [part for part in term.parts if isinstance(part, Slot)]
    if not slots or not all(slot.encoded for slot in slots):
        return None
    return (term.kind, *(part if isinstance(part, str) else None for part in term.parts))


def separates(separator: str) -> bool:
    """Whether text between two encoded slots holds a character that neither slot can hold."""
    return any(re.fullmatch(_SAFE_TEXT, character) is None for character in separator)


def may_be_equal(left: TermMap, right: TermMap) -> bool:
    """Whether two term maps can give the same term; False only where that is proven impossible."""
    if isinstance(left, TemplateTerm) and isinstance(right, TemplateTerm):
        return (
            left.kind == right.kind
            and (left.start.startswith(right.start) or right.start.startswith(left.start))
            and templates_may_be_equal(left.parts, right.parts)
        )
    if isinstance(left, GeneralTerm) or isinstance(right, GeneralTerm):
        return True
    if isinstance(left, ConstantTerm):
        return match_term(right, left.term) is not None
    if isinstance(right, ConstantTerm):
        return match_term(left, right.term) is not None
    if isinstance(left, ColumnTerm) and isinstance(right, ColumnTerm):
        return (left.datatype, left.language) == (right.datatype, right.language)
    return False


@lru_cache(maxsize=65536)
def templates_may_be_equal(left: tuple[str | Slot, ...], right: tuple[str | Slot, ...]) -> bool:
    """Whether two templates can give the same text.

    Constant text is compared from both ends; where all slots are encoded, segment by segment
    between the `/` that no encoded value can hold.
    """
    all_parts = left + right
    if all(isinstance(part, str) or part.encoded for part in all_parts):
        left_segments, right_segments = _segments(left), _segments(right)
        if len(left_segments) != len(right_segments):
            return False
        return all(
            _segment_may_be_equal(one, other)
            for one, other in zip(left_segments, right_segments, strict=True)
        )
    return _ends_agree(left, right)


def _segments(parts: tuple[str | Slot, ...]) -> list[tuple[str | Slot, ...]]:
    """A template cut at each `/` of its constant text."""
    segments: list[list[str | Slot]] = [[]]
    for part in parts:
        if isinstance(part, Slot):
            segments[-1].append(part)
            continue
        first, *rest = part.split("/")
        if first:
            segments[-1].append(first)
        for piece in rest:
            segments.append([piece] if piece else [])
    return [tuple(segment) for segment in segments]


def _segment_may_be_equal(left: tuple[str | Slot, ...], right: tuple[str | Slot, ...]) -> bool:
    if all(isinstance(part, str) for part in left):
        return template_regex(right).fullmatch("".join(map(str, left))) is not None
    if all(isinstance(part, str) for part in right):
        return template_regex(left).fullmatch("".join(map(str, right))) is not None
    return _ends_agree(left, right)


def _ends_agree(left: tuple[str | Slot, ...], right: tuple[str | Slot, ...]) -> bool:
    def agree(one: str | Slot, other: str | Slot, from_end: bool) -> bool:
        if isinstance(one, Slot) or isinstance(other, Slot):
            return True
        if from_end:
            return one.endswith(other) or other.endswith(one)
        return one.startswith(other) or other.startswith(one)

    if not left or not right:
        return True
    return agree(left[0], right[0], False) and agree(left[-1], right[-1], True)
