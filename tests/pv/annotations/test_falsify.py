"""`pv falsify` of code runs the claims that stand beside it."""

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
