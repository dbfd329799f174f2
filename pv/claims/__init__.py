"""The claim language: text to a tree, and everything that comes out of the tree.

`docs/claim-language.md` is its reference. Knows no contract.
"""

from pv.claims.domains.domain import (
    Domain,
    Finite,
    Integers,
    IntRange,
    RealInterval,
    Strings,
    parse_domain,
    parse_set,
)
from pv.claims.evaluation.errors import EvaluationError, ImplementationError
from pv.claims.evaluation.evaluate import compile_expression
from pv.claims.evaluation.scalars.equality import EXACT, Tolerance
from pv.claims.faults import Fault
from pv.claims.grammar.contract_fields import read_field
from pv.claims.grammar.parser import parse
from pv.claims.rendering import render
from pv.claims.semantics.infer import infer
from pv.claims.tree import Definition, Node, called, definition_of, names, operands
from pv.claims.types import ANY, BOOL, INT, NULL, REAL, STRING, Function, Record, Type

__all__ = [
    "ANY", "BOOL", "EXACT", "INT", "NULL", "REAL", "STRING", "Definition", "Domain",
    "EvaluationError", "Fault", "Finite", "Function", "ImplementationError", "IntRange",
    "Integers", "Node", "RealInterval", "Record", "Strings", "Tolerance", "Type", "called",
    "compile_expression", "definition_of", "infer", "names", "operands", "parse",
    "parse_domain", "parse_set", "read_field", "render",
]  # fmt: skip
