import json
from pathlib import Path

import jsonschema

from pv.contract.schema.files import schema_text
from pv.evidence.record import Digests, Evidence
from pv.evidence.verdict import Verdict
from pv.proposals.model import Function, Law, LeftOut, Proposal, Source, Tried
from pv.report.proposals import as_json, as_text


def tried(key, verdict, expected=True, offered=False, reason=None, **more):  # noqa: FBT002
    law = Law(key, "f", "bound", key, "f(x) > 0", is_expected=expected)
    none = Digests("", "", "")
    evidence = Evidence(
        f"m.f.{key}", "m", "f(x) > 0", "m:f", "property", verdict, 400, 0.1, none, **more
    )
    return Tried(law, evidence, offered, reason)


F = Function("m", "f", "m.py:1", (), None)
PROPOSAL = Proposal(
    Source("m", (Path("m.py"),), Path(), (F,), (), (LeftOut("f", "m.py:3", "no translation"),)),
    (F,),
    {"f": "x in 1..3"},
    (
        tried("one", Verdict.SURVIVED, offered=True),
        tried("two", Verdict.PROVED, reason="one says it"),
        tried(
            "three", Verdict.REFUTED, counterexample={"x": 3}, observation=("f(x)  is  0", "more")
        ),
        tried("four", Verdict.VACUOUS),
        tried("five", Verdict.REFUTED, expected=False, counterexample={"x": 1}),
    ),
    (LeftOut("g\x1b[1m", "m.py:9", "it is a class"),),
)


def test_each_law_has_its_verdict_and_what_contradicts_it():
    text = as_text(PROPOSAL)
    assert text.splitlines() == [
        "f()  for x in 1..3",
        "  SURVIVED  one: f(x) > 0  (400 cases)",
        "  REFUTED   three: for x = 3; f(x)  is  0",
        "  VACUOUS   four: ",
        "  held, not offered: two (one says it)",
        "m.py:9: g\\x1b[1m is left out: it is a class",
        "m.py:3: f: no translation",
    ]


def test_json_has_all_that_was_tried_and_follows_its_schema():
    told = json.loads(as_json([(PROPOSAL, [Path("contracts/m.yaml")]), (None, [Path("e.yaml")])]))
    jsonschema.validate(told, json.loads(schema_text("proposals")))
    of_module, skeleton = told["proposals"]
    assert [each["law"] for each in of_module["laws"]] == ["one", "two", "three", "four", "five"]
    assert [each["offered"] for each in of_module["laws"]] == [True, False, False, False, False]
    assert (skeleton["source"], skeleton["written"]) == (None, ["e.yaml"])
