"""Functions that are called, taken at what their obligations say at the arguments that occur."""

from collections.abc import Collection, Iterator, Sequence
from itertools import product

from pv.checks.model import Callee, Formulas
from pv.claims import called
from pv.claims.smt.encode_integers import Scope, scope_of
from pv.claims.smt.terms import NoTerm, Term, both, implication
from pv.claims.tree import Call, Name, Node, walk
from pv.engines.reals.domain import inside
from pv.engines.reals.encode_reals import Applied, RealWriter
from pv.plural import number_of

MOST_INSTANCES = 400
"""A claim is assumed at no more combinations of arguments."""


class AssumingWriter(RealWriter):
    """Writes terms in which callees are unknown functions that keep their contract."""

    def __init__(self, callees: Sequence[Callee], assumed: Collection[str]) -> None:
        super().__init__()
        self._callees = {each.equation: each for each in callees}
        self._named = {name: each for each in callees for name in each.names}
        self._assumed = assumed

    def call(self, node: Call, known: Scope) -> Term:
        """Return the unknown number in the place of a callee, or of a transcendental function."""
        callee = self._named.get(node.function)
        if callee is None:
            return super().call(node, known)
        if len(node.arguments) != len(callee.parameters):
            raise NoTerm(f"`{node.function}` takes {number_of(len(callee.parameters), 'argument')}")
        given = [self.term(each, known) for each in node.arguments]
        return self.applied_to(callee.equation, *given)

    def where_defined(self, function: str, given: tuple[Term, ...]) -> Sequence[object]:
        """Return that a callee is called in its domain, which its caller has to see to."""
        callee = self._callees.get(function)
        if callee is None:
            return super().where_defined(function, given)
        if any(called(each) & self._named.keys() for each in callee.space.conditions):
            raise NoTerm(f"the domain of `{function}` is about callees")
        return list(inside(callee.space, self, dict(zip(callee.parameters, given, strict=True))))

    def axioms(self) -> Iterator[object]:
        """Yield what is assumed of callees, and the axioms of all functions that then occur."""
        occurring = list(self.applications.values())
        for callee in self._callees.values():
            of_it = [each for each in occurring if each.function == callee.equation]
            for name, claim in callee.claims.items():
                if name in self._assumed:
                    yield from self._instances(callee, claim, of_it)
        yield from super().axioms()

    def _instances(
        self, callee: Callee, claim: Formulas, occurring: Sequence[Applied]
    ) -> Iterator[object]:
        """Yield a claim for all arguments that occur and lie where it is stated."""
        patterns = patterns_of(callee, claim)
        if len(occurring) ** len(patterns) > MOST_INSTANCES:
            raise NoTerm(f"`{callee.equation}` is called at too many arguments")
        for chosen in product(occurring, repeat=len(patterns)):
            given: dict[str, Term] = {}
            for names, each in zip(patterns, chosen, strict=True):
                given |= zip(names, each.arguments, strict=True)
            scope = scope_of(given, claim.definitions)
            within = both(*inside(claim.space, self, scope))
            yield implication(within, self.term(claim.tree, scope).value)


def patterns_of(callee: Callee, claim: Formulas) -> list[tuple[str, ...]]:
    """Return the calls of a claim whose arguments are its variables, each variable once.

    There are none where the claim is about more than the arguments of its calls.
    """
    found: list[tuple[str, ...]] = []
    left = {*claim.space.variables}
    for part in walk(claim.tree):
        names = _variables(part, callee)
        if names and left.issuperset(names) and len({*names}) == len(names):
            found.append(names)
            left.difference_update(names)
    return [] if left or claim.space.derived else found


def _variables(part: Node, callee: Callee) -> tuple[str, ...]:
    if not isinstance(part, Call) or part.function not in callee.names:
        return ()
    return tuple(each.name for each in part.arguments if isinstance(each, Name))
