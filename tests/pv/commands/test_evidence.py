"""`pv evidence prune`."""

from pv.evidence.store import Store


def test_pruning_keeps_what_answers_and_deletes_what_cannot(project):
    for rule in ("done = 0", "done = 0 + 0"):
        project.change("counting/rule.py", "done = 0", rule)
        assert project.pv("prove").returncode == 0
    project.change("counting/rule.py", "done = 0 + 0", "done = 0")
    project.change("counting/rule.py", "done = 0", "done = int(0)")
    project.pv("prove")
    store = Store(project.folder / ".pv/evidence.db")
    assert len(store.all()) == 6
    ran = project.pv("evidence", "prune")
    assert (ran.returncode, ran.stdout) == (0, ".pv/evidence.db: 4 records deleted, 2 kept\n")
    assert "(2 from evidence" in project.pv("prove").stdout
    assert project.pv("evidence", "prune").stdout == ".pv/evidence.db: 0 records deleted, 2 kept\n"


def test_nothing_is_deleted_while_a_contract_cannot_be_read(project):
    project.pv("prove")
    project.write("contracts/broken-v1.yaml", "metadata: {version: 1.0.0}\nequations: 3\n")
    ran = project.pv("evidence", "prune")
    assert ran.returncode == 2
    assert ran.stderr.endswith("nothing was deleted: what these files claim cannot be told\n")


def test_pruning_where_nothing_is_stored_makes_nothing(project):
    ran = project.pv("evidence", "prune")
    assert (ran.returncode, ran.stdout) == (0, ".pv/evidence.db: 0 records deleted, 0 kept\n")
    assert not (project.folder / ".pv").exists()
    assert project.pv("evidence").returncode == 2
