"""The terms of SHACL Core that the gate knows (SHACL, W3C Recommendation 20 July 2017)."""

from __future__ import annotations

from typing import Final

SH: Final = "http://www.w3.org/ns/shacl#"

VIOLATION: Final = SH + "Violation"

COMPONENTS: Final = {
    "class": "Class",
    "datatype": "Datatype",
    "nodeKind": "NodeKind",
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "maxExclusive": "MaxExclusive",
    "maxInclusive": "MaxInclusive",
    "minLength": "MinLength",
    "maxLength": "MaxLength",
    "pattern": "Pattern",
    "languageIn": "LanguageIn",
    "uniqueLang": "UniqueLang",
    "equals": "Equals",
    "disjoint": "Disjoint",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "not": "Not",
    "and": "And",
    "or": "Or",
    "xone": "Xone",
    "node": "Node",
    "property": "Property",
    "qualifiedValueShape": "QualifiedValueShape",
    "closed": "Closed",
    "hasValue": "HasValue",
    "in": "In",
}
"""Constraint parameters of SHACL Core, and the name of each one's component."""

COMPILED: Final = frozenset(
    (
        "class",
        "datatype",
        "nodeKind",
        "minCount",
        "maxCount",
        "minExclusive",
        "minInclusive",
        "maxExclusive",
        "maxInclusive",
        "minLength",
        "maxLength",
        "pattern",
        "languageIn",
        "uniqueLang",
        "hasValue",
        "in",
        "property",
    )
)
"""Parameters that are compiled to SQL; a shape with any other runs that part in pySHACL."""

_PARTS = "flags qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint ignoredProperties"
"""Parameters that belong to another one."""

_OTHER = (
    "path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath targetClass"
    " targetNode targetSubjectsOf targetObjectsOf deactivated severity message name description"
    " order group defaultValue declare prefix namespace prefixes shapesGraph suggestedShapesGraph"
    " entailment"
)
"""What is no constraint."""

_CLASSES = (
    "NodeShape PropertyShape Shape PropertyGroup PrefixDeclaration"
    " Violation Warning Info IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral"
)

UNSUPPORTED: Final = frozenset(
    (
        "sparql",
        "target",
        "rule",
        "js",
        "expression",
        "select",
        "ask",
        "construct",
        "validator",
        "nodeValidator",
        "propertyValidator",
        "parameter",
        "condition",
        "filterShape",
        "nodes",
    )
)
"""Terms of SHACL-SPARQL and of the advanced features, which the gate refuses."""

KNOWN: Final = frozenset([*COMPONENTS, *_PARTS.split(), *_OTHER.split(), *_CLASSES.split()])
"""All local names of the SHACL namespace that a shapes file may use."""

NODE_KINDS: Final = {
    SH + "IRI": frozenset([0]),
    SH + "BlankNode": frozenset([1]),
    SH + "Literal": frozenset([2]),
    SH + "BlankNodeOrIRI": frozenset([0, 1]),
    SH + "BlankNodeOrLiteral": frozenset([1, 2]),
    SH + "IRIOrLiteral": frozenset([0, 2]),
}
"""Values of sh:nodeKind as kinds of general terms."""


def component(parameter: str) -> str:
    """The IRI of the constraint component of a parameter."""
    return f"{SH}{COMPONENTS[parameter]}ConstraintComponent"


REPORT: Final = frozenset(
    (
        "ValidationReport",
        "ValidationResult",
        "AbstractResult",
        "conforms",
        "result",
        "focusNode",
        "resultPath",
        "resultSeverity",
        "resultMessage",
        "value",
        "sourceShape",
        "sourceConstraint",
        "sourceConstraintComponent",
        "detail",
        "shapesGraphWellFormed",
    )
)
"""Terms of validation reports, which may stand beside shapes and mean nothing there."""
