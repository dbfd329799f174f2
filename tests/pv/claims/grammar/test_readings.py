"""Short texts as authors write them, each with the tree that a person has checked it to mean."""

from pathlib import Path

import pytest

from pv.claims import Fault, read_field, render

TABLE = Path(__file__).with_name("readings.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.splitlines()]

PROSE = [
    (
        "prediction",
        "n=10, c=3, k=1 → p = 0.3; k=10 → q = 1.0",
        "what this presupposes is not plain",
    ),
    ("domain", "x_w: gradient on worker w, Vec<f32>", "this may be a type with a parameter"),
    ("formal", "C_{01} = A_{01} + B_{10}", "may be one index or two"),
    ("formal", "g(x) > 0 — when x is positive", "may limit what stands before the dash"),
    ("formal", "g(x) > 0 # if x > 0", "this comment may limit the claim"),
    ("formal", "g(x) <= 1 (never)", "may belong to the claim"),
    ("formal", "g(x) <= 1 (WRONG)", "may belong to the claim"),
    ("formal", "No symmetry: g(x) <= 1", "could end before `symmetry`"),
    ("formal", "Violated law: g(x) < 2", "could end before `law`"),
    (
        "formula",
        "H(X) = -sum(p_i * log2(p_i)) for i in S",
        "whether the sum or the claim runs over",
    ),
    ("domain", "x: F32 [K] — K must be even", "may limit what stands before the dash"),
    ("formula", "u ~ w iff repo#pull(u) = repo#pull(w)", "`#` is not an operator"),
    ("formal", "r_t -> r_0", "the arrow may be a limit"),
    ("formal", "f(GGUF → APR) = 0", "the arrow may be a limit"),
    ("formula", "m(p) = p_(1) - p_(2)", "a subscript is missing"),
    ("domain", "D = {(x_i, y_i)}_{i=1}^n, n >= 1", "a set has no subscripts"),
    ("domain", "G = (V, E), connected", "a word alone says nothing"),
    ("formal", "stop = (p > 0) and q = 1", "how far the equality before it reaches"),
    ("formal", "¬∃ config.json ⟹ family = None", "a colon is missing"),
    ("formal", "P(M) in [8.0B, 8.4B]", "may be a unit or a product"),
    ("formal", "12 = 2(norm) + 5(matmul)", "may be a remark or a factor"),
    ("formal", "x > 0 (n > 1)", "what stands in these brackets may belong"),
    ("formal", "softmax(x) + 1", "neither true nor false"),
    ("formal", "s += x", "`+=` is not an operator"),
    ("formal", "Σ_{s≠v≠t} f(s, t) = 1", "how this chain is meant is not plain"),
    ("formal", "y = a if c, b if d", "needs an `else`"),
    ("formal", "f(x) in R + 1", "this is no set"),
    ("formula", "token", "a word alone says nothing"),
    ("domain", "momentum", "a word alone says nothing"),
    ("domain", "x in R^d, fitted model", "could end before"),
    ("codomain", "identity mapping", "could end before"),
    ("formal", "tоtal > 0", "Cyrillic letter that looks Latin"),
    ("formal", "ο > 0", "Greek letter that looks Latin"),
    ("formal", "x = \u0302 3", "a combining mark stands alone"),
    ("formal", "a => 0 bias tensors", "joins claims"),
    ("formal", "H(p) > H(q) for large d_k", "this qualifier is prose"),
    ("formal", "x > 0 for numerical stability", "this qualifier is prose"),
    ("formal", "x > 0 for debugging purposes", "this qualifier is prose"),
    ("formal", "f(x) < 1 for most inputs", "this qualifier is prose"),
    ("formal", "f(x) < 1 for random x", "this qualifier is prose"),
    ("formal", "sigma >= 0 after any number of updates", "could end before `after`"),
    ("formal", "rate > 5 per second", "could end before `per`"),
    ("formal", "output scaled by exactly alpha", "could end before `scaled`"),
    ("formal", "server handles >= 3 requests", "could end before `handles`"),
    ("formal", "T_gemm / T_step > 0.50 in PTX baseline", "could end before `in`"),
    ("formal", "norm(a + b) > norm(a) in general", "could end before `in`"),
    ("formal", "p < 5s in browser", "may be a unit or a product"),
    ("formal", "tok/s(ga=16) >= 0.85 × tok/s(ga=1)", "may be a unit"),
    ("formal", "Standard: alpha=16 => scale=0.25", "this description is prose"),
    (
        "formal",
        "O.lr == config.lr (or warmup-adjusted)",
        "what stands in these brackets may belong",
    ),
    ("formal", "n >= 1 (if Some)", "what stands in these brackets may belong"),
    ("formal", "A[7,j] >= 0 for j=0..7 and sum(A[7,:]) = 1", "may be a condition or a claim"),
    ("formal", "system is memory-bound", "this sentence is prose"),
    ("formal", "has_a => system is fast", "this sentence is prose"),
    ("formal", "y_t depends only on x_1", "could end before `depends`"),
    ("formal", "Uses scaling (not 1/d_k)", "could end before `scaling`"),
    ("formal", "For cublasSgemm(m, n): m >= 1", "this condition is prose"),
    ("formal", "q <= f(p) for any integer", "which name of the claim this is said of"),
    ("formal", "x_1 <= y_2 <= ... <= x_n", "what `...` leaves out is not plain"),
    ("formal", "n_k may != n_v", "could end before `may`"),
    ("formal", "All pairs processed exactly once", "could end before `pairs`"),
    ("formal", "Number of stored pairs per batch", "could end before `of`"),
    ("invariant", "Linear in L", "could end before `in`"),
    ("invariant", "Monotonically non-decreasing", "could end before `non`"),
    ("invariant", "Zero Vec<u8> allocation", "could end before `Vec`"),
    ("prediction", "GELU is monotonically increasing for x > 0", "this sentence is prose"),
    ("domain", "Model configuration", "could end before `configuration`"),
    ("domain", "Conformable matrices", "could end before `matrices`"),
    ("domain", "p in (0, 1), dropout probability", "could end before `probability`"),
    ("domain", "tau (task vector), p in [0, 1)", "a word alone says nothing"),
    ("domain", "W in R^{m×n}, bias-free projection", "may be a word or a difference"),
    ("domain", "training data, current ensemble F_m", "could end before `data`"),
    ("domain", "step: optimizer step saved in metadata", "this description is prose"),
    ("domain", "T: time per step in milliseconds", "this description is prose"),
    ("domain", "Q4_K superblock bytes", "could end before `superblock`"),
    ("domain", "Entropy of attention distribution for query i", "could end before `of`"),
    ("formal", "grow(x) is not NaN or Inf", "how far this sentence reaches"),
    ("formal", "g(k) ≠ k (mod 5)", "which does not continue it"),
    ("formal", "f(m) = 1 (m, n)", "what stands in these brackets may belong"),
    ("formal", "Σ k = 3 for k ∈ S", "whether the sum or the claim runs over this"),
    ("formal", "a = mean([c; n])", "may repeat an item or end a row"),
    ("formal", "A = [1,2;3,4]", "may repeat an item or end a row"),
    ("formal", "v = [1, 1, ..., 1]", "how many items `...` leaves out"),
    ("formal", "f = |v| *v", "this may be a closure"),
    ("formal", "h(a || b) = c", "`||` may join texts"),
    ("formal", "H^{l+1} = W^{l} H^{l}", "a power or the number of a layer"),
    ("formal", "|A - B|_max < 1e-3", "names a norm"),
    ("formal", "y_i(w·x + b) >= 1", "may be a call or a product"),
    ("formal", "F_m(x) = F_{m-1}(x) + h_m(x)", "an item of one, or a product"),
    ("formal", "f(x) > 0 for x = 0 and x = 1", "two cases or one"),
    ("formal", "f(x) > 0 for A and B", "this qualifier is prose"),
    ("formal", "C[m,n] = 0 for all valid (m,n)", "this qualifier is prose"),
    ("formal", "finite and positive", "joins claims, and this is none"),
    ("formal", "{a: 1, b: 2} = r", "an entry of a record"),
    ("formal", "r = {ok = true, n = 3}", "an entry of a record"),
    ("formal", "y = 1/2x", "may divide by `2` alone or by both"),
    ("formal", "y = x/2π", "may divide by `2` alone or by both"),
    ("formal", "not 5", "joins claims, and this is none"),
    ("formal", "x > 0 or inf", "joins claims, and this is none"),
    ("formal", "pseudo-residuals = y - F(x)", "may be a word or a difference"),
    ("formal", "Poisson: mu > 0, Gamma: mu > 0", "this description is prose"),
    ("formal", "f(n) > n finite", "could end before `finite`"),
    ("formal", "a and b finite", "could end before `finite`"),
    ("formal", "a = b is finite", "what `is` speaks of is not plain"),
    ("formal", "attn[i][j] > 0 for all i, j in 0..n", "whether the last of these is an item"),
    ("formal", "total = f(x), NOT sum(x)", "joins claims, and this is none"),
    ("formal", "for all entries: entry.label == f(entry)", "this qualifier is prose"),
    ("formula", "f(p) = {p_i if r <= K else 0, renormalized}", "a list of cases"),
    ("domain", "config: {hidden_size, num_layers}", "the fields of a record"),
    ("formal", "All > 0", "what all these are is not said"),
    ("codomain", "Integer: number of steps", "a type stands where a name"),
    ("formal", "n % k == 0 for valid configs", "this qualifier is prose"),
    ("formula", "mu = (1-m)*mu + m*b", "may be a new value here"),
    ("formula", "Q = h @ W, Q = N(Q)", "may be a new value here"),
    ("formal", "f(x) < 1e-3 (FP32)", "what stands in these brackets may belong"),
    ("formal", "a mod 2x = 1", "may be modulo `2` alone or modulo both"),
    ("formal", "a // 2x = 1", "may divide by `2` alone or by both"),
    ("formal", "√2x > 0", "may be the root of `2` alone or of both"),
    ("formal", "2^2x > 0", "may raise to `2` alone or to both"),
    ("formal", "log x^2 > 0", "may be of the power, or the power of it"),
    ("formal", "A ∪ B ∩ C = D", "which of these is joined first"),
    ("formal", "A ∪ B \\ C = D", "which of these is joined first"),
    ("formal", "a != b != c", "how this chain is meant is not plain"),
    ("formal", "x in A in B", "how this chain is meant is not plain"),
    ("formal", "x in A = ok", "how this chain is meant is not plain"),
    ("formal", "x = sum(i for i in S with a and b)", "may belong to the condition"),
    ("formal", "ok = p and q", "how far `=` reaches is not plain"),
    ("formal", "x in A or B", "how far `in` reaches is not plain"),
    ("formal", "Π_{i=1}^{n} a_i / 2 > 0", "how far `Π` reaches is not plain"),
    ("formal", "Σ_{i=1}^{n} a_i mod 2 = 0", "how far `Σ` reaches is not plain"),
    ("formal", "max_i x_i * c > 0", "how far `max` reaches is not plain"),
    ("formal", "max_i(x_i)^2 > 0", "whether `max` or each is raised to this"),
    ("formal", "a implies b = 1 implies c = 2", "this may be a chain"),
    ("formal", "Σ C_D(v) = 2", "what this runs over is not said"),
    ("domain", "M in R^{N x N} (column-stochastic), d in (0,1)", "this kind stands in brackets"),
    ("formal", "a == b # modulo metadata differences", "this comment may limit the claim"),
    ("formal", "D = {x_{i_j} : j=1..n, i_j ~ U(1,n)}", "this depends on another variable"),
    ("domain", "t > 0 for n > 1, t = 0 for n = 1", "what this is said of is not plain"),
    ("formal", "base == fine within ULP", "could end before `within`"),
    ("codomain", "scalar loss and gradient", "could end before `loss`"),
    ("codomain", "identity on R", "could end before"),
    ("codomain", "D positive weights of edges", "could end before"),
]


@pytest.mark.parametrize(("field", "text", "meant"), ROWS, ids=[row[1] for row in ROWS])
def test_a_text_is_read_as_it_was_meant(field, text, meant):
    found = read_field(field, text)
    assert not isinstance(found, Fault), found
    assert " ; ".join(map(render, found)) == meant


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_what_is_rendered_is_read_as_the_same(row):
    for tree in read_field(row[0], row[1]):
        (again,) = read_field(row[0], render(tree))
        assert render(again) == render(tree)


@pytest.mark.parametrize(("field", "text", "said"), PROSE, ids=[row[1] for row in PROSE])
def test_what_may_mean_something_else_stays_prose(field, text, said):
    found = read_field(field, text)
    assert isinstance(found, Fault), [render(tree) for tree in found]
    assert said in found.message


@pytest.mark.parametrize(
    ("field", "text", "column"),
    [
        ("formal", "x > 0 for numerical stability", 11),
        ("formal", "a + b > c in general", 11),
        ("formal", "f(x) < 1 for most inputs", 14),
        ("formal", "y <= x and output scaled by a", 19),
        ("formal", "rate > 5 per second", 10),
        ("domain", "x in R^d, fitted model", 18),
        ("domain", "n >= 1, step: step saved in metadata", 15),
        ("codomain", "y in R^n, ordered as before", 19),
    ],
)
def test_prose_has_the_column_at_which_reading_stopped(field, text, column):
    found = read_field(field, text)
    assert isinstance(found, Fault), [render(tree) for tree in found]
    assert found.start + 1 == column


def test_there_are_enough_readings():
    assert len(ROWS) >= 350
