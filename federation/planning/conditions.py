"""What conditions allow: which terms a variable must have, and where they can never be true.

Equality of terms is used where `=` is it: for IRIs, plain and language-tagged strings. Numbers and
times are equal by value (SPARQL 1.1, section 17.3), so of those only the kind is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from federation.algebra import Call, Exists, Expression, Variable
from federation.planning.domains import Domains, Values, domains
from federation.planning.plan import Plan, variables_of
from mappers.published import ColumnTerm, ConstantTerm, GeneralTerm, TemplateTerm, TermMap
from mappers.rdf import RDF_LANG_STRING, XSD, XSD_BOOLEAN, XSD_STRING, Iri, Literal
from mappers.unfolding import may_be_equal

_COMPARISONS: Final = frozenset(("=", "<", ">", "<=", ">="))
_VOLATILE: Final = frozenset(("RAND", "UUID", "STRUUID", "BNODE"))
_NUMBERS: Final = (
    *("integer", "decimal", "double", "float", "long", "int", "short", "byte"),
    *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_TIMES: Final = ("date", "dateTime", "time", "gYear", "gYearMonth")
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{XSD + name: "number" for name in _NUMBERS},
        **{XSD + name: "time" for name in _TIMES},
        XSD_STRING: "string",
        RDF_LANG_STRING: "tagged string",
        XSD_BOOLEAN: "boolean",
    }
)
"""Datatypes by what their values are compared with; of any other datatype nothing is known."""


def conjuncts(condition: Expression) -> tuple[Expression, ...]:
    """The conditions that must all be true for one of `&&` to be."""
    if isinstance(condition, Call) and condition.function == "&&":
        return tuple(one for argument in condition.arguments for one in conjuncts(argument))
    return (condition,)


def all_true(conditions: Sequence[Expression]) -> Expression:
    """The condition that all of some, at least one, are true."""
    found, *further = conditions
    for one in further:
        found = Call("&&", (found, one))
    return found


def is_volatile(expression: Expression) -> bool:
    """Whether an expression may differ each time it is computed."""
    return isinstance(expression, Call) and (
        expression.function in _VOLATILE or any(map(is_volatile, expression.arguments))
    )


def wanted_terms(condition: Expression) -> tuple[str, tuple[Iri | Literal, ...]] | None:
    """A variable and the terms of which it must have one, where a condition says exactly that."""
    if not isinstance(condition, Call):
        return None
    match condition.function, condition.arguments:
        case (("=" | "SAMETERM"), (Variable(name=name), (Iri() | Literal()) as term)):
            return _wanted(name, (term,))
        case (("=" | "SAMETERM"), ((Iri() | Literal()) as term, Variable(name=name))):
            return _wanted(name, (term,))
        case "IN", (Variable(name=name), *terms):
            constants = tuple(term for term in terms if isinstance(term, Iri | Literal))
            return _wanted(name, constants) if len(constants) == len(terms) else None
        case "||", (left, right):
            one, other = wanted_terms(left), wanted_terms(right)
            if one is None or other is None or one[0] != other[0]:
                return None
            return one[0], tuple(dict.fromkeys((*one[1], *other[1])))
        case _:
            return None


def _wanted(
    name: str, terms: tuple[Iri | Literal, ...]
) -> tuple[str, tuple[Iri | Literal, ...]] | None:
    # sameTerm of a number goes by its lexical form, which native columns do not keep
    return (name, tuple(dict.fromkeys(terms))) if all(map(_equal_as_term, terms)) else None


def _equal_as_term(term: Iri | Literal) -> bool:
    """Whether only the term itself is equal (`=`) to it."""
    return isinstance(term, Iri) or term.datatype in (XSD_STRING, RDF_LANG_STRING)


def wanted_values(condition: Expression) -> Domains:
    """The domains that a condition confines variables to."""
    found: dict[str, tuple[Values, ...]] = {}
    for one in conjuncts(condition):
        wanted = wanted_terms(one)
        if wanted is not None and wanted[1]:
            name, terms = wanted
            found.setdefault(name, tuple(Values(ConstantTerm(term)) for term in terms))
    return found


def is_never_true(condition: Expression, plan: Plan) -> bool:
    """Whether a condition is false or an error for every solution of a plan, as far as the mapping
    tells.
    """
    return _never(condition, domains(plan), frozenset(variables_of(plan)))


def _never(condition: Expression, known: Domains, names: frozenset[str]) -> bool:
    if not isinstance(condition, Call):
        return False
    match condition.function, condition.arguments:
        case "&&", arguments:
            return any(_never(one, known, names) for one in arguments)
        case "||", arguments:
            return all(_never(one, known, names) for one in arguments)
        case "IN", (value, *others):
            return all(_never(Call("=", (value, one)), known, names) for one in others)
        case function, (left, right) if function in _COMPARISONS or function == "SAMETERM":
            return _never_compares(function, left, right, known, names)
        case _:
            return False


def _never_compares(
    function: str, left: Expression, right: Expression, known: Domains, names: frozenset[str]
) -> bool:
    if isinstance(right, Variable) and not isinstance(left, Variable):
        left, right = right, left
    if isinstance(left, Call) and left.function == "LANG" and function == "=":
        (inner,) = left.arguments
        if isinstance(inner, Variable) and isinstance(right, Literal):
            return _never_tagged(inner.name, right, known, names)
    if not isinstance(left, Variable) or isinstance(right, Call | Exists):
        return False
    if left.name not in names:
        return True
    if left.name not in known or not isinstance(right, Iri | Literal):
        return False
    return not any(_may_compare(function, one.term, right) for one in known[left.name])


def _may_compare(function: str, term: TermMap, constant: Iri | Literal) -> bool:
    if function == "SAMETERM" or (function == "=" and _equal_as_term(constant)):
        return may_be_equal(term, ConstantTerm(constant))
    if isinstance(constant, Iri):
        return True
    match term:
        case GeneralTerm():
            return True
        case TemplateTerm() | ConstantTerm(term=Iri()):
            return False
        case ColumnTerm(datatype=datatype) | ConstantTerm(term=Literal(datatype=datatype)):
            one, other = _kind(datatype), _kind(constant.datatype)
            return one is None or other is None or one == other
        case _:
            return True


def _never_tagged(name: str, tag: Literal, known: Domains, names: frozenset[str]) -> bool:
    """Whether no value of a variable has a language: `LANG(?x) = "de"`."""
    if name not in names:
        return True
    if name not in known:
        return False
    return not any(_may_be_tagged(one.term, tag.lexical) for one in known[name])


def _may_be_tagged(term: TermMap, tag: str) -> bool:
    match term:
        case GeneralTerm():
            return True
        case ColumnTerm(language=language) | ConstantTerm(term=Literal(language=language)):
            return language.lower() == tag.lower()
        case _:
            return False


def _kind(datatype: str) -> str | None:
    return _KINDS.get(datatype)
