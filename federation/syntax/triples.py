"""Triples, collections and blank node property lists (SPARQL 1.1, section 4.2)."""

from __future__ import annotations

from typing import Final

from federation.algebra import (
    GraphTerm,
    PathPattern,
    PatternTerm,
    TriplePattern,
    Variable,
)
from federation.algebra import Path as PropertyPath
from federation.syntax.limits import Limits
from federation.syntax.paths import PathParser
from federation.syntax.source import Source
from federation.syntax.terms import FIRST, IRI_START, LITERAL_START, NIL, REST
from federation.syntax.tokens import Tokens
from mappers.rdf import BlankNode, Iri

TRIPLE_START: Final = LITERAL_START | frozenset(("VAR", "IRIREF", "PNAME", "BLANK", "[", "("))


class TriplesParser(PathParser):
    """Reads triples into `triples`, and notes their variables in `scope`, in order."""

    def __init__(self, source: Source, tokens: Tokens, limits: Limits, base: str | None) -> None:
        super().__init__(source, tokens, limits, base)
        self.triples: list[TriplePattern | PathPattern] = []
        self.scope: dict[Variable, None] = {}
        self._triple_count = 0

    def triples_block(self) -> None:
        """Triples joined by '.' (rules 52 and 55); stops before what cannot begin a triple."""
        while True:
            self._same_subject()
            if not self.accept(".") or self.kinds[self.at] not in TRIPLE_START:
                break
        if self.kinds[self.at] in TRIPLE_START:
            raise self.unexpected("'.'", "';'", "','", "'}'")

    def _same_subject(self) -> None:
        kind, after = self.kinds[self.at], self.kinds[self.at + 1]
        subject: PatternTerm
        if kind == "[" and after != "]":
            subject = self._property_list_node()
        elif kind == "(" and after != ")":
            subject = self._collection()
        else:
            subject = self._term()
            self._property_list(subject)
            return
        if self.begins_verb():
            self._property_list(subject)

    def _property_list(self, subject: PatternTerm) -> None:
        while True:
            verb = self.verb()
            if type(verb) is Variable:
                self.scope[verb] = None
            while True:
                self._add(subject, verb, self._node())
                if not self.accept(","):
                    break
            if not self.accept(";"):
                return
            while self.accept(";"):
                pass
            if not self.begins_verb():
                return

    def _add(
        self, subject: PatternTerm, verb: Iri | Variable | PropertyPath, value: PatternTerm
    ) -> None:
        self._triple_count += 1
        if self._triple_count > self.limits.triple_patterns:
            raise self.too_complex(
                f"The query has more than {self.limits.triple_patterns} triple patterns, "
                "which is the limit."
            )
        if isinstance(verb, (Iri, Variable)):
            self.triples.append(TriplePattern(subject, verb, value))
        else:
            self.triples.append(PathPattern(subject, verb, value))

    def _node(self) -> PatternTerm:
        kind = self.kinds[self.at]
        if kind == "[" and self.kinds[self.at + 1] != "]":
            return self._property_list_node()
        if kind == "(" and self.kinds[self.at + 1] != ")":
            return self._collection()
        return self._term()

    def _term(self) -> PatternTerm:
        """A variable or a term; `[]` is a fresh blank node and `()` is rdf:nil."""
        kind = self.kinds[self.at]
        if kind == "VAR":
            variable = self.variable()
            self.scope[variable] = None
            return variable
        return self._graph_term(kind)

    def _graph_term(self, kind: str) -> GraphTerm:
        if kind in IRI_START:
            return self.iri()
        if kind in LITERAL_START:
            return self.literal()
        if kind == "BLANK":
            return self.labelled_blank_node()
        if kind in ("[", "("):
            self.at += 1
            self.expect("]" if kind == "[" else ")")
            return self.new_blank_node() if kind == "[" else NIL
        raise self.unexpected("a variable", "an IRI", "a literal", "a blank node")

    def _property_list_node(self) -> BlankNode:
        self.expect("[")
        node = self.new_blank_node()
        self._property_list(node)
        self.expect("]")
        return node

    def _collection(self) -> BlankNode:
        self.expect("(")
        first = cell = self.new_blank_node()
        self._add(cell, FIRST, self._node())
        length = 1
        while self.kinds[self.at] != ")":
            length += 1
            if length > self.limits.list_terms:
                raise self.too_complex(
                    f"A collection has more than {self.limits.list_terms} terms, "
                    "which is the limit."
                )
            following = self.new_blank_node()
            self._add(cell, REST, following)
            cell = following
            self._add(cell, FIRST, self._node())
        self._add(cell, REST, NIL)
        self.expect(")")
        return first
