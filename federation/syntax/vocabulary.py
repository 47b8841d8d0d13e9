"""The words of SPARQL 1.1: keywords, built-in functions and how many arguments each takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BUILT_INS: Final[Mapping[str, tuple[int, int | None]]] = MappingProxyType(
    {
        "STR": (1, 1), "LANG": (1, 1), "LANGMATCHES": (2, 2), "DATATYPE": (1, 1), "IRI": (1, 1),
        "URI": (1, 1), "BNODE": (0, 1), "RAND": (0, 0), "ABS": (1, 1), "CEIL": (1, 1),
        "FLOOR": (1, 1), "ROUND": (1, 1), "CONCAT": (0, None), "SUBSTR": (2, 3), "STRLEN": (1, 1),
        "REPLACE": (3, 4), "UCASE": (1, 1), "LCASE": (1, 1), "ENCODE_FOR_URI": (1, 1),
        "CONTAINS": (2, 2), "STRSTARTS": (2, 2), "STRENDS": (2, 2), "STRBEFORE": (2, 2),
        "STRAFTER": (2, 2), "YEAR": (1, 1), "MONTH": (1, 1), "DAY": (1, 1), "HOURS": (1, 1),
        "MINUTES": (1, 1), "SECONDS": (1, 1), "TIMEZONE": (1, 1), "TZ": (1, 1), "NOW": (0, 0),
        "UUID": (0, 0), "STRUUID": (0, 0), "MD5": (1, 1), "SHA1": (1, 1), "SHA256": (1, 1),
        "SHA384": (1, 1), "SHA512": (1, 1), "COALESCE": (0, None), "IF": (3, 3),
        "STRLANG": (2, 2), "STRDT": (2, 2), "SAMETERM": (2, 2), "ISIRI": (1, 1), "ISURI": (1, 1),
        "ISBLANK": (1, 1), "ISLITERAL": (1, 1), "ISNUMERIC": (1, 1), "REGEX": (2, 3),
        "BOUND": (1, 1),
    }
)  # fmt: skip
"""Least and greatest number of arguments by name; None is no bound (section 19.8, rule 121)."""

SAME_FUNCTION: Final[Mapping[str, str]] = MappingProxyType({"URI": "IRI", "ISURI": "ISIRI"})
"""Names that the algebra gives in another spelling."""

AGGREGATES: Final = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))

UPDATE_FORMS: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
"""The words that begin an operation of SPARQL 1.1 Update."""

_OTHER_KEYWORDS: Final = (
    "BASE", "PREFIX", "SELECT", "DISTINCT", "REDUCED", "AS", "CONSTRUCT", "WHERE", "DESCRIBE",
    "ASK", "FROM", "NAMED", "GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC", "LIMIT", "OFFSET",
    "VALUES", "UNDEF", "OPTIONAL", "GRAPH", "SERVICE", "SILENT", "BIND", "MINUS", "UNION",
    "FILTER", "NOT", "IN", "EXISTS", "SEPARATOR", "TRUE", "FALSE",
)  # fmt: skip

KEYWORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "a": "a",
        **{word: word for word in (*BUILT_INS, *AGGREGATES, *UPDATE_FORMS, *_OTHER_KEYWORDS)},
    }
)
"""Upper-case keyword to the kind of its token; `a` is the one that keeps its case."""
