"""KaTeX itself, which `pykatex` brings along, sets what pv writes in LaTeX."""

import pytest
from hypothesis import given, settings

from pv.claims import Fault, parse, read_field
from pv.contract.discovery.find import yaml_files
from pv.contract.loader import load
from pv.contract.text import Text
from pv.report.readings.latex import latex
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


WRITTEN = [
    ("a + b * c", r"a + b \cdot c"),
    ("(a + b) * c", r"\left(a + b\right) \cdot c"),
    ("a - (b - c)", r"a - \left(b - c\right)"),
    ("a - b - c", r"a - b - c"),
    ("a / (b + c)", r"\frac{a}{b + c}"),
    ("-a^2", r"-a^{2}"),
    ("(-a)^2", r"\left(-a\right)^{2}"),
    ("-(a + b)", r"-\left(a + b\right)"),
    ("a^b^c", r"a^{b^{c}}"),
    ("(a^b)^c", r"{\left(a^{b}\right)}^{c}"),
    ("x_i^2", r"{x_{i}}^{2}"),
    ("x_i", r"x_{i}"),
    ("steps_run", r"\mathrm{steps\_run}"),
    ("x'", r"x'"),
    ("x_{i+1}", r"x_{i + 1}"),
    ("xs[1:3]", r"\mathrm{xs}_{1:3}"),
    ("v[:, 0]", r"v_{:, 0}"),
    ("record.a_b", r"\mathrm{record}.\mathrm{a\_b}"),
    ("α + ŷ_1", r"\alpha + \hat{y}_{1}"),
    ("inf", r"\infty"),
    ("f(x, -1)", r"f\left(x, -1\right)"),
    ("max(a, b)", r"\max\left(a, b\right)"),
    ("exp(x)", r"\exp\left(x\right)"),
    ("f^{-1}(x)", r"f^{-1}\left(x\right)"),
    ("sqrt(x + 1)", r"\sqrt{x + 1}"),
    ("‖x‖_2", r"\lVert x \rVert_{2}"),
    ("‖x‖", r"\lVert x \rVert"),
    ("floor(x) + ceil(y)", r"\lfloor x \rfloor + \lceil y \rceil"),
    ("dot(u, v)", r"\langle u, v \rangle"),
    ("|x|", r"\lvert x \rvert"),
    ("not a and b", r"\lnot a \land b"),
    ("not (a or b)", r"\lnot \left(a \lor b\right)"),
    ("a and b or c", r"a \land b \lor c"),
    ("(a or b) and c", r"\left(a \lor b\right) \land c"),
    ("a implies b", r"a \Rightarrow b"),
    ("(a implies b) implies c", r"\left(a \Rightarrow b\right) \Rightarrow c"),
    ("a iff b", r"a \Leftrightarrow b"),
    ("A @ B", r"A B"),
    ("A^T", r"A^{\top}"),
    ("(A + B)^T", r"\left(A + B\right)^{\top}"),
    ("(x_i)^T", r"{x_{i}}^{\top}"),
    ("a < b <= c != d", r"a < b \leq c \neq d"),
    ("(a < b) = c", r"\left(a < b\right) = c"),
    ("a in 1..9", r"a \in \{1, \dots, 9\}"),
    ("a not in [0, 1)", r"a \notin [0, 1)"),
    ("a in (0, 1]", r"a \in (0, 1]"),
    ("a in {1, 2}", r"a \in \{1, 2\}"),
    ("a in ℝ^n", r"a \in \mathbb{R}^{n}"),
    ("A in ℝ^{n × m}", r"A \in \mathbb{R}^{n \times m}"),
    ("1.5e-7 * x", r"1.5 \cdot 10^{-7} \cdot x"),
    ("-1e300", r"-1 \cdot 10^{300}"),
    ("a * -1", r"a \cdot -1"),
    ('s = "a_b^~ 50%"', r"s = \text{``a\_b\textasciicircum{}\textasciitilde{} 50\%''}"),
    ("true", r"\mathrm{true}"),
    ("null", r"\mathrm{null}"),
    ("a if b else c", r"\begin{cases}a & \text{if } b \\ c & \text{otherwise}\end{cases}"),
    (
        "a if b else (c if d else e)",
        r"\begin{cases}a & \text{if } b \\ c & \text{if } d \\ e & \text{otherwise}\end{cases}",
    ),
    ("Σ_{i=1}^{n} (i + 1)", r"\sum_{i=1}^{n} \left(i + 1\right)"),
    ("Σ_{i=1}^{n} i * 2", r"\sum_{i=1}^{n} i \cdot 2"),
    ("Σ_i x_i", r"\sum_{i} x_{i}"),
    ("∀ i in 1..9: i > 0", r"\forall i \in \{1, \dots, 9\} : i > 0"),
    ("∃ i: i > 0", r"\exists i : i > 0"),
    ("max(i for i in 1..9 with i > 2)", r"\max_{i \in \{1, \dots, 9\}, i > 2} i"),
    ("argmin_{i in S}(i)", r"\operatorname*{arg\,min}_{i \in S} i"),
    ("{i in 1..9 : i > 2}", r"\{i \in \{1, \dots, 9\} : i > 2\}"),
    ("(1, a)", r"(1, a)"),
    ("a // b % c", r"a \div b \bmod c"),
    ("a = c where c = 2", r"a = c \quad\text{where } c = 2"),
    ("2 * (Σ_{i=1}^{n} i)", r"2 \cdot \sum_{i=1}^{n} i"),
    ("x_i_j", r"x_{\mathrm{i\_j}}"),
    ("(a, b)[0]", r"(a, b)_{0}"),
    ("a ≈ b", r"a \approx b"),
    ("S ⊆ R", r"S \subseteq \mathbb{R}"),
    ("E[x]", r"E_{x}"),
    ("P(a | b)", r"P\left(a \mid b\right)"),
    ("{}", r"\emptyset"),
    ("(1.5e-7)^2", r"{\left(1.5 \cdot 10^{-7}\right)}^{2}"),
    ("x*", r"x^{*}"),
    ("a xor b", r"a \oplus b"),
    ("a · b", r"a \cdot b"),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_each_construct_is_written_as_in_a_book(text, expected):
    tree = parse(text)
    if isinstance(tree, Fault):
        (tree,) = trees([("formal", text)])
    assert latex(tree) == expected


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
