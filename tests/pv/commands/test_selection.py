from contextlib import suppress

import pytest

from pv.commands.shared import checking
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import Asked, read_contracts
from pv.rules.policy.project_severities import Policy


@pytest.fixture
def contracts(project):
    text = (project.folder / "contracts/counter-v1.yaml").read_text(encoding="utf-8")
    project.write("contracts/other-v1.yaml", text.replace("CNT", "OTH").replace("counted", "told"))
    files = sorted((project.folder / "contracts").glob("*.yaml"))
    return read_contracts(files, Policy())[0]


@pytest.mark.parametrize(
    ("ids", "planned"),
    [
        ((), ["counter-v1", "other-v1"]),
        (("OTH-INV-001",), ["other-v1"]),
        (("counter-v1/counted/equals-formula",), ["counter-v1"]),
        (("OTH-INV-001@float32",), ["other-v1"]),
        (("CNT-INV-001", "told"), ["counter-v1", "other-v1"]),
    ],
)
def test_only_the_contracts_that_ids_are_of_are_planned(contracts, ids, planned):
    seen = []

    def plan(contract):
        seen.append(contract.stem)
        return ()

    with suppress(UserFault):  # this plan makes no checks, so the ids of some are unknown
        checking.planned(Asked(contracts, (), (), ids), plan)
    assert seen == planned


def test_an_id_that_nothing_has_is_refused_after_all_were_asked(contracts):
    seen = []
    with pytest.raises(UserFault, match="no contract has this id"):
        checking.planned(
            Asked(contracts, (), (), ("NO-1",)), lambda each: seen.append(each.stem) or ()
        )
    assert len(seen) == 2
