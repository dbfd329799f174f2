import pytest

from pv.claims import Fault, parse, read_field
from pv.report.readings.s_expression import outline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2 < c", "(< (+ a (* b 2)) c)"), ("not a and true", "(and (not a) true)"),
        ('record.a = "x"', '(= (. record a) "x")'), ("xs[1, k]", "(item xs 1 k)"),
        ("v[1:3]", "(item v (: 1 3))"), ("v[:, 0]", "(item v (:) 0)"), ("f(x, -y)", "(f x (- y))"),
        ("0 <= a < b != 3", "(chain 0 <= a < b != 3)"), ("a if b else c", "(if b a c)"),
        ("(1, a) = {2}", "(= (list 1 a) (set 2))"), ("a in 1..9", "(in a (.. 1 9))"),
        ("a in [0, 1)", "(in a (interval [) 0 1))"), ("a in (0, 1]", "(in a (interval (] 0 1))"),
        ("Σ_{i=1}^{n} i", "(sum (over i (.. 1 n)) i)"),
        ("∀ i: i > 0", "(forall i (> i 0))"),
        ("max(i for i in 1..9 with i > 2)", "(max (over i (.. 1 9)) (given (> i 2)) i)"),
        ("a = c where c = 2", "(where (= a c) (= c 2))"),
    ],
    ids=str,
)  # fmt: skip
def test_every_construct_stands_in_brackets(text, expected):
    tree = parse(text)
    if isinstance(tree, Fault):
        (tree,) = read_field("formal", text)
    assert outline(tree) == expected
