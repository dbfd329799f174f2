"""The context in which the parts of a claim are compiled."""

from collections.abc import Callable
from dataclasses import dataclass

from pv.claims.evaluation.scalars.arithmetic import Arithmetic
from pv.claims.evaluation.scalars.equality import Tolerance
from pv.claims.tree import Node
from pv.claims.values import Assignment, Functions, Value

Scope = Assignment
Evaluate = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True)
class Setting:
    """Functions, tolerance, arithmetic and compiler of a claim's parts."""

    functions: Functions
    tolerance: Tolerance
    arithmetic: Arithmetic
    compiler: Callable[[Node, "Setting"], Evaluate]
    itemwise: bool = False
    """True if comparisons are answered for each item of an array, and not for all at once."""

    def compile(self, node: Node) -> Evaluate:
        """Compile a part with this setting."""
        return self.compiler(node, self)
