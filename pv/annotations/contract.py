"""State what code claims of itself as a contract, and bind the contract to the code."""

import hashlib
from collections.abc import Iterator, Mapping

from pv.annotations.model import Claimed, Code
from pv.binding.drawn_kinds import KINDS
from pv.binding.model import Binding, Bound, Implementation
from pv.claims import Fault, parse
from pv.claims.text.classify import is_claim
from pv.claims.tree import Call, Name, called
from pv.contract.finding import Location
from pv.contract.model import Contract, Equation, GivenId, Metadata, Obligation
from pv.contract.text import Text
from pv.proposals.domains import RUNGS, values_of
from pv.proposals.model import Parameter, Sort

_DTYPE = "float64"
_NUMBERS = {Sort.WHOLE: "ℤ", Sort.REAL: "ℝ"}


def contract_of(code: Code) -> Contract:
    """Return the contract: an equation for each function, an obligation for each claim."""
    start = Location(str(code.file), 1, 1, 1, 1)
    obligations = [each for function in code.functions for each in _obligations(code, function)]
    return Contract(
        stem=code.key,
        file=code.file,
        digest=_digest(code),
        metadata=Metadata(
            version=Text("0.0.0", start),
            description=Text(f"What {code.name} claims of itself", start),
            created=None,
            kind="library",
            references=(),
            depends_on=(),
            location=start,
        ),
        equations=tuple(_equation(each) for each in code.functions),
        obligations=tuple(obligations),
        tests=(),
        symbolic_checks=(),
        gates=(),
        given_ids=tuple(
            GivenId("obligation", Text(each.id, each.location)) for each in obligations
        ),
        summary={},
        location=start,
    )


def binding_of(code: Code) -> Binding:
    """Return the binding of the contract to the functions of the module."""
    return Binding(
        file=code.file,
        target=code.name,
        root=code.root,
        systems={},
        implementations=tuple(
            Implementation(
                code.key, each.name, "implemented", _bound(code, each), (_DTYPE,), each.location
            )
            for each in code.functions
        ),
    )


def _equation(function: Claimed) -> Equation:
    call = f"{function.called}({', '.join(function.parameters)})"
    return Equation(
        id=function.name,
        formula=Text(call, function.location),
        domain=_domain(function),
        codomain=None,
        invariants=(),
        preconditions=tuple(_conditions(function)),
        postconditions=(),
        tolerance=None,
        tolerance_in={},
        location=function.location,
    )


def _domain(function: Claimed) -> Mapping[str, Text]:
    """Return what is stated, and what hints say of the other parameters."""
    found = dict(function.domains)
    for name, parameter in function.hinted.items():
        if name not in found or _limits(name, function):
            size = f"{{{name}_size}}"  # of each its own: lists of one size would be a premise
            found[name] = Text(_values(parameter, size), function.location)
            if parameter.kind.arrays:
                found[f"{name}_size"] = Text("0..20", function.location)
    return found


def _conditions(function: Claimed) -> Iterator[Text]:
    """Yield what is stated of values that the hint names the type of: it keeps them of the type."""
    for name, text in function.domains.items():
        if _limits(name, function):
            said = text.value if _is_condition(text) else f"{name} in {text.value}"
            yield Text(said, text.location, path=text.path)


def _limits(name: str, function: Claimed) -> bool:
    """Return whether a stated domain says which values of the hinted type there are."""
    hinted = function.hinted.get(name)
    if hinted is None:
        return False
    text = function.domains[name]
    return _is_condition(text) or bool(hinted.kind.named and not _kind(text))


def _is_condition(text: Text) -> bool:
    tree = parse(text.value)
    if isinstance(tree, Call):
        return tree.function == "full_match"
    return not isinstance(tree, Fault) and is_claim(tree)


def _values(parameter: Parameter, size: str) -> str:
    """Return all values of a type: of numbers, a verdict would be about ends that nobody stated."""
    numbers = _NUMBERS.get(parameter.kind.sort)
    if numbers is None or parameter.kind.named:
        return values_of(parameter, RUNGS[0], size)
    return f"{numbers}^{size}" if parameter.kind.arrays else numbers


def _obligations(code: Code, function: Claimed) -> Iterator[Obligation]:
    for number, claim in enumerate(function.claims, start=1):
        yield Obligation(
            id=f"{code.name}.{function.name}-{number}",
            type="invariant",
            property=None,
            formal=claim,
            equation=Text(function.name, function.location),
            tolerance=None,
            tolerance_in={},
            requires=None,
            phase=None,
            parent=None,
            bare_tolerance=None,
            lean_status=None,
            na_reason=None,
            na_owner=None,
            machine=None,
            location=claim.location,
        )


def _bound(code: Code, function: Claimed) -> Bound:
    """Return how claims call a function, what draws its arguments, and what else they call."""
    own = {each.called for each in code.functions}
    calls = frozenset[str]().union(*(_called(each) for each in function.claims))
    hinted = {each.kind.named: each.kind.draws for each in function.hinted.values()}
    kinds = {*map(_kind, function.domains.values())} - {"", *KINDS}
    arrays = {each.kind.arrays for each in function.hinted.values() if each.kind.arrays}
    return Bound(
        callable=f"{code.name}:{function.name}",
        draws={
            **{kind: by for kind, by in hinted.items() if by},
            **{kind: code.defined[kind] for kind in sorted(kinds & code.defined.keys())},
        },
        helpers={name: code.defined[name] for name in sorted(calls & code.defined.keys() - own)},
        arrays=min(arrays, default="numpy"),
    )


def _called(text: Text) -> frozenset[str]:
    tree = parse(text.value)
    return frozenset() if isinstance(tree, Fault) else frozenset(called(tree))


def _kind(text: Text) -> str:
    tree = parse(text.value)
    return tree.name if isinstance(tree, Name) else ""


def _digest(code: Code) -> str:
    """Return a digest of what is claimed; what the code does is digested where it runs."""
    said = [(each.name, _domain(each), each.claims) for each in code.functions]
    return hashlib.sha256(repr(said).encode()).hexdigest()
