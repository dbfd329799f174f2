"""Falsification tests that run a system, each as a test function that lets pv decide it."""

from collections.abc import Iterator

from pv.binding.instants import parse_values
from pv.binding.model import Binding
from pv.checks.model import Check, Experiment, PlannedRun
from pv.claims import render
from pv.claims.values import Assignment
from pv.generate.claim_source import call, literal
from pv.generate.text_layout import docstring, from_here, indented, quoted
from pv.python_source import NoPython


def test_text(
    name: str, bench: str, check: Check, title: str, plan: Experiment, case: Assignment | None
) -> str:
    """Return a test that runs the systems for cases of what is given, or for one case.

    Raises NoPython for a domain whose text could not be read back.
    """
    at = [] if case is None else [f"at={literal(case)}"]
    body = indented([docstring(title, check), call(f"{bench}.survives", *_arguments(plan), *at)])
    return "\n".join(["@pytest.mark.experiment", f"def {name}({bench}):", *body])


def bench_text(name: str, binding: Binding) -> str:
    """Return the fixture that the experiments of a module with one binding file share."""
    return "\n".join(
        [
            '@pytest.fixture(scope="module")',
            f"def {name}():",
            *indented([quoted(f"Run the systems of {binding.target}.")]),
            f"    with Bench({from_here(binding.file)!r}) as opened:",
            "        yield opened",
        ]
    )


def _arguments(plan: Experiment) -> Iterator[str]:
    yield f"[{', '.join(map(_run, plan.runs))}]"
    if plan.given:
        for domain in plan.given.values():
            if parse_values(str(domain)) != domain:
                raise NoPython(f"the domain `{domain}` does not survive being written down")
        yield f"given={ {name: str(domain) for name, domain in plan.given.items()}!r}"
    yield f"cases={plan.cases}"
    if plan.define:
        yield f"define={ {name: render(tree) for name, tree in plan.define.items()}!r}"
    yield f"expect={[expectation.text for expectation in plan.expect]!r}"


def _run(run: PlannedRun) -> str:
    said = [repr(run.system.name)]
    said += [f"name={run.name!r}"] if run.name else []
    said += [f"environment={literal(run.environment)}"] if run.environment else []
    said += [f"configuration={literal(run.configuration)}"] if run.configuration else []
    said += [f"folder={run.folder!r}"] if run.folder != "work" else []
    return call("run", *said)
