"""Shapes as values (SHACL, sections 2 to 4)."""

from __future__ import annotations

from dataclasses import dataclass

from mappers.rdf import Iri, Term


@dataclass(frozen=True, slots=True)
class Step:
    """One predicate, forwards or backwards."""

    predicate: Iri
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: `text` as in SPARQL; `steps` in sequence, None if it is more than that."""

    text: str
    steps: tuple[Step, ...] | None


@dataclass(frozen=True, slots=True)
class Target:
    """A declaration of focus nodes: "class", "node", "subjectsOf" or "objectsOf" a term."""

    kind: str
    term: Term


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape: its parameter (local name in SHACL) and its values.

    `values` holds the members of a list (sh:in, sh:languageIn), the one value otherwise; `flags`
    are those of sh:pattern; `reason` says why SQL does not do it, and is empty where it does.
    """

    parameter: str
    values: tuple[Term, ...]
    flags: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (no path) or a property shape.

    `label` is the IRI, or `_:` and the label of a blank node; `properties` are labels of shapes;
    `messages` are (language, text), `name` is sh:name in English where there is one.
    """

    label: str
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    properties: tuple[str, ...]
    severity: str
    name: str
    messages: tuple[tuple[str, str], ...]
    deactivated: bool

    @property
    def message(self) -> str:
        """The message in English, else the first, else nothing."""
        found = dict(self.messages)
        for language in ("en", ""):
            if language in found:
                return found[language]
        return self.messages[0][1] if self.messages else ""


@dataclass(frozen=True, slots=True)
class Shapes:
    """A shapes graph: all shapes by label, and its rdfs:subClassOf as (subclass, class)."""

    file: str
    shapes: tuple[Shape, ...]
    subclasses: tuple[tuple[str, str], ...]

    def shape(self, label: str) -> Shape:
        """The shape of that label; KeyError if there is none."""
        for shape in self.shapes:
            if shape.label == label:
                return shape
        raise KeyError(label)
