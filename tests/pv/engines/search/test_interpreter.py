import pytest

from pv.claims import EXACT, definition_of, parse
from pv.claims.evaluation.errors import Unclear
from pv.engines.search.interpreter import MOST_CALLS, Interpreter


def chain(length):
    texts = ["f1(x) = x", *(f"f{n}(x) = f{n - 1}(x) + 1" for n in range(2, length + 1))]
    return [definition_of(parse(text)) for text in texts]


def value(length):
    interpreter = Interpreter(chain(length))
    claim = interpreter.compile(parse(f"f{length}(0)"), EXACT)
    return claim(interpreter.scope({}))


def test_formulas_may_call_each_other_so_deep_and_no_deeper():
    assert value(MOST_CALLS) == MOST_CALLS - 1
    with pytest.raises(Unclear, match=f"more than {MOST_CALLS} deep"):
        value(MOST_CALLS + 1)


def test_a_formula_that_failed_leaves_no_depth_behind():
    interpreter = Interpreter(chain(MOST_CALLS + 1))
    deep = interpreter.compile(parse(f"f{MOST_CALLS + 1}(0)"), EXACT)
    for _ in range(2):
        with pytest.raises(Unclear):
            deep(interpreter.scope({}))
    whole = interpreter.compile(parse(f"f{MOST_CALLS}(0)"), EXACT)
    assert whole(interpreter.scope({})) == MOST_CALLS - 1
