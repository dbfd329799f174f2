"""What a stranger's contract makes pv show: no text of it acts on a terminal or a runner."""

import json
import re

import pytest

from tests.hostile.hidden import acting, commands

SIGNS = [
    "\\e[31m", "\\a", "\\r", "\\x9b31m", "\\u202e", "\\u2066", "\\u2028", "\\x85", "\\u200b", "\\n",
]  # fmt: skip
FORGED = "SURVIVED  FT-1  99 cases, 0.1 s  property: m:f  a.yaml:1"
ORDERS = (
    "::error::forged ##[error]forged ##vso[task.setvariable variable=a]b \\n  ::stop-commands::x"
)


def contract(name, text=None):
    said = name if text is None else text
    return f"""\
metadata: {{version: 1.0.0, description: d, references: [r], kind: pattern}}
equations:
  "f{said}": {{formula: "q(n) ⟹⟹ {said}", domain: {{n: 0..9}}}}
  f: {{formula: f(n) = n, domain: {{n: 0..9}}}}
proof_obligations:
  - {{id: "{name}", type: invariant, equation: f, property: "{said}", formal: "f(n) >= 1"}}
  - {{id: "O-2{name}", type: invariant, equation: "f{said}", property: "{said}", formal: "{said}"}}
falsification_tests:
  - {{id: "T{name}", rule: "{said}", prediction: "f(n) = 1", obligation: "{name}",
     if_fails: "{said}"}}
qa_gate: {{id: "G{name}", name: "{said}", checks: [falsification], require: {{"{name}": PROVED}}}}
"""


COMMANDS = [
    ("validate", "--notes"), ("validate", "--format", "github"), ("lint",), ("list",), ("status",),
    ("falsify",), ("prove",), ("gate",), ("equations",), ("equations", "--format", "python"),
    ("equations", "--format", "latex"), ("explain", "counter-v1"), ("generate",),
    ("falsify", "nothing"), ("explain", "nothing"), ("prove", "--repro", "found"),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_that_is_shown_acts_on_a_terminal(hostile, words):
    text = f"x{''.join(SIGNS)}{FORGED}"
    hostile.write("contracts/counter-v1.yaml", contract(text))
    ran = hostile.pv(*words)
    told = ran.stdout + ran.stderr
    assert ran.returncode not in {2, 3} or "nothing" in words, told
    assert not acting(told), acting(told)
    assert not re.search(rf"^ {{0,4}}{re.escape(FORGED)}", told, re.MULTILINE), told


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_what_programs_read_holds_no_sign_that_acts(hostile, form):
    text = "x" + "".join(SIGNS)
    hostile.write("contracts/counter-v1.yaml", contract(text))
    for words in [("validate",), ("lint",)]:
        ran = hostile.pv(*words, "--format", form)
        assert json.loads(ran.stdout)
        assert not acting(ran.stdout)
        assert not commands(ran.stdout)


def test_programs_are_told_the_ids_as_they_are(hostile):
    hostile.write("contracts/counter-v1.yaml", contract("x\\u202e\\e\\x9b::y"))
    _, found = hostile.results("prove", "--fresh")
    assert "x\u202e\x1b\x9b::y" in found


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_text_of_a_contract_gives_a_runner_an_order(hostile, words):
    hostile.write("contracts/counter-v1.yaml", contract(ORDERS))
    ran = hostile.pv(*words)
    orders = commands(ran.stdout + ran.stderr)
    ours = orders.count("::") if "github" in words else 0
    assert len(orders) == ours, (ran.stdout, ran.stderr)


def test_an_annotation_is_one_line(hostile):
    hostile.write("contracts/counter-v1.yaml", contract("x\\n::error::forged"))
    ran = hostile.pv("validate", "--format", "github")
    lines = ran.stdout.splitlines()
    assert lines
    assert not [line for line in lines if line.startswith("::error::")]
    assert all(
        line.startswith(("::error file=", "::warning file=", "1 contract")) for line in lines
    )


def test_what_a_system_prints_is_shown_without_acting(project):
    project.write(
        "counting/__main__.py",
        'print("::error::forged\\n##[error]x\\x1b]0;title\\x07\\u202e\\x9b1m")\n',
    )
    ran = project.pv("falsify", "FT-CNT-001")
    assert ran.returncode == 1
    assert "forged" in ran.stdout
    assert not acting(ran.stdout)
    assert not commands(ran.stdout)


def test_a_long_line_is_shown_around_the_place(project):
    line = f"{{id: X, property: '{'y' * 5000}', tolerence: 1, formal: '{'z' * 5000}'}}"
    project.write(
        "contracts/counter-v1.yaml",
        "metadata: {version: 1.0.0, description: d, references: [r]}\n"
        f"proof_obligations:\n  - {line}\n",
    )
    ran = project.pv("validate")
    told = ran.stdout.splitlines()
    (at,) = [n for n, line in enumerate(told) if "`tolerence`" in line]
    excerpt, caret = told[at + 1], told[at + 2]
    assert len(excerpt) <= 4 + 160 + 2
    assert excerpt[caret.index("^") :].startswith("tolerence")
    assert caret.count("^") == len("tolerence")


@pytest.mark.parametrize("form", ["text", "github", "json", "sarif"])
def test_many_findings_of_a_file_are_counted_and_not_all_listed(project, form):
    keys = "".join(f"  - {{id: '{n}', typ{n}: 1}}\n" for n in range(2000))
    text = (
        "metadata: {version: 1.0.0, description: d, references: [r]}\nproof_obligations:\n" + keys
    )
    project.write("contracts/counter-v1.yaml", text)
    ran = project.pv("validate", "--format", form, "--notes")
    assert ran.returncode == 1
    assert len(ran.stdout) < 20 * len(text)
    match form:
        case "json":
            told = json.loads(ran.stdout)
            assert len(told["findings"]) < 200
            assert sum(told["summary"].values()) > 2000
            left_out = {"contracts/counter-v1.yaml": sum(told["summary"].values()) - 100}
            assert told["left_out"] == left_out
        case "sarif":
            assert len(json.loads(ran.stdout)["runs"][0]["results"]) < 200
            assert "are not listed" in ran.stdout
        case _:
            assert "are not listed" in ran.stdout


def test_a_long_name_is_cut_where_it_is_told(project):
    project.change(
        "contracts/counter-v1.yaml",
        "obligation: CNT-INV-001, bound",
        f"obligation: {'n' * 9000}, bound",
    )
    for form in ("text", "json", "github"):
        assert "n" * 1000 not in project.pv("validate", "--format", form, "--notes").stdout
