"""Reading expressions: which variables they use, and which EXISTS they hold."""

from __future__ import annotations

from federation.algebra import Aggregate, Call, Exists, Expression, Variable


def exists_in(expression: Expression) -> tuple[Exists, ...]:
    """The EXISTS of an expression, outermost ones only, in order."""
    match expression:
        case Exists():
            return (expression,)
        case Call(arguments=arguments):
            return tuple(one for argument in arguments for one in exists_in(argument))
        case Aggregate(argument=argument) if argument is not None:
            return exists_in(argument)
        case _:
            return ()


def variables_in(expression: Expression) -> set[str]:
    """The names of the variables that an expression reads, outside of EXISTS."""
    match expression:
        case Variable(name=name):
            return {name}
        case Call(arguments=arguments):
            return {name for argument in arguments for name in variables_in(argument)}
        case Aggregate(argument=argument) if argument is not None:
            return variables_in(argument)
        case _:
            return set()
