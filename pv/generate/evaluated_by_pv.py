"""Write claims that have no short Python as calls of pv, which evaluates their text."""

from pv.claims import Definition, render
from pv.claims.rendering.python_source import NoPython, identifier
from pv.generate.called_functions import implementation
from pv.generate.claim_parts import Claim, used_by
from pv.generate.shared_names import Registry


def holds(claim: Claim, registry: Registry) -> str:
    """Return a call that evaluates a claim; raises NoPython where it cannot say what to call."""
    if any(bound.arguments for bound in claim.functions.values()):
        raise NoPython("what is bound takes arguments that the claim does not name")
    used = used_by(claim)
    functions = {
        name: implementation(bound, registry)
        for name, bound in claim.functions.items()
        if name in used
    }
    variables = {each: identifier(each) for each in claim.space.variables}
    variables |= {each: identifier(each) for each in claim.space.size_names()}
    names = ", ".join(
        f"{name!r}: {spelled}" for name, spelled in {**variables, **functions}.items()
    )
    formulas = [
        each for each in claim.definitions if each.name in used and each.name not in functions
    ]
    where = f", where={[_stated(each) for each in formulas]!r}" if formulas else ""
    allowed = f", {claim.allowed}" if claim.allowed else ""
    return f"holds({render(claim.tree)!r}, {{{names}}}{where}{allowed})"


def _stated(definition: Definition) -> str:
    given = f"({', '.join(definition.parameters)})" if definition.parameters else ""
    subscript = f"[{', '.join(definition.indices)}]" if definition.indices else ""
    return f"{definition.name}{given}{subscript} = {render(definition.body)}"
