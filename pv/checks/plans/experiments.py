"""Plan falsification tests: runs, values, and expectations over the observation."""

from collections.abc import Iterator, Mapping, Sequence

from pv.binding.instants import Values, parse_values
from pv.binding.model import Binding, System
from pv.binding.permissions import refusals
from pv.checks import identity
from pv.checks.model import (
    Check,
    Enumeration,
    Expectation,
    Experiment,
    Kind,
    NotExecutable,
    PlannedRun,
)
from pv.checks.plans.finite_domains import plan_claim, subject_of
from pv.checks.subjects import target_name
from pv.claims import EXACT, Fault, Node, parse, render
from pv.contract.model import Contract, FalsificationTest, Obligation, Run
from pv.contract.model import Experiment as Stated
from pv.contract.text import Text
from pv.evidence.record import Digests
from pv.evidence.verdict import Verdict
from pv.nearest import listed, nearest

DEFAULT_CASES = 4
"""Cases of an experiment whose contract names no number: one may take seconds."""

Planned = tuple[str, Experiment | Enumeration | NotExecutable, Digests | None]
"""Subject, plan, and what dates it (None: it cannot be told which code runs)."""


def plan_experiment(
    contract: Contract, test: FalsificationTest, bindings: Sequence[Binding]
) -> Iterator[Check]:
    """Return a check of an experiment for each binding that declares its systems."""
    names = {run.system.value for run in test.experiment.runs} if test.experiment else set()
    able = [each for each in bindings if names <= set(each.systems)]
    for binding in able:
        planned = _experiment(contract, test, binding)
        yield _check(contract, test, planned, target_name(binding, able))
    if not able and test.experiment:
        subject = ", ".join(run.system.value for run in test.experiment.runs)
        planned = subject, _unbound(test.experiment.runs, bindings), None
        yield _check(contract, test, planned)


def plan_prediction(
    contract: Contract, test: FalsificationTest, bindings: Sequence[Binding]
) -> Check:
    """Turn a test without an experiment into a check: its prediction may be about callables."""
    return _check(contract, test, _prediction(contract, test, bindings))


def _check(
    contract: Contract, test: FalsificationTest, planned: Planned, target: str = ""
) -> Check:
    subject, plan, digests = planned
    return Check(
        id=test.id,
        aliases=frozenset({contract.stem, *([test.obligation.value] if test.obligation else ())}),
        kind=Kind.TEST,
        contract=contract.stem,
        contract_file=contract.file,
        location=test.location,
        claim=_claim(test),
        subject=subject,
        plan=plan,
        diagnosis=test.if_fails.value if test.if_fails else None,
        digests=digests or Digests(contract.digest, test.id, ""),
        target=target,
    )


def _claim(test: FalsificationTest) -> str:
    if test.experiment:
        return "; ".join(text.value for text in test.experiment.expect)
    said = test.prediction or test.rule
    return said.value.strip() if said else ""


def _experiment(contract: Contract, test: FalsificationTest, binding: Binding) -> Planned:
    wanted = test.experiment
    assert wanted is not None  # noqa: S101 - the caller looks for experiments
    names = [run.system.value for run in wanted.runs]
    subject = f"system {', '.join(dict.fromkeys(names))} ({binding.target})"
    needs = {
        placeholder: needed
        for name in names
        for placeholder, needed in binding.systems[name].needs.items()
    }
    if missing := [needed for needed in needs.values() if needed not in binding.systems]:
        reason = f"{binding.file}: `needs` names a system that is not declared: {missing[0]}"
        return subject, NotExecutable(Verdict.ERROR, reason), None
    if refused := next(_refused(test, binding), None):
        return subject, NotExecutable(Verdict.ERROR, f"{binding.file}: {refused}"), None
    systems = {placeholder: binding.systems[needed] for placeholder, needed in needs.items()}
    try:
        plan = _planned(wanted, binding, systems)
    except _Unread as fault:
        return subject, NotExecutable(Verdict.PROSE, str(fault)), None
    used = [*(run.system for run in plan.runs), *systems.values()]
    return subject, plan, identity.of_experiment(contract.digest, _asked(plan), used, binding.root)


