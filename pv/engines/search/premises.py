"""Tell at which cases a claim, and each part of it, says anything."""

from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from pv.claims import EXACT, EvaluationError, ImplementationError, Node, Tolerance
from pv.claims.evaluation.evaluate import Evaluate
from pv.claims.tree import Binary, Comparison, joined
from pv.engines.parts import parts
from pv.engines.search.interpreter import Interpreter
from pv.engines.spaces.rounding import Drawn

_ORDERS = frozenset({"<", "<=", ">", ">="})


class Premises:
    """What a claim presupposes, and which parts of it have said something so far."""

    def __init__(self, tree: Node) -> None:
        self._whole = list(_presupposed(tree))
        self._silent = [(part, premise) for part, premise in parts(tree) if premise is not None]
        self._compiled: dict[Node, list[Evaluate]] = {}

    def compile(self, subject: Interpreter, tolerance: Tolerance) -> None:
        """Evaluate over a subject from now on; what was said over another stays said.

        Equalities have the claim's slack; `x >= 0` has none, or a case outside it counts.
        """
        self._subject = subject
        self._compiled = {
            tree: [
                subject.compile_claim(each, EXACT if _is_order(each) else tolerance)
                for each in joined(tree, "and")
            ]
            for tree in (*self._whole, *(premise for _, premise in self._silent))
        }

    def hold(self, case: Drawn) -> bool:
        """Return whether all that the whole claim presupposes holds; raises EvaluationError."""
        return all(self._holds(each, case) for each in self._whole)

    def note(self, case: Drawn) -> None:
        """Note the parts that say something at a case at which the claim holds."""
        self._silent = [each for each in self._silent if not self._speaks(each[1], case)]

    def silent(self) -> Node | None:
        """Return a part that has said nothing so far, if there is one."""
        return self._silent[0][0] if self._silent else None

    def _speaks(self, premise: Node, case: Drawn) -> bool:
        with suppress(EvaluationError, ImplementationError):
            return self._holds(premise, case)
        return True  # without a value nothing is known of it

    def _holds(self, premise: Node, case: Drawn) -> bool:
        return all(np.all(each(self._subject.scope(case))) for each in self._compiled[premise])


def _presupposed(tree: Node) -> Iterator[Node]:
    """Yield the premises of an implication, and of what it implies."""
    while isinstance(tree, Binary) and tree.operator == "implies":
        yield tree.left
        tree = tree.right


def _is_order(tree: Node) -> bool:
    return isinstance(tree, Comparison) and {*tree.operators} <= _ORDERS
