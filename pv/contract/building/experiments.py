"""Build falsification tests and their experiments."""

from pv.contract.building.entry import Entry
from pv.contract.model import Experiment, FalsificationTest, Run


def falsification_test(entry: Entry) -> FalsificationTest:
    """Build a falsification test."""
    wanted = entry.inner("experiment")
    return FalsificationTest(
        id=entry.id,
        rule=entry.text("rule", "description"),
        prediction=entry.text("prediction", "expected"),
        if_fails=entry.text("if_fails", "fails_if"),
        obligation=entry.text("obligation"),
        experiment=_experiment(wanted) if wanted and wanted.value else None,
        location=entry.location,
    )


def _experiment(entry: Entry) -> Experiment:
    several = list(entry.entries("runs"))
    return Experiment(
        given=entry.table("given"),
        runs=tuple(_run(run, run.id) for run in several) or (_run(entry, None),),
        define=entry.table("define"),
        expect=entry.texts("expect"),
        cases=entry.whole("cases"),
    )


def _run(entry: Entry, name: str | None) -> Run:
    return Run(
        name=name,
        system=entry.needed("system"),
        folder=entry.word("folder"),
        environment=entry.table("environment"),
        configuration=entry.mapping("configuration"),
    )
