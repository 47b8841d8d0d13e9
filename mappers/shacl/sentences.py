"""What a constraint asks for, as a plain sentence."""

from __future__ import annotations

from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_INTEGER, BlankNode, Iri, Literal, Term
from mappers.shacl.model import Constraint, Shape
from mappers.shacl.vocabulary import SH

_SHOWN = 8
_NUMBERS = (XSD_INTEGER, XSD_DECIMAL, XSD_DOUBLE)
_ASKS = {
    "class": "the value must be of the class {}",
    "datatype": "the value must be a well-formed {}",
    "nodeKind": "the value must be of the kind {}",
    "minCount": "there must be at least {} value(s)",
    "maxCount": "there may be at most {} value(s)",
    "minExclusive": "the value must be greater than {}",
    "minInclusive": "the value must be at least {}",
    "maxExclusive": "the value must be less than {}",
    "maxInclusive": "the value must be at most {}",
    "minLength": "the value must have at least {} characters",
    "maxLength": "the value may have at most {} characters",
    "pattern": "the value must look like {}",
    "languageIn": "the language must be one of {}",
    "uniqueLang": "there may be only one value a language",
    "hasValue": "one value must be {}",
    "in": "the value must be one of {}",
    "equals": "the values must be the same as those of {}",
    "disjoint": "no value may be one of {} too",
    "lessThan": "the values must be less than those of {}",
    "lessThanOrEquals": "the values must be at most those of {}",
    "not": "the value must not be as {} describes",
    "node": "the value must be as {} describes",
    "and": "the value must be as all of several shapes describe",
    "or": "the value must be as one of several shapes describes",
    "xone": "the value must be as exactly one of several shapes describes",
    "closed": "there may be no properties but those that the shape names",
    "qualifiedValueShape": "the number of values that are as {} describes is out of bounds",
}


def sentence(root: Shape, shape: Shape, constraint: Constraint | None, parameter: str) -> str:
    """The shape's name, its message, and what the constraint asks for."""
    about = ": ".join(dict.fromkeys(part for part in (root.name, shape.name) if part))
    values = constraint.values if constraint else ()
    asked = _ASKS.get(parameter, "the constraint must hold").format(_listed(values))
    said = shape.message.rstrip()
    head = f"{about}. " if about else ""
    return f"{head}{said} ({asked})" if said else f"{head}{asked[0].upper()}{asked[1:]}."


def _listed(values: tuple[Term, ...]) -> str:
    shown = ", ".join(short(value) for value in values[:_SHOWN])
    return f"{shown}, ... ({len(values)} in all)" if len(values) > _SHOWN else shown


def short(term: Term) -> str:
    """A term as a person reads it: the last part of an IRI, the text of a literal in quotes."""
    match term:
        case Iri(value=value):
            return value.removeprefix(SH).rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
        case BlankNode(label=label):
            return f"_:{label}"
        case Literal(lexical=lexical, datatype=datatype, language=language):
            if datatype in _NUMBERS:
                return lexical
            return f"{lexical!r}" + (f" ({language})" if language else "")
