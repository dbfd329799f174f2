import json

import jsonschema
import pytest

from pv.contract.schema.files import schema_text
from tests.conftest import Project

MODULE = '''
def clamp(x: int, low: int, high: int) -> int:
    """Return x, or the end that it lies beyond.

    :param x: between -5 and 5
    :param low: between -5 and 0
    :param high: between 0 and 5
    """
    return max(low, min(x, high))


def mean(xs: list[float]) -> float:
    return sum(xs) / len(xs) if xs else xs[0]


def shout(text: str) -> str:
    return text.upper()


def hexed(text: str) -> bytes:
    return text.encode().hex()


def share(part: int) -> float:
    if part <= 0:
        raise ValueError("no part")
    return 1 / part


def fail(x: int) -> int:
    raise KeyError(x)


class Basket:
    pass
'''


BUDGET = ("--budget", "6")
"""Enough to draw texts on a busy machine; no law of these tests has a proof that takes longer."""


@pytest.fixture
def fresh(tmp_path):
    made = Project(tmp_path)
    made.write("pyproject.toml", "")
    made.write("src/shop/__init__.py", "")
    made.write("src/shop/rules.py", MODULE)
    return made


def proposed(project, *words):
    ran = project.pv("new", *words, "--format", "json", *BUDGET)
    assert "Traceback" not in ran.stderr
    told = json.loads(ran.stdout)
    jsonschema.validate(told, json.loads(schema_text("proposals")))
    (proposal,) = told["proposals"]
    return ran.returncode, proposal


