"""KaTeX itself, which `pykatex` brings along, sets what pv writes in LaTeX."""

import pytest
from hypothesis import given, settings

from pv.claims import Fault, read_field
from pv.contract.discovery.find import yaml_files
from pv.contract.loader import load
from pv.contract.text import Text
from pv.report.latex import latex
from tests.conftest import HOME
from tests.pv.claims.trees import EXPRESSIONS

READINGS = (HOME / "tests/pv/claims/grammar/readings.tsv").read_text(encoding="utf-8").splitlines()


def texts_of_ours():
    for file in yaml_files([HOME / "contracts"]):
        contract = load(file).contract
        if contract is None:
            continue
        for equation in contract.equations:
            said = (
                ("formula", [equation.formula]), ("domain", [equation.domain]),
                ("codomain", [equation.codomain]), ("invariant", equation.invariants),
                ("precondition", equation.preconditions),
            )  # fmt: skip
            for field, texts in said:
                yield from ((field, text.value) for text in texts if isinstance(text, Text))
        yield from (("formal", each.formal.value) for each in contract.obligations if each.formal)


def trees(rows):
    for field, text in rows:
        read = read_field(field, text)
        yield from () if isinstance(read, Fault) else read


OURS = [*trees(texts_of_ours())]
REVIEWED = [*trees(row.split("\t")[:2] for row in READINGS)]


def test_there_is_enough_to_set():
    assert len(OURS) > 100
    assert len(REVIEWED) > 250


@pytest.mark.parametrize("source", [OURS, REVIEWED], ids=["ours", "reviewed"])
def test_latex_needs_no_unicode(source):
    outside = [latex(tree) for tree in source if not latex(tree).isascii()]
    assert outside == []


@pytest.fixture
def accepted():
    katex = pytest.importorskip("pykatex", reason="needs the extra `peers`, which has KaTeX")

    def check(text):
        try:
            return "katex" in katex.renderToString(text, strict=katex.STRICT_ERROR)
        except katex.ParseError:
            return False

    return check


@pytest.mark.peers
@pytest.mark.parametrize("broken", [r"\frac{x", "x_1_2", r"\unheard x", "x^1^2", r"\left( x", "é"])
def test_katex_refuses_what_is_broken(accepted, broken):
    assert not accepted(broken)


@pytest.mark.peers
@pytest.mark.parametrize("source", [OURS, REVIEWED], ids=["ours", "reviewed"])
def test_katex_sets_every_text_that_pv_reads(accepted, source):
    refused = [latex(tree) for tree in source if not accepted(latex(tree))]
    assert refused == []


@pytest.mark.peers
@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_katex_sets_any_tree(tree):
    katex = pytest.importorskip("pykatex", reason="needs the extra `peers`, which has KaTeX")
    assert "katex" in katex.renderToString(latex(tree), strict=katex.STRICT_ERROR)