def _planned(wanted: Stated, binding: Binding, systems: Mapping[str, System]) -> Experiment:
    """Return the plan of an experiment; raises _Unread where a text of it cannot be read."""
    return Experiment(
        given={name: _values(text) for name, text in wanted.given.items()},
        runs=tuple(_run(run, binding) for run in wanted.runs),
        define={name: _tree(text) for name, text in wanted.define.items()},
        expect=tuple(_expectation(text) for text in wanted.expect),
        prepared=systems,
        root=binding.root,
        cases=wanted.cases or DEFAULT_CASES,
    )


def _prediction(
    contract: Contract, test: FalsificationTest, bindings: Sequence[Binding]
) -> Planned:
    """Plan a test without an experiment: its prediction may be a claim about callables."""
    about = next((item for item in contract.obligations if _is_about(test, item)), None)
    equation = about.equation.value if about and about.equation else None
    tolerance = about.tolerance if about and about.tolerance else EXACT
    plan = plan_claim(contract, test.prediction, equation, tolerance, bindings)
    asked = [test.id, test.prediction.value if test.prediction else ""]
    return subject_of(plan), plan, identity.of_plan(contract.digest, asked, plan)


def _is_about(test: FalsificationTest, obligation: Obligation) -> bool:
    return test.obligation is not None and test.obligation.value.strip() == obligation.id


def _unbound(runs: Sequence[Run], bindings: Sequence[Binding]) -> NotExecutable:
    known = sorted({name for binding in bindings for name in binding.systems})
    if not known:
        return NotExecutable(Verdict.UNBOUND, "no binding file declares a system; give --binding")
    strange = next((run.system for run in runs if run.system.value not in known), runs[0].system)
    near = nearest(strange.value, known)
    remedy = f"did you mean `{near[0]}`?" if near else f"declared are: {listed(known)}"
    reason = f"{strange.location}: no binding file declares the system `{strange.value}`; {remedy}"
    return NotExecutable(Verdict.ERROR, reason)


def _refused(test: FalsificationTest, binding: Binding) -> Iterator[str]:
    """Say what an experiment sets and may not."""
    for run in test.experiment.runs if test.experiment else ():
        system = binding.systems[run.system.value]
        environment = {name: text.value for name, text in run.environment.items()}
        for each in refusals(system, environment, run.configuration):
            yield f"{each.message}; {each.remedy}"


def _run(run: Run, binding: Binding) -> PlannedRun:
    return PlannedRun(
        name=run.name,
        system=binding.systems[run.system.value],
        folder=run.folder or "work",
        environment={name: text.value for name, text in run.environment.items()},
        configuration=run.configuration,
    )


def _expectation(text: Text) -> Expectation:
    return Expectation(text.value, text.location, _tree(text))


def _asked(plan: Experiment) -> Mapping[str, object]:
    return {
        "given": {name: repr(domain) for name, domain in plan.given.items()},
        "runs": [repr(run) for run in plan.runs],
        "define": {name: render(tree) for name, tree in plan.define.items()},
        "expect": [render(expectation.tree) for expectation in plan.expect],
        "cases": plan.cases,
    }


class _Unread(Exception):  # noqa: N818 - what is found
    """A text is not in the claim language, which a comment may have silenced."""

    def __init__(self, text: Text, fault: Fault) -> None:
        place = text.locate(fault.start, fault.end)
        super().__init__(f"{place}: {fault.message}; {fault.remedy}")


def _tree(text: Text) -> Node:
    read = parse(text.value)
    if isinstance(read, Fault):
        raise _Unread(text, read)
    return read


def _values(text: Text) -> Values:
    read = parse_values(text.value)
    if isinstance(read, Fault):
        raise _Unread(text, read)
    return read
