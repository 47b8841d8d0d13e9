"""The operator table: SPARQL expressions as SQL, with value, datatype and error carried exactly.

An error and an unbound variable are SQL NULL in every column; SQL's three-valued logic is then
SPARQL's (section 17.2). Each family of functions is a module with a table `FUNCTIONS`.
"""

from federation.operators.aggregates import compile_aggregate
from federation.operators.compile import compile_condition, compile_term, kept_term
from federation.operators.lets import Lets
from federation.operators.ordering import order_keys, tie_break
from federation.operators.parts import AggregateParts
from federation.operators.scope import Scope

__all__ = [
    "AggregateParts",
    "Lets",
    "Scope",
    "compile_aggregate",
    "compile_condition",
    "compile_term",
    "kept_term",
    "order_keys",
    "tie_break",
]
