"""Recognise the symbols of mathematics among words: one letter, `w1`, `x_i`, a Greek letter."""

_GREEK = frozenset([
    "alpha", "beta", "gamma", "delta", "epsilon", "eps", "zeta", "eta", "theta", "iota",
    "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
])  # fmt: skip

_SIZES = frozenset({"d_k", "d_v", "n_k", "h_k"})
DENYING = frozenset(
    {"not", "never", "none", "nowhere", "false", "wrong", "broken", "breaks", "fails",
     "failed", "violated", "violates", "violation", "forbidden", "without"}
)  # fmt: skip
"""Words that turn what they stand beside into its opposite."""
LIMITING = DENYING | frozenset(
    {"unless", "except", "only", "iff", "modulo", "approximately", "approx", "roughly",
     "usually", "typically", "mostly", "asymptotically", "after", "before", "during", "given",
     "assuming", "provided", "under", "until", "while", "must", "shall", "requires", "if", "when",
     "whenever", "where", "almost", "average", "eventually", "away", "strictly", "nonzero",
     "most", "least", "less", "fewer", "than", "below", "above", "beyond", "between", "within",
     "up", "opposite", "negated", "probability", "probabilistically", "likely", "limit", "sign",
     "permutation", "factor", "constant", "constants", "half", "halves", "twice", "double",
     "doubled", "times", "plus", "minus", "truncated", "rounded", "ignoring", "excluding",
     "exclusive", "inclusive", "odd", "even", "percent", "percentage", "per", "degrees", "radians",
     "seconds", "milliseconds", "ms", "mod", "else", "otherwise", "some", "two", "three", "four",
     "five", "six", "seven", "eight", "nine", "ten", "sufficiently", "enough", "ideally", "worst"}
)  # fmt: skip
"""A remark has none of these: they change what is claimed."""
CHANGING = frozenset({"no", "squared", "cubed", "strict", "inverse", "absolute", "log", "scaled"})
"""Nor is a remark one of these alone."""


def is_sign(word: str) -> bool:
    """Return whether a word is a symbol and no English word."""
    base = word.partition("_")[0].rstrip("'*")
    if len(base) == 1 or not base.isascii():
        return True
    return (len(base) == 2 and base[1].isdigit()) or base.lower() in _GREEK  # noqa: PLR2004 - w1


def is_compound(first: str, second: str) -> bool:
    """Return whether a hyphen may join words: in `pseudo-residuals`, not in `hi-lo`, `n-1`."""
    shorter, longer = sorted((len(first), len(second)))
    return shorter > 1 and longer > 2 and first.isalpha() and second.isalpha()  # noqa: PLR2004


def is_size(name: str) -> bool:
    """Return whether a name is that of a size with a subscript, as `d_k`, the size of a key."""
    return name in _SIZES
