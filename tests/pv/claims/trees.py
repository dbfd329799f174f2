"""Trees of claims about integers, drawn at random, and what computing with them comes to."""

from hypothesis import strategies as st

from pv.claims import EvaluationError
from pv.claims import tree as t

HERE = t.Span(0, 0)
SCOPE = {"a": 3, "b": -2, "c": 5, "i": 1}


def number(draw_value):
    return t.Number(draw_value, HERE)


NUMBERS = st.one_of(
    st.integers(0, 6).map(number), st.sampled_from(sorted(SCOPE)).map(lambda n: t.Name(n, HERE))
)
VALUES = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.builds(t.Binary, st.sampled_from("+-*"), inner, inner, st.just(HERE)),
        st.builds(t.Binary, st.sampled_from(["//", "%"]), inner, inner, st.just(HERE)),
        st.builds(lambda x, n: t.Binary("^", x, n, HERE), inner, st.integers(0, 3).map(number)),
        st.builds(t.Unary, st.just("abs"), inner, st.just(HERE)),
        st.builds(
            lambda x: t.Unary("-", x, HERE), inner.filter(lambda n: not isinstance(n, t.Number))
        ),
        st.builds(lambda x, y: t.Call("min", (x, y), HERE), inner, inner),
        st.builds(
            lambda low, x: t.Binder(
                "sum", (t.Variable("i", t.Range(low, number(3), HERE), HERE),), None, x, HERE
            ),
            st.integers(0, 3).map(number), inner,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
WORDS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
CLAIMS = st.recursive(
    st.one_of(
        st.builds(lambda x, y, w: t.Comparison((x, y), (w,), HERE), VALUES, VALUES, WORDS),
        st.builds(
            lambda x, y, z, v, w: t.Comparison((x, y, z), (v, w), HERE),
            VALUES, VALUES, VALUES, WORDS, WORDS,
        ).filter(lambda chain: chain.operators != ("!=", "!=")),
        st.builds(
            lambda x, where: t.Comparison((x, where), ("in",), HERE),
            VALUES,
            st.builds(t.Interval, VALUES, VALUES, st.booleans(), st.booleans(), st.just(HERE)),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(
            t.Binary,
            st.sampled_from(["and", "or", "implies", "iff", "xor"]),
            inner, inner, st.just(HERE),
        ),
        st.builds(t.Unary, st.just("not"), inner, st.just(HERE)),
        st.builds(
            lambda x: t.Binder(
                "forall",
                (t.Variable("i", t.Range(number(0), number(3), HERE), HERE),),
                None,
                x,
                HERE,
            ),
            inner,
        ),
    ),
    max_leaves=4,
)  # fmt: skip
EXPRESSIONS = st.one_of(
    VALUES, CLAIMS, st.builds(lambda c, x, y: t.Conditional(c, x, y, HERE), CLAIMS, VALUES, VALUES)
)

EQUALITIES = st.recursive(
    CLAIMS,
    lambda inner: st.one_of(
        st.builds(lambda x: t.Comparison((t.Name("ok", HERE), x), ("=",), HERE), inner),
        st.builds(t.Binary, st.sampled_from(["and", "or", "implies", "xor"]), inner, inner,
                  st.just(HERE)),
        st.builds(t.Unary, st.just("not"), inner, st.just(HERE)),
    ),
    max_leaves=5,
)  # fmt: skip
"""Claims among which some say of a name that it is equal to a claim."""

WORD = st.sampled_from(["stored_pairs", "query_position", "loss_functions", "fitted_model"])
NAMED = WORD.map(lambda word: t.Name(word, HERE))
SAID = st.recursive(
    st.one_of(
        CLAIMS,
        st.builds(lambda x: t.Call("after", (x,), HERE), NAMED),
        st.builds(lambda x: t.Comparison((t.Name("case", HERE), x), ("=",), HERE), NAMED),
        st.builds(
            lambda x: t.Comparison(
                (
                    t.Name("D", HERE),
                    t.Binder(
                        "set", (t.Variable("i", t.Range(number(1), x, HERE), HERE),), None,
                        t.Call("f", (t.Name("i", HERE),), HERE), HERE,
                    ),
                ),
                ("=",), HERE,
            ),
            NUMBERS,
        ),
        st.builds(
            lambda word: t.Comparison((t.Name("q", HERE), t.Name(word, HERE)), ("in",), HERE), WORD
        ),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda said, x: t.Binder("forall", (t.Variable("_", said, HERE),), None, x, HERE),
            NAMED, inner,
        ),
        st.builds(
            lambda said, more, x: t.Binder("forall", (t.Variable("x", said, HERE),), more, x, HERE),
            NAMED, st.just(t.Call("valid", (t.Name("x", HERE),), HERE)), inner,
        ),
        st.builds(t.Binary, st.sampled_from(["and", "implies"]), inner, inner, st.just(HERE)),
    ),
    max_leaves=4,
)  # fmt: skip
"""Claims with what only words name: nothing computes them."""
DECLARED = st.builds(
    lambda x, kind: t.Comparison((t.Name(x, HERE), kind), (":",), HERE),
    st.sampled_from("xyzW"),
    NAMED,
)


def outcome(compute):
    """Return the value, or that there is none."""
    try:
        return compute()
    except (EvaluationError, ArithmeticError):
        return "no value"