@pytest.mark.parametrize(("words", "name"), [((), "example"), (("my-first",), "my-first")])
def test_a_skeleton_is_green_at_once(fresh, words, name):
    ran = fresh.pv("new", *words)
    assert ran.returncode == 0
    assert ("no module of this project is called so" in ran.stderr) == bool(words)
    assert f"wrote contracts/{name}.yaml" in ran.stdout
    for verb in ("validate", "lint", "falsify", "prove", "gate"):
        ran = fresh.pv(verb, "contracts/")
        assert ran.returncode == 0, (verb, ran.stdout, ran.stderr)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A project after `pv new` of its module, and what that printed."""
    made = Project(tmp_path_factory.mktemp("done"))
    made.write("pyproject.toml", "")
    made.write("src/shop/rules.py", MODULE)
    ran = made.pv("new", "src/shop/rules.py", *BUDGET)
    assert ran.returncode == 0, ran.stderr
    return made, ran.stdout


def test_what_was_tried_is_told_with_its_verdict(done):
    told = done[1].splitlines()
    for line in (
        "clamp(x, low, high)  for x in -5..5, low in -5..0, high in 0..5",
        "  PROVED    idempotent: clamp(clamp(x, low, high), low, high) = clamp(x, low, high)  (396",
        "  SURVIVED  idempotent: shout(shout(text)) = shout(text)  (",
        "share(part)  for part in 1..100",
        "wrote contracts/rules.yaml",
        "src/shop/rules.py:30: fail is left out: fail raised KeyError",
        "src/shop/rules.py:34: Basket is left out: it is a class",
    ):
        assert any(each.startswith(line) for each in told), (line, told)


def test_the_gate_of_a_module_is_green_at_once_and_answered_from_evidence(done):
    project, told = done
    offered = [line for line in told.splitlines() if line.startswith(("  PROVED", "  SURVIVED"))]
    assert "1 contract: 0 errors, 0 warnings" in project.pv("validate").stdout
    assert project.pv("lint").returncode == 0
    gate = project.pv("gate", "contracts/rules.yaml", *BUDGET)
    assert gate.returncode == 0, gate.stdout
    assert f"holds: {len(offered)} of {len(offered)} requirements met" in gate.stdout
    assert gate.stdout.count(", evidence of ") == len(offered) > 9


def test_a_second_time_is_refused(done):
    project, _ = done
    ran = project.pv("new", "src/shop/rules.py")
    assert ran.returncode == 2
    assert "contracts/rules.yaml: it is there already" in ran.stderr


@pytest.mark.slow
def test_the_gate_notices_when_a_law_is_broken(fresh):
    fresh.write("src/shop/rules.py", "def add(a: int, b: int) -> int:\n    return a + b\n")
    assert fresh.pv("new", "shop.rules", *BUDGET).returncode == 0
    fresh.change("src/shop/rules.py", "a + b", "a - b")
    ran = fresh.pv("gate", *BUDGET)
    assert ran.returncode == 1
    assert "shop.rules.add.commutative is REFUTED, SURVIVED is required" in ran.stdout


@pytest.mark.parametrize("words", [("shop.rules",), ("example",), ()])
def test_nothing_is_written_over(fresh, words):
    name = words[0] if words else "example"
    fresh.write(f"contracts/bindings/{name}.yaml", "mine")
    ran = fresh.pv("new", *words)
    assert ran.returncode == 2
    assert f"contracts/bindings/{name}.yaml: it is there already" in ran.stderr
    assert (fresh.folder / f"contracts/bindings/{name}.yaml").read_text() == "mine"
    assert not (fresh.folder / f"contracts/{name}.yaml").exists()


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("shop.prices", "shop.prices: there is no Python source of it"),
        ("a/b.py", "there is no such file"),
        ("../x", "there is no such file"), ("a b", "no module has such a name"),
    ],
)  # fmt: skip
def test_what_is_no_module_is_told(fresh, word, told):
    ran = fresh.pv("new", word)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert not (fresh.folder / "contracts").exists()


def test_where_no_law_can_be_offered_nothing_is_written(fresh):
    fresh.write("src/shop/bare.py", "def f(d: dict) -> int: ...\n")
    code, proposal = proposed(fresh, "shop.bare")
    assert (code, proposal["written"]) == (4, [])
    assert "`d` is a dict" in proposal["left_out"][0]["reason"]
    assert not (fresh.folder / "contracts").exists()


def test_without_time_nothing_is_tried_and_nothing_offered(fresh):
    ran = fresh.pv("new", "shop.rules", "--total-budget", "0.000001")
    assert ran.returncode == 4
    assert "not begun: the" in ran.stdout
    assert not (fresh.folder / "contracts").exists()


@pytest.mark.slow
def test_code_that_breaks_costs_its_laws_alone(fresh):
    fresh.write(
        "src/shop/odd.py",
        """
        import os, random

        def ends(x: int) -> int:
            os._exit(3)

        def dice(x: int) -> int:
            return random.randrange(6)

        def changes(xs: list[int]) -> int:
            xs.append(1)
            return 1

        def good(x: int) -> int:
            return -x
        """,
    )
    code, proposal = proposed(fresh, "shop.odd")
    assert code == 0
    reasons = {each["name"]: each["reason"] for each in proposal["left_out"]}
    assert "ended with exit code 3" in reasons["ends"]
    assert "changes its argument 1" in reasons["changes"]
    verdicts = {(each["function"], each["law"]): each for each in proposal["laws"]}
    assert verdicts["dice", "deterministic"]["verdict"] == "REFUTED"
    assert not any(each["offered"] for key, each in verdicts.items() if key == ("dice", "share"))
    assert verdicts["good", "involution"]["offered"]
    assert verdicts["good", "decreasing-x"]["verdict"] in {"SURVIVED", "PROVED"}
    assert fresh.pv("gate", *BUDGET).returncode == 0


def test_a_module_that_ends_its_process_ends_no_process_of_pv(fresh):
    fresh.write("src/shop/ends.py", "import os\nos._exit(5)\ndef f(x: int) -> int: ...\n")
    code, proposal = proposed(fresh, "shop.ends")
    assert code == 4
    assert "ended with exit code 5" in proposal["left_out"][0]["reason"]


def test_a_text_of_the_module_stays_a_text(fresh):
    fresh.write(
        "src/shop/texts.py",
        "from typing import Literal\n\n"
        "def f(kind: Literal['a\"}: [x', '# no', \"it's\"]) -> int:\n    return len(kind)\n",
    )
    code, proposal = proposed(fresh, "shop.texts")
    assert code == 0
    assert proposal["laws"][0]["domain"] == 'kind in {"a\\"}: [x", "# no", "it\'s"}'
    assert fresh.pv("gate").returncode == 0


def test_a_hypothesis_test_gives_its_domains_and_assertions(fresh):
    fresh.write(
        "tests/test_rules.py",
        """
        from hypothesis import given, strategies as st
        from shop.rules import share, shout

        @given(st.integers(1, 5), st.text())
        def test_share(part, name):
            assert 0 < share(part) <= 1
            assert share(part) == 1
            assert shout(name) == name
        """,
    )
    ran = fresh.pv("new", "--from", "tests/test_rules.py::test_share", *BUDGET)
    assert ran.returncode == 0, ran.stderr
    told = ran.stdout.splitlines()
    assert "  PROVED    assert-1: 0 < share(part) <= 1  (5 cases)" in told
    assert "  REFUTED   assert-2: for part = 2; share(part)  is  0.5" in told
    assert any("`name` is drawn by `st.text()`, which has no counterpart" in each for each in told)
    assert fresh.pv("gate", "contracts/share.yaml", *BUDGET).returncode == 0
    both = fresh.pv("new", "shop.rules", "--from", "tests/test_rules.py::test_share")
    assert (both.returncode, "--from takes a test alone" in both.stderr) == (2, True)
