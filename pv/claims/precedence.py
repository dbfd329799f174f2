"""Precedence and grouping of operators, for reading and for writing with few brackets."""

BINARY = {
    "iff": (10, "left"),
    "implies": (20, "right"),
    "->": (20, "right"),
    "xor": (30, "left"),
    "or": (40, "left"),
    "and": (50, "left"),
    # `not` binds at NOT; comparisons, which chain, at COMPARISON; ranges at RANGE
    "∪": (82, "left"),
    "∩": (84, "left"),
    "\\": (84, "left"),
    "+": (90, "left"),
    "-": (90, "left"),
    "*": (100, "left"),
    "·": (100, "left"),
    "/": (100, "left"),
    "//": (100, "left"),
    "%": (100, "left"),
    "@": (105, "left"),
    "∘": (105, "left"),
    # a sign binds at SIGN: -x^2 is -(x^2)
    "^": (120, "right"),
}
"""Operator -> how tightly it binds, and to which side it groups."""

NOT, COMPARISON, RANGE, PRODUCT, SIGN, POSTFIX = 60, 70, 86, 100, 110, 130

COMPARE = frozenset(
    {"=", ":=", "≈", "!=", "<", "<=", ">", ">=", "in", "not in", "<<", "⊆", "proportional_to", "~"}
)

BOOLEAN = frozenset({"iff", "implies", "->", "xor", "or", "and"})
