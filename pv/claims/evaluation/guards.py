"""Turn what Python raises during evaluation into errors that have a place in the claim."""

from pv.claims.evaluation.budget import TooMuch
from pv.claims.evaluation.context import Evaluate, Scope
from pv.claims.evaluation.errors import Ambiguous, EvaluationError, Unclear, text_of
from pv.claims.tree import Binary, Binder, Comparison, Node, Unary
from pv.claims.values import Implementation, Members, Opaque, Value

FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_OWN = (TooMuch, OverflowError, Ambiguous)
"""Limits of evaluation, and operations that nobody gave a meaning."""
_PAIR = 2


def guarded(node: Node, call: Implementation, arguments: tuple[Evaluate, ...]) -> Evaluate:
    """Call with evaluated arguments; what Python raises becomes an EvaluationError."""
    if len(arguments) == _PAIR:  # the common case, without building a list
        first, second = arguments

        def pair(scope: Scope) -> Value:
            left, right = first(scope), second(scope)
            try:
                return call(left, right)
            except FAULTS as fault:
                raise no_value(fault, node) from fault

        return pair

    def any_number(scope: Scope) -> Value:
        values = [argument(scope) for argument in arguments]
        try:
            return call(*values)
        except FAULTS as fault:
            raise no_value(fault, node) from fault

    return any_number


def placed(node: Node, compute: Implementation) -> Implementation:
    """Compute; what Python raises becomes an EvaluationError at this part of the claim."""

    def call(*values: Value) -> Value:
        try:
            return compute(*values)
        except FAULTS as fault:
            raise no_value(fault, node) from fault

    return call


def truth(value: Value, node: Node) -> bool:
    """Return a truth value; of an array of them, whether all hold."""
    if value is True or value is False:
        return value
    if str(getattr(value, "dtype", "")) == "bool":  # NumPy's
        return bool(value.all())
    raise EvaluationError(f"a truth value is needed here, this is {kind(value)}", node.span)


def truth_of(node: Node, evaluate: Evaluate) -> Evaluate:
    """Let a part give a truth value, or say that it gives none."""
    match node:  # these give nothing else
        case Comparison() | Unary("not") | Binary("and" | "or" | "implies" | "iff" | "xor"):
            return evaluate
        case Binder(kind="forall" | "exists"):
            return evaluate
    return lambda scope: truth(evaluate(scope), node)


def kind(value: Value) -> str:
    """Say what a value is; raises NotAsked for one that the language has no name for."""
    if isinstance(value, Opaque):
        value.refuse()
    return {
        type(None): "null",
        str: "a text",
        dict: "a record",
        tuple: "a collection",
        Members: "a set",
    }.get(type(value), text_of(value)[:60])


def no_value(fault: Exception, node: Node) -> EvaluationError:
    """Return the error of a part of a claim, from what Python raised when computing it."""
    kind_of = Unclear if isinstance(fault, _OWN) else EvaluationError
    return kind_of(str(fault) or type(fault).__name__, node.span)
