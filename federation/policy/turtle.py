"""A policy file as read: its statements by subject, and where in the text a term stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph

from federation.policy.model import BY
from federation.policy.terms import (
    ALLOWED,
    BY_TERMS,
    ODRL_TERMS,
    USUAL_PREFIXES,
    WATCHED_NAMESPACES,
)
from mappers.errors import Location, MappingError
from mappers.rdf import RDF

Node = pyoxigraph.NamedNode | pyoxigraph.BlankNode
Value = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal
_FIRST = RDF + "first"
_REST = RDF + "rest"
_NIL = RDF + "nil"


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The statements of one policy file. Its errors name the file and, if known, the line."""

    file: str
    lines: tuple[str, ...]
    prefixes: Mapping[str, str]
    statements: Mapping[Node, tuple[tuple[str, Value], ...]]

    def values(self, node: Node, predicate: str) -> tuple[Value, ...]:
        """The objects of a node's statements with that predicate IRI, in order of the file."""
        return tuple(value for name, value in self.statements.get(node, ()) if name == predicate)

    def value(self, node: Node, predicate: str, owner: str) -> Value | None:
        """The one object of a predicate, or None; `owner` names the node where there are more."""
        found = self.values(node, predicate)
        if len(found) > 1:
            raise self.error(
                f"{owner} has more than one {self.short(predicate)}.",
                predicate,
                "Leave one of them.",
            )
        return found[0] if found else None

    def items(self, value: Value) -> Iterator[Value]:
        """The value itself, or the members of the RDF list that it heads (RDF 1.1 Schema, 5.2)."""
        if isinstance(value, pyoxigraph.Literal):
            yield value
            return
        if not self.values(value, _FIRST):
            if value != pyoxigraph.NamedNode(_NIL):
                yield value
            return
        node: Value = value
        seen: set[Value] = set()
        while not isinstance(node, pyoxigraph.Literal) and node not in seen:
            seen.add(node)
            yield from self.values(node, _FIRST)
            rest = self.values(node, _REST)
            if not rest:
                return
            node = rest[0]

    def short(self, iri: str) -> str:
        """An IRI as the file would write it: with its prefix, else in angle brackets."""
        for prefix, namespace in self.prefixes.items():
            if namespace and iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return f"<{iri}>"

    def locate(self, term: str | None) -> Location:
        """The first line that has the term (an IRI or a literal's text), else just the file."""
        if term is None:
            return Location(self.file)
        forms = [self.short(term), f"<{term}>", f'"{term}"']
        tail = term.rstrip("/").rsplit("/", 1)[-1]
        if tail:
            forms.append(f"/{tail}>")
        for form in forms:
            for number, line in enumerate(self.lines, 1):
                column = line.find(form)
                if column >= 0 and not line.lstrip().startswith("#"):
                    return Location(self.file, number, column + 1)
        return Location(self.file)

    def error(
        self, message: str, term: str | None = None, way_out: str | None = None
    ) -> MappingError:
        """The error to raise about a term of the file."""
        return MappingError(message, location=self.locate(term), way_out=way_out)

    def check_place(self, node: Node, kind: str, owner: str) -> None:
        """Refuse a term of by: or odrl: that does not belong on a node of this kind."""
        for predicate, _ in self.statements.get(node, ()):
            if predicate.startswith(WATCHED_NAMESPACES) and predicate not in ALLOWED[kind]:
                allowed = sorted(
                    self.short(name)
                    for name in ALLOWED[kind]
                    if name.startswith(WATCHED_NAMESPACES)
                )
                raise self.error(
                    f"{self.short(predicate)} is not understood on a {kind} ({owner}), so it would "
                    "have no effect.",
                    predicate,
                    f"A {kind} takes {', '.join(allowed)}.",
                )


def read_policy_text(text: str, base: str, file: str) -> PolicyText:
    """Parse Turtle (RDF 1.1 Turtle) and check its vocabulary; relative IRIs are resolved on `base`.

    Raises MappingError for a syntax error or an unknown term of by: or odrl:. Reads nothing else.
    """
    statements: dict[Node, tuple[tuple[str, Value], ...]] = {}
    try:
        parser = pyoxigraph.parse(
            text.encode(), pyoxigraph.RdfFormat.TURTLE, base_iri=base, without_named_graphs=True
        )
        for quad in parser:
            subject, value = quad.subject, quad.object
            if isinstance(subject, pyoxigraph.Triple) or isinstance(value, pyoxigraph.Triple):
                raise MappingError(
                    "A policy has no triple terms.",
                    location=Location(file),
                    way_out="Write plain RDF 1.1 Turtle.",
                )
            known = statements.get(subject, ())
            statements[subject] = (*known, (quad.predicate.value, value))
    except SyntaxError as error:
        raise MappingError(
            f"This is not Turtle: {error.msg}.",
            location=Location(file, error.lineno, error.offset),
            way_out="Correct the policy file.",
        ) from error
    except ValueError as error:
        raise MappingError(
            f"The base IRI {base!r} of the policy is not valid: {error}.", location=Location(file)
        ) from error
    found = PolicyText(file, tuple(text.splitlines()), dict(parser.prefixes), statements)
    _check_prefixes(found)
    _check_vocabulary(found)
    return found


def _check_prefixes(text: PolicyText) -> None:
    """A prefix bound to another namespace would make every term below it go unheeded."""
    for prefix, namespace in USUAL_PREFIXES.items():
        bound = text.prefixes.get(prefix, namespace)
        if bound != namespace:
            raise text.error(
                f"The prefix {prefix}: stands for <{bound}>, where a policy needs <{namespace}>.",
                bound,
                "Correct the @prefix line.",
            )


_NAMES_OTHERS: Final = frozenset((BY + "method", BY + "property"))
"""Predicates whose values are no terms of a policy."""


def _check_vocabulary(text: PolicyText) -> None:
    known = BY_TERMS | ODRL_TERMS
    for node, statements in text.statements.items():
        used = [node.value] if isinstance(node, pyoxigraph.NamedNode) else []
        for predicate, value in statements:
            used.append(predicate)
            # A mask's method is checked where masks are read, which names those that there are; the
            # property it masks may be any, one of the city's own too.
            if isinstance(value, pyoxigraph.NamedNode) and predicate not in _NAMES_OTHERS:
                used.append(value.value)
        for iri in used:
            if iri.startswith(WATCHED_NAMESPACES) and iri not in known:
                raise text.error(
                    f"{text.short(iri)} is not a term that policies know.",
                    iri,
                    _suggestion(text, iri, known),
                )


def _suggestion(text: PolicyText, iri: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(iri, known, 1)
    if near:
        return f"Did you mean {text.short(near[0])}?"
    return "docs/reference/policy-file.md lists the terms."
