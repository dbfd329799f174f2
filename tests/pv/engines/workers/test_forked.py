"""The workers that tests fork (`tests/warm_worker.py`) decide and report as those of users do."""

import json

ANEW = ("env",)  # a process before pv, so that nothing is forked
OF_ITS_TIME = {"seconds": 0, "recorded": ""}


def results(ran):
    assert ran.stderr == ""
    return [{**each, **OF_ITS_TIME} for each in json.loads(ran.stdout)["results"]]


def test_a_forked_worker_decides_as_one_that_started_anew(project):
    words = ("prove", "--format", "json", "--fresh")
    assert results(project.pv(*words)) == results(project.pv(*words, before=ANEW))


def test_evidence_of_a_forked_worker_is_believed_until_the_code_changes(project):
    words = ("prove", "CNT-INV-001", "--format", "json")
    project.pv(*words)
    assert all(each["cached"] for each in results(project.pv(*words, before=ANEW)))
    project.change("counting/rule.py", "done = 0", "done = 1 - 1")
    assert not any(each["cached"] for each in results(project.pv(*words, before=ANEW)))


def test_a_forked_worker_that_ends_says_how(project):
    project.change("counting/rule.py", "done = 0", "done = 0; import os; os.abort()")
    words = ("prove", "CNT-INV-001", "--format", "json")
    for told in (*results(project.pv(*words)), *results(project.pv(*words, before=ANEW))):
        assert told["verdict"] == "ERROR"
        assert "was ended by SIGABRT" in told["reason"]
        assert any("counting/rule.py" in line for line in told["observation"])
