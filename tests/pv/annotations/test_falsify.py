"""`pv falsify` of code runs the claims that stand beside it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import pv

PRICE = '''
    """Prices."""

    from dataclasses import dataclass
    from decimal import Decimal

    from hypothesis import strategies as st

    import pv


    @dataclass
    class Basket:
        items: list[int]

        @pv.claim("total(self) = sum(self.items)")
        def total(self) -> int:
            return sum(self.items)


    few = st.builds(Basket, st.lists(st.integers(0, 5), max_size=3))


    @pv.claim("0 <= discounted(p, rate) <= p", p="decimal", rate="{0, 0.5, 1}")
    @pv.claim("rate = 0 implies discounted(p, rate) = p")
    def discounted(p: Decimal, rate: float) -> Decimal:
        return p * (1 - Decimal(rate))


    def twice(n: int) -> int:
        """Return the double.

        ```contract
        n: 0..9
        twice(n) = n + n
        half(twice(n)) = n
        ```
        """
        return 2 * n


    def half(n):
        return n // 2


    @pv.claim("counted(b) <= 3", b="few")
    def counted(b):
        return len(b.items)


    @pv.claim("flag(ok) = ok")
    def flag(ok: bool) -> bool:
        return ok
    '''
VERDICTS = {
    "shop.price.Basket.total-1": "SURVIVED",
    "shop.price.discounted-1": "REFUTED",
    "shop.price.discounted-2": "SURVIVED",
    "shop.price.twice-1": "PROVED",
    "shop.price.twice-2": "PROVED",
    "shop.price.counted-1": "SURVIVED",
    "shop.price.flag-1": "PROVED",
}


@pytest.fixture
def shop(project):
    project.write("src/shop/__init__.py", "")
    project.write("src/shop/price.py", PRICE)
    return project


def test_all_claims_of_a_module_run(shop):
    code, found = shop.results("falsify", "shop.price")
    assert {name: each["verdict"] for name, each in found.items()} == VERDICTS
    assert code == 1
    told = found["shop.price.discounted-1"]
    assert told["place"] == "src/shop/price.py:24"
    assert told["counterexample"]["p"].startswith("Decimal('-")
    assert found["shop.price.twice-2"]["cases"] == 10


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("shop.price.twice", ["twice-1", "twice-2"]),
        ("src/shop/price.py:34", ["twice-1", "twice-2"]),
        ("src/shop/price.py:24", ["discounted-1", "discounted-2"]),
        ("shop.price.Basket", ["Basket.total-1"]),
    ],
)
def test_one_function_is_named_by_its_name_or_a_line(shop, target, names):
    _, found = shop.results("falsify", target)
    assert sorted(found) == [f"shop.price.{each}" for each in names]


def test_what_ran_is_answered_from_evidence_until_code_or_claim_change(shop):
    def fresh():
        return "evidence of" not in shop.pv("falsify", "shop.price.twice").stdout

    assert fresh()
    assert not fresh()
    shop.change("src/shop/price.py", "return 2 * n", "return n + n")
    assert fresh()
    shop.change("src/shop/price.py", "n: 0..9", "n: 0..8")
    assert fresh()


def test_a_refutation_is_replayed_by_the_line_that_it_prints(shop):
    shop.change("src/shop/price.py", "return 2 * n", "return 2 * n - (n == 7)")
    told = shop.pv("falsify", "shop.price.twice").stdout
    assert "replay: pv prove shop.price.twice-1 src/shop/price.py --case '{\"n\": 7}'" in told
    _, found = shop.results(
        "prove", "shop.price.twice-1", "src/shop/price.py", "--case", '{"n": 7}'
    )
    assert [each["verdict"] for each in found.values()] == ["REFUTED"]


def test_an_id_of_the_code_selects_and_contracts_are_run_beside_it(shop):
    _, found = shop.results("prove", "shop.price.flag-1", "src/shop/price.py")
    assert [*found] == ["shop.price.flag-1"]
    _, found = shop.results("prove", "shop.price.flag", "contracts")
    assert {"shop.price.flag-1", "CNT-INV-001"} <= {*found}


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("src/shop/__init__.py", "no function here states a claim; write `@pv.claim("),
        ("shop", "no contract has this id, and no file this name, nor code with claims"),
        ("shop.price.twise", "shop.price: `twise` states no claim; did you mean `twice`?"),
        ("src/shop/price.py:1", "no function with claims stands here; those that do are Basket"),
        ("src/shop/prize.py", "there is no such file"),
        ("shop.prize.half", "shop.prize.half: no contract has this id"),
    ],
)
def test_code_without_claims_is_told(shop, target, why):
    ran = shop.pv("falsify", target)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert why in ran.stderr


def test_code_that_is_none_is_told(shop):
    shop.write("broken.py", "def f(:\n")
    assert "broken.py:1: not Python" in shop.pv("falsify", "broken.py").stderr


def test_other_verbs_say_where_claims_beside_code_run(shop):
    assert "`pv falsify` runs claims beside it" in shop.pv("lint", "src/shop/price.py").stderr


def test_the_decorator_changes_nothing_and_refuses_what_is_no_text():
    assert pv.claim("f(x) = x", x="ℤ")(len) is len
    with pytest.raises(TypeError, match="3 is none"):
        pv.claim("f(x) = x", x=3)


def test_importing_the_decorator_imports_nothing_else():
    code = "import sys; before = {*sys.modules}; import pv; print(sorted({*sys.modules} - before))"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(pv.__file__).parents[1],
    )  # fmt: skip
    assert ran.stdout == "['pv']\n"


def verdicts(project, text, *targets):
    project.write("beside.py", text)
    _, found = project.results("falsify", *(targets or ("beside.py",)))
    return {name.removeprefix("beside."): each["verdict"] for name, each in found.items()}


def test_a_method_is_decided_by_its_own_class(project):
    text = """
        from dataclasses import dataclass
        import pv

        def area(x):
            return -1

        @dataclass
        class Square:
            side: int
            @pv.claim("area(self) = self.side * self.side")
            def area(self): return self.side ** 2

        @dataclass
        class Cube:
            side: int
            @pv.claim("area(self) >= 0")
            def area(self): return -6 * self.side ** 2 - 1

        @pv.claim("twice(x) = 2 * area(x)", x="0..3")
        def twice(x):
            return 2 * area(x)
        """
    assert verdicts(project, text) == {
        "Square.area-1": "SURVIVED", "Cube.area-1": "REFUTED", "twice-1": "PROVED",
    }  # fmt: skip


def test_two_modules_of_one_name_are_two(project):
    for folder, wrong in (("a", 1), ("b", 2)):
        project.write(
            f"{folder}/util.py",
            f"import pv\n@pv.claim('f(x) = x + 1', x='0..30')\ndef f(x): return x + {wrong}\n",
        )
    ran = project.pv("falsify", "a/util.py", "b/util.py", "--format", "json")
    told = json.loads(ran.stdout)["results"]
    assert {each["place"]: each["verdict"] for each in told} == {
        "a/util.py:2": "PROVED", "b/util.py:2": "REFUTED",
    }  # fmt: skip
    assert len(told) == 2


def test_parameters_may_have_any_names_and_lists_any_sizes(project):
    text = """
        import pv

        @pv.claim("grid(n, m, size) = n * m * size", n="0..3", m="0..3", size="0..3")
        def grid(n: int, m: int, size: int) -> int: return n * m * size

        @pv.claim("length(merge(xs, ys)) = length(xs) + length(ys)")
        def merge(xs: list[int], ys: list[int]) -> list[int]:
            return [each for pair in zip(xs, ys) for each in pair]
        """
    assert verdicts(project, text) == {"grid-1": "PROVED", "merge-1": "REFUTED"}


def test_a_hint_of_several_types_is_no_domain(project):
    text = """
        from typing import Optional
        import pv

        @pv.claim("state(on) = 1")
        def state(on: bool | None = None) -> int: return 2 if on is None else 1

        @pv.claim("other(on) = 1")
        def other(on: Optional[bool] = None) -> int: return 2 if on is None else 1

        @pv.claim("third(x) = 1")
        def third(x: "int | float") -> int: return 1
        """
    assert {*verdicts(project, text).values()} == {"UNBOUND"}


def test_a_stated_domain_keeps_the_type_of_the_hint(project):
    text = """
        from datetime import date, datetime
        from decimal import Decimal
        import pv

        @pv.claim("tax(p) <= 20", p="[0, 100]")
        def tax(p: Decimal): return p * Decimal("0.2")

        @pv.claim("year(d) = 2024", d="2024-01-01..2024-12-31")
        def year(d: date): return d.year

        @pv.claim("hour(t) < 24", t="2024-01-01..2024-12-31")
        def hour(t: datetime): return t.hour

        @pv.claim("up(s) = s", s='s matches "[A-Z]+"')
        def up(s: str): return s.upper()
        """
    assert {*verdicts(project, text).values()} == {"SURVIVED"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f(x):\n    @pv.claim('g(y) = 1')\n    def g(y): return 1\n", "`g` is none"),
        ("@pv.claim('f(x) = 1')\nclass f: pass\n", "claims are about functions and methods"),
        ("@pv.claim('x >= 0', x='0..9')\ndef f(x): return -1\n", "does not call `f`"),
        ("@pv.claim('f(x) = 1')\ndef f(x): return 1\ndef f(x): return 2\n", "again below"),
    ],
)
def test_a_claim_that_would_be_passed_over_is_told(project, text, why):
    project.write("beside.py", f"import pv\n{text}")
    ran = project.pv("falsify", "beside.py")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert why in ran.stderr


@pytest.mark.parametrize(
    "head", ["\f\n# é text\n", "# \u2028 text\n", '"""A.\\n\\nB."""\n', "x = 'a\\\n b'\n"]
)
def test_lines_are_those_of_python(project, head):
    text = f"import pv\n{head}@pv.claim('f(x) = 9', x='0..3')\ndef f(x): return 9\n"
    project.write("beside.py", text)
    _, found = project.results("falsify", "beside.py")
    assert found["beside.f-1"]["place"] == f"beside.py:{2 + head.count(chr(10))}"


def test_escapes_in_a_docstring_move_no_claim_out_of_the_file(project):
    text = 'import pv\ndef f(x: int): "```contract\\nf(x) >= x * x\\n```\\n\\n"; return x\n'
    project.write("beside.py", text)
    ran = project.pv("falsify", "beside.py")
    assert "Traceback" not in ran.stderr
    assert ran.returncode in {0, 1}


def test_an_empty_domain_is_told_from_one_of_which_nothing_was_drawn(project):
    text = """
        import pv

        @pv.claim("f(s, n) >= 0", n="5..3")
        def f(s: str, n: int) -> int: return n

        @pv.claim("g(s) >= 0", s='length(s) >= 2 and s + s = "aXbYaXbY"')
        def g(s: str) -> int: return 1
        """
    assert verdicts(project, text) == {"f-1": "VACUOUS", "g-1": "UNKNOWN"}
