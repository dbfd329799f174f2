"""Falsification tests that run a system, each as a test function."""

from pv.binding.model import Binding
from pv.checks.model import Check, Experiment, PlannedRun
from pv.claims import Domain, Finite, Integers, IntRange, RealInterval, Strings, render
from pv.claims.values import Assignment
from pv.generate.text_layout import docstring


def test_text(name: str, check: Check, title: str, plan: Experiment) -> str:
    """Return a test function that runs the systems once for each case that is drawn."""
    given = ", ".join(f"{key}={_strategy(domain)}" for key, domain in plan.given.items())
    parameters = ", ".join(["bench", *plan.given])
    head = ["@pytest.mark.experiment"]
    if given:
        settings = f"max_examples={plan.cases}, deadline=None, derandomize=True, phases=DRAW"
        head += [f"@settings({settings})", f"@given({given})"]
    lines = [*head, f"def test_{name}({parameters}):", _shift(docstring(title, check))]
    return "\n".join([*lines, *_body(plan)])


def _body(plan: Experiment) -> list[str]:
    lines = [f"    {line}" for line in _runs(plan)]
    if plan.define:
        said = ", ".join(f"{key}={render(tree)!r}" for key, tree in plan.define.items())
        lines.append(f"    seen.define({said})")
    claims = ", ".join(repr(expectation.text) for expectation in plan.expect)
    return [*lines, f"    seen.expect({claims})"]


def case_text(name: str, check: Check, title: str, plan: Experiment, case: Assignment) -> str:
    """Return a test that runs the systems for one case."""
    lines = [f"def test_{name}(bench):", _shift(docstring(title, check))]
    lines += [f"    {key} = {value!r}" for key, value in case.items()]
    return "\n".join([*lines, *_body(plan)])


def bench_text(binding: Binding, file: str) -> str:
    """Return the fixture that all experiments of a module share."""
    return "\n".join(
        [
            '@pytest.fixture(scope="module")',
            "def bench():",
            f'    """Run the systems of {binding.target}."""',
            f"    with Bench({file!r}) as opened:",
            "        yield opened",
        ]
    )


def _runs(plan: Experiment) -> list[str]:
    given = "".join(f", {key}={key}" for key in plan.given)
    if len(plan.runs) == 1 and plan.runs[0].name is None:
        return [f"seen = bench.run({_arguments(plan.runs[0])}{given})"]
    lines, first = [], ""
    for run in plan.runs:
        lines.append(f"{run.name} = bench.run({_arguments(run)}{first}{given})")
        first = first or f", beside={run.name}"
    named = ", ".join(f"{run.name}={run.name}" for run in plan.runs)
    return [*lines, f"seen = {plan.runs[0].name}.with_runs({named})"]


def _arguments(run: PlannedRun) -> str:
    said = [repr(run.system.name)]
    said += [f"environment={dict(run.environment)!r}"] if run.environment else []
    said += [f"configuration={dict(run.configuration)!r}"] if run.configuration else []
    said += [f"folder={run.folder!r}"] if run.folder != "work" else []
    return ", ".join(said)


def _strategy(domain: Domain) -> str:
    match domain:
        case IntRange(low, high):
            return f"st.integers({low}, {high})"
        case Integers(low):
            return f"st.integers({low})"
        case Finite(values):
            return f"st.sampled_from({list(values)!r})"
        case RealInterval(low, high, open_low, open_high):
            return f"st.floats({low}, {high}, exclude_min={open_low}, exclude_max={open_high})"
        case Strings():
            return "st.text()"
    raise AssertionError(domain)  # a new kind of domain needs a strategy here


def _shift(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
