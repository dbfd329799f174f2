"""Compile literals and names."""

from pv.claims.evaluation.budget import TooMuch
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError
from pv.claims.evaluation.guards import no_value
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.tree import Constant, Name, Number, String
from pv.claims.values import Value


def literal(node: Number | String | Constant, setting: Setting) -> Evaluate:
    """Compile a number, a text or a constant."""
    value = setting.arithmetic.literal(node.value) if isinstance(node, Number) else node.value
    return lambda _: value


def name(node: Name, _: Setting) -> Evaluate:
    """Compile a name: what the scope says, else the constant that is called so."""
    word = node.name
    fixed = CONSTANTS.get(word)

    def evaluate(scope: Scope) -> Value:
        try:
            return scope[word]
        except KeyError:
            if fixed is not None:
                return fixed
            raise EvaluationError(f"`{word}` has no value here", node.span) from None
        except TooMuch as fault:
            raise no_value(fault, node) from fault

    return evaluate
