"""Property paths (SPARQL 1.1, section 9; rules 88 to 97)."""

from __future__ import annotations

from typing import Final

from federation.algebra import (
    AlternativePath,
    InversePath,
    Link,
    NegatedPropertySet,
    Path,
    RepeatPath,
    SequencePath,
    Variable,
)
from federation.syntax.terms import IRI_START, TYPE, TermParser
from mappers.rdf import Iri

PATH_OPERATORS: Final = frozenset("/|*+?")
VERB_START: Final = frozenset(("VAR", "IRIREF", "PNAME", "a"))
PATH_START: Final = frozenset(("^", "!", "("))


class PathParser(TermParser):
    """Reads the predicate of a triple: an IRI, a variable or a path."""

    _links = 0

    def begins_verb(self) -> bool:
        """Whether a predicate can begin at this token."""
        kind = self.kinds[self.at]
        return kind in VERB_START or (kind in PATH_START and not self.in_template)

    def verb(self) -> Iri | Variable | Path:
        """A predicate (rules 78, 84, 85); a path of one link is given as its IRI."""
        kind = self.kinds[self.at]
        if kind == "VAR":
            return self.variable()
        if kind in VERB_START and self.kinds[self.at + 1] not in PATH_OPERATORS:
            return self._predicate()
        if self.in_template:
            if kind in VERB_START:
                self.at += 1
                raise self.wrong("A property path cannot stand in a CONSTRUCT template.")
            raise self.unexpected("a predicate")
        if kind not in VERB_START and kind not in PATH_START:
            raise self.unexpected("a predicate", "a property path")
        self._links = 0
        path = self._alternative()
        return path.iri if isinstance(path, Link) else path

    def _predicate(self) -> Iri:
        if self.kinds[self.at] == "a":
            self.at += 1
            return TYPE
        return self.iri()

    def _link(self) -> Iri:
        self._links += 1
        if self._links > self.limits.path_length:
            raise self.too_complex(
                f"A property path has more than {self.limits.path_length} predicates, "
                "which is the limit on the length of a path."
            )
        if self.kinds[self.at] not in IRI_START and self.kinds[self.at] != "a":
            raise self.unexpected("an IRI", "'a'")
        return self._predicate()

    def _alternative(self) -> Path:
        path = self._sequence()
        while self.accept("|"):
            path = AlternativePath(path, self._sequence())
        return path

    def _sequence(self) -> Path:
        path = self._element_or_inverse()
        while self.accept("/"):
            path = SequencePath(path, self._element_or_inverse())
        return path

    def _element_or_inverse(self) -> Path:
        if self.accept("^"):
            return InversePath(self._element())
        return self._element()

    def _element(self) -> Path:
        path = self._primary()
        kind = self.kinds[self.at]
        if kind in ("*", "+", "?"):
            self.at += 1
            return RepeatPath(path, 1 if kind == "+" else 0, kind != "?")
        return path

    def _primary(self) -> Path:
        kind = self.kinds[self.at]
        if kind in IRI_START or kind == "a":
            return Link(self._link())
        if kind == "(":
            self.at += 1
            path = self._alternative()
            self.expect(")")
            return path
        if kind == "!":
            self.at += 1
            return self._negated_set()
        raise self.unexpected("an IRI", "'a'", "'('", "'!'")

    def _negated_set(self) -> NegatedPropertySet:
        forward: list[Iri] = []
        inverse: list[Iri] = []
        if self.accept("("):
            if not self.accept(")"):
                self._negated_link(forward, inverse)
                while self.accept("|"):
                    self._negated_link(forward, inverse)
                self.expect(")")
        else:
            self._negated_link(forward, inverse)
        return NegatedPropertySet(
            tuple(forward) if forward or not inverse else None, tuple(inverse) if inverse else None
        )

    def _negated_link(self, forward: list[Iri], inverse: list[Iri]) -> None:
        if self.accept("^"):
            inverse.append(self._link())
        else:
            forward.append(self._link())
