import pytest

from pv.carets import pointed
from pv.claims import Fault, definition_of, names, parse, read_field, render


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("1 + 2 * 3", "1 + 2 * 3"),
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("(1 - 2) - 3", "1 - 2 - 3"),
        ("2 ^ 3 ^ 2", "2 ^ 3 ^ 2"),
        ("(2 ^ 3) ^ 2", "(2 ^ 3) ^ 2"),
        ("-x^2", "-x ^ 2"),
        ("(-x)^2", "(-x) ^ 2"),
        ("a or b and c", "a or b and c"),
        ("(a or b) and c", "(a or b) and c"),
        ("not a = b", "not a = b"),
        ("a ⟹ (b => c)", "a implies (b implies c)"),
        ("(a ⟹ b) ⟹ c", "(a implies b) implies c"),
        ("a <=> b", "a iff b"),
        ("a ≤ b ≠ c", "a <= b != c"),
        ("(a < b) = c", "(a < b) = c"),
        ("x ∈ {1, 2} ∧ y ∉ {3}", "x in {1, 2} and y not in {3}"),
        ("x in [0, 1) or x in (1, 2]", "x in [0, 1) or x in (1, 2]"),
        ("1..n + 1", "1..n + 1"),
        ("|x - 1| < 1e-6", "|x - 1| < 1e-06"),
        ("a if b else c", "a if b else c"),
        ('r.files["a b.json"].size', 'r.files["a b.json"].size'),
        ("f(x, (1, 2), (3,))", "f(x, (1, 2), (3,))"),
        ("x > 0 (strict positivity)", "x > 0"),
        ("'it''s' ", None),
        (r'"\d+\n"', r'"\\d+\n"'),
    ],
)
def test_a_text_is_read_as(text, normal):
    tree = parse(text)
    if normal is None:
        assert isinstance(tree, Fault)
        return
    assert not isinstance(tree, Fault), tree
    assert render(tree) == normal
    assert render(parse(normal)) == normal


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("a =< b", 3, "write <= or ≤"),
        ("{1} ⊂ {1, 2}", 5, "write ⊆ if the two may be equal, and ⊆ with ≠ if not"),
        ("min(a, b", 9, "close it with `)`"),
        ("x + ", 5, "the text ends"),
        ("x * / y", 5, "a value is expected"),
        ("s = “a”", 5, "straight quote"),
        ('s = "a', 5, "does not end"),
        ("training breaks early", 10, "could end before `breaks`"),
        ("a if b", 3, "needs an `else`"),
        ("f(1 2)", 5, "`(` is still open"),
        ("x § y", 3, "not an operator"),
        ("1e999", 1, "too large"),
        ("a.1", 2, "could end"),
    ],
)
def test_a_fault_is_placed_and_explained(text, column, said):
    fault = parse(text)
    assert isinstance(fault, Fault)
    assert fault.start + 1 == column
    assert said in f"{fault.message}; {fault.remedy}"


def test_a_fault_is_shown_with_a_caret():
    text = "first\nsecond =< line"
    fault = parse(text)
    assert pointed(text, fault.start, fault.end) == "second =< line\n       ^^"


def test_a_definition_is_recognised():
    found = definition_of(parse("f(a, b) = a + b"))
    assert (found.name, found.parameters, render(found.body)) == ("f", ("a", "b"), "a + b")
    assert definition_of(parse("f(1) = 2")) is None
    assert definition_of(parse("f(a) < 2")) is None


def test_names_are_variables_and_not_functions_or_keys():
    assert names(parse("f(x) + r.key[i] = y")) == {"x", "r", "i", "y"}


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000, "[" * 5000, "{" * 5000, "|" * 5001, "-" * 5000 + "1", "not " * 3000 + "a",
        "1+" * 900 + "1", "a^" * 900 + "a", "a implies " * 900 + "a", "f(" * 3000,
        "forall x:\n  " * 300 + "a > 0", "if a > 0: " * 300 + "b > 0", "x > 0 (a > 0 " * 400,
        "x > 0 " + "for all things " * 600, "each thing = " * 600 + "1", "x = " + "word " * 1900,
        "x_(" * 600 + "1" + ")" * 600, "max|" * 1900 + "x", "x is a vector of length " * 400,
        "Abc: x > 0, " * 900, "x_1 <= x_2 <= ... <= " * 300 + "x_n", "x > 0 " + "after fit " * 900,
        "x" * 30_000, "9" * 10_000, "a.b" + ".c" * 900, "a" + "[0]" * 600, "a < " * 3000 + "a",
        "P(a |) = 1", "P(|) = 1",
    ],
    ids=lambda text: text[:16],
)  # fmt: skip
def test_a_hostile_text_is_a_fault(text):
    assert isinstance(parse(text), Fault)


@pytest.mark.parametrize("field", ["domain", "formal"])
@pytest.mark.parametrize(
    "text",
    ["x > 0 " + "(a > 0 " * 300 + ")" * 300, "x: " + "Vec<" * 900 + "f32" + ">" * 900,
     "x: " + "&[" * 900 + "f32" + "]" * 900, "W " + "diagonal " * 1900],
    ids=["brackets", "parameters", "references", "words"],
)  # fmt: skip
def test_a_hostile_declaration_ends(field, text):
    found = read_field(field, text)
    assert isinstance(found, Fault) or len(found) <= 2
