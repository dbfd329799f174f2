"""Words of running text, by what they do there."""

_DETERMINERS = "a an the no each every all any some both either neither this that these those its"
_PRONOUNS = "it they them there which who whose what their our"
_AUXILIARIES = (
    "am are be been being was were has have had having do does did done may might must shall"
    " should can cannot could will would"
)
_PREPOSITIONS = (
    "about across after against along among around as at before behind below beneath beside"
    " between beyond by despite down during except from inside into like near of off on onto out"
    " outside over past per since than through throughout till to toward towards under until up"
    " upon using versus via vs with within without"
)
_CONJUNCTIONS = "because but nor once so then though unless while yet e.g i.e eg ie etc"
_ADVERBS = (
    "again almost also always at away back ever first here just last least less more most much"
    " never not now often only quite rather same still such too twice very"
)
_VERBS = (
    "accepts agree agrees allows appear appears applied applies apply avoids become becomes begins"
    " breaks called calls carries causes converge converges contain contains cover covers"
    " decrease decreases defines depend depends detect detects differ differs diverge drops emit"
    " emits enforces ensure ensures equal equals exceed exceeds exist exists exits expands fail"
    " fails fires fits gives goes grow grows handles happen hold holds increase increases keep"
    " keeps lacks leads let lies makes maps match matches meet meets need needs occur occurs pass"
    " passes preserve preserves prints processed produce produces provides raise raises reach"
    " reaches read reads receive receives reduce reduces reject rejects remain remains require"
    " requires respects return returns satisfies satisfy says selects share shares shows"
    " skips starts stay stays stop stops succeed succeeds sum sums take takes tends terminate"
    " terminates throws use uses vanish vanishes vary varies want wants warns works write writes"
    " yield yields unchanged elementwise pointwise bitwise intact everywhere"
)
NO_NOUN = frozenset(
    word
    for words in (
        _DETERMINERS,
        _PRONOUNS,
        _AUXILIARIES,
        _PREPOSITIONS,
        _CONJUNCTIONS,
        _ADVERBS,
        _VERBS,
    )
    for word in words.split()
)
VAGUE = frozenset(
    [
        "large",
        "small",
        "big",
        "tiny",
        "huge",
        "high",
        "low",
        "long",
        "short",
        "many",
        "few",
        "several",
        "various",
        "multiple",
        "other",
        "certain",
        "most",
        "some",
        "typical",
        "reasonable",
        "practical",
        "realistic",
        "similar",
        "different",
        "close",
        "suitable",
        "appropriate",
        "sufficient",
        "sufficiently",
        "random",
        "enough",
        "extreme",
        "moderate",
        "nice",
        "good",
        "bad",
    ]
)
"""Words that leave out values without saying which."""

LY = frozenset(["family", "assembly", "anomaly", "supply", "poly", "monopoly", "reply", "multiply"])
"""Nouns that end as adverbs do."""
GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "eps",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)


UNITS = frozenset(
    [
        "bytes",
        "bits",
        "B",
        "KB",
        "MB",
        "GB",
        "TB",
        "KiB",
        "MiB",
        "GiB",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "seconds",
        "minutes",
        "hours",
        "ms",
        "us",
        "ns",
        "s",
        "tokens",
        "percent",
        "nats",
        "degrees",
        "radians",
    ]
)
"""What a number of things is counted in: `time in milliseconds`."""
NOUNS = frozenset(
    [
        "temperature",
        "momentum",
        "row",
        "column",
        "channel",
        "layer",
        "iteration",
        "step",
        "position",
        "index",
        "tensor",
        "tensors",
        "token",
        "class",
        "element",
        "output",
        "round",
    ]
)
"""Words that name a symbol and say nothing more of it: `for all tensors t`."""
INPUTS = frozenset({"inputs", "input", "values", "cases", "points", "configs", "configurations"})
"""What a claim is about anyway: `for all valid inputs` says nothing more."""
SAME = frozenset({"same", "fixed", "identical"})
"""`for same x`: what a name stands for is the same wherever it is used."""
REASONS = frozenset(
    [
        "purposes",
        "reasons",
        "diagnostics",
        "metrics",
        "logs",
        "tests",
        "stats",
        "statistics",
        "benchmarks",
        "comparisons",
        "users",
        "callers",
        "readers",
        "plots",
        "hours",
        "minutes",
        "seconds",
        "days",
        "weeks",
        "bytes",
        "tokens",
        "GB",
        "MB",
        "ms",
    ]
)
"""`for debugging purposes` says why, and not of what."""
