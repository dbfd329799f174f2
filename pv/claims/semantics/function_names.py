"""The names of all functions, told without importing NumPy, which some are computed with."""

from pv.claims.evaluation.scalars.builtins import BUILTINS

ARRAY_FUNCTIONS = frozenset({
    "ln", "log2", "sin", "cos", "tan", "tanh", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "sigmoid",
    "softmax", "log_softmax", "softplus", "relu", "numel", "Phi", "Φ",
    "sign", "prod", "product",
    "mean", "var", "std", "argmax", "argmin", "dot", "transpose", "is_nan", "isnan",
    "is_even", "is_odd", "is_prime", "is_symmetric", "is_orthogonal", "is_diagonal",
    "is_positive_definite", "is_positive_semidefinite", "is_row_stochastic",
    "is_column_stochastic", "is_sorted", "is_sorted_descending", "is_strictly_increasing",
    "is_strictly_decreasing", "isinf", "is_infinite", "clamp", "‖", "norm", "shape", "len",
})  # fmt: skip
"""Functions of `evaluation.arrays` beside the built-in ones; a test compares the two."""

FUNCTIONS = frozenset(BUILTINS) | ARRAY_FUNCTIONS | {"raises"}
