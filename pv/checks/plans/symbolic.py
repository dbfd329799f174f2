"""Plan symbolic checks: the checks of an obligation, each by the strategy asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import prod

from pv.binding.model import Binding
from pv.checks import identity
from pv.checks.model import Check, Enumeration, Formulas, Kind, NotExecutable
from pv.checks.plans import integer_proofs, real_proofs
from pv.claims import Domain, Fault, IntRange, parse_domain
from pv.claims.domains.space import Values
from pv.claims.tree import Node, Number, Span, Unary
from pv.contract.model import Contract, SymbolicCheck
from pv.evidence.verdict import Verdict

SHORT = ("float16", "bfloat16")
"""Types of numbers with so few values that each can be tried."""
_NOWHERE = Span(0, 0)


def plan_symbolic(
    contract: Contract,
    symbolic: SymbolicCheck,
    obligations: Iterable[Check],
    bindings: Sequence[Binding],
) -> Iterator[Check]:
    """Turn one symbolic check into checks of the obligation that it decides.

    `obligations` are the checks of all obligations, each against what bindings name.
    """
    wanted = symbolic.obligation.value.strip()
    found = [check for check in obligations if check.id == wanted]
    if not found:
        reason = f"{symbolic.obligation.location}: `{wanted}` is no obligation id of this contract"
        yield _undecided(contract, symbolic, reason)
    for check in found:
        named = replace(
            check,
            id=symbolic.id,
            aliases=check.aliases | {check.id},
            kind=Kind.SYMBOLIC,
            location=symbolic.location,
        )
        yield _decided(contract, symbolic, named, bindings)


def _decided(
    contract: Contract, symbolic: SymbolicCheck, check: Check, bindings: Sequence[Binding]
) -> Check:
    """Apply bound and strategy."""
    if symbolic.strategy == integer_proofs.STRATEGY:
        said = {item.id: item for item in contract.obligations}[symbolic.obligation.value.strip()]
        equation = said.equation.value if said.equation else None
        return integer_proofs.plan_unbounded(contract, check, equation)
    if symbolic.bound is not None:
        check = _within(contract, check, symbolic.bound)
    about = symbolic.obligation.value.strip()
    match symbolic.strategy:
        case "bounded_float":
            return _in_short_floats(contract, check)
        case real_proofs.STRATEGY:
            return real_proofs.plan_stubbed(contract, check, about, bindings)
        case real_proofs.BY_CONTRACT:
            return real_proofs.plan_composed(contract, check, about, bindings)
    return check


def _planned(contract: Contract, check: Check, plan: Enumeration | Formulas, limit: str) -> Check:
    asked = [check.id, check.claim, limit]
    return replace(
        check,
        plan=plan,
        limits=(*check.limits, limit),
        digests=identity.of_plan(contract.digest, asked, plan),
    )


def _within(contract: Contract, check: Check, bound: int) -> Check:
    """Leave whole numbers and sizes up to a bound; the same check if nothing lies beyond it."""
    match check.plan:
        case Enumeration(domains=domains) as plan:
            cut = {name: _cut(text, bound) for name, text in domains.items()}
            smaller = {name: str(domain) for name, domain in cut.items()}
            points = prod(domain.size or 0 for domain in cut.values())
            changed = smaller != domains
            bounded: Enumeration | Formulas = replace(plan, domains=smaller, points=points)
        case Formulas(space=space) as plan:
            variables = {name: _up_to(values, bound) for name, values in space.variables.items()}
            sizes = space.size_names() - variables.keys()
            variables |= {size: _up_to(Values(whole=True, low=_one()), bound) for size in sizes}
            changed = variables != space.variables
            bounded = replace(plan, space=space._replace(variables=variables))
        case _:
            return check
    limit = f"whole numbers and sizes up to {bound} only"
    return _planned(contract, check, bounded, limit) if changed else check


def _cut(text: str, bound: int) -> Domain:
    """Return a domain without the integers beyond a bound; what is no range is kept."""
    domain = parse_domain(text)
    if isinstance(domain, Fault):
        raise AssertionError(domain.message)  # noqa: TRY004 - it was planned as a domain
    if isinstance(domain, IntRange):
        return IntRange(max(domain.low, -bound), min(domain.high, bound))
    return domain


def _up_to(values: Values, bound: int) -> Values:
    if not values.whole or values.sizes or values.listed:
        return values
    low, high = _number(values.low), _number(values.high)
    if values.low is None or (low is not None and low < -bound):
        values = values._replace(low=_whole(-bound), open_low=False)
    if values.high is None or (high is not None and high > bound):
        values = values._replace(high=_whole(bound), open_high=False)
    return values


def _number(node: Node | None) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Unary("-", Number(value=value)):
            return -value
    return None


def _whole(value: int) -> Node:
    number = Number(abs(value), _NOWHERE)
    return number if value >= 0 else Unary("-", number, _NOWHERE)


def _one() -> Node:
    return Number(1, _NOWHERE)


def _in_short_floats(contract: Contract, check: Check) -> Check:
    """Take every float16 value of a claim about one real number; others are drawn as ever.

    That proves the claim of code which is bound with such numbers, and of no other.
    """
    plan = check.plan
    if not isinstance(plan, Formulas) or len(plan.space.variables) != 1:
        return check
    (values,) = plan.space.variables.values()
    if values.whole or values.sizes or values.listed or values.simplex:
        return check
    dtype = plan.dtype if plan.dtype in SHORT else SHORT[0]
    limit = f"real numbers that are {dtype} values only"
    partial = plan.dtype != dtype or not plan.functions
    return _planned(contract, check, replace(plan, dtype=dtype, partial=partial), limit)


def _undecided(contract: Contract, symbolic: SymbolicCheck, reason: str) -> Check:
    plan = NotExecutable(Verdict.PROSE, reason)
    return Check(
        id=symbolic.id,
        aliases=frozenset({contract.stem}),
        kind=Kind.SYMBOLIC,
        contract=contract.stem,
        contract_file=contract.file,
        location=symbolic.location,
        claim=(symbolic.property or symbolic.obligation).value.strip(),
        subject="nothing",
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, [symbolic.id], plan),
    )
