import ast

import pytest

from pv.proposals.model import Kind, Sort
from pv.proposals.source.hints import imports_of, kind_of, result_of

IMPORTS = imports_of(
    ast.parse(
        "import numpy as np, numpy.typing as npt, torch\nfrom decimal import Decimal\n"
        "from typing import Literal, Optional, Sequence, Union\n"
        "from collections.abc import Iterable as It\nfrom collections import OrderedDict\n"
        "import datetime as dt\nfrom shop import Order, order\nclass Mine: ..."
    ),
    "here",
)
WHOLE, REAL = Kind(Sort.WHOLE), Kind(Sort.REAL)


def read(hint):
    return ast.parse(hint, mode="eval").body


@pytest.mark.parametrize(
    ("hint", "kind"),
    [
        ("int", WHOLE), ("float", REAL), ("bool", Kind(Sort.TRUTH)), ("str", Kind(Sort.TEXT)),
        ("'int'", WHOLE), ("int | None", WHOLE), ("Optional[float]", REAL), ("int | float", REAL),
        ("Union[None, int]", WHOLE), ("list[float]", Kind(Sort.REAL, "list")),
        ("Sequence[int]", Kind(Sort.WHOLE, "list")), ("It[int]", Kind(Sort.WHOLE, "list")),
        ("np.ndarray", Kind(Sort.REAL, "numpy")), ("torch.Tensor", Kind(Sort.REAL, "torch")),
        ("npt.NDArray[np.int64]", Kind(Sort.WHOLE, "numpy")),
        ("npt.NDArray[np.float32]", Kind(Sort.REAL, "numpy")),
        ("Literal['a', 'b']", Kind(Sort.CHOICE, choices=("a", "b"))),
        ("Decimal", Kind(Sort.REAL, named="decimal")),
        ("bytes", Kind(Sort.OBJECT, named="bytes")), ("dt.date", Kind(Sort.OBJECT, named="date")),
        ("Order", Kind(Sort.OBJECT, named="Order", draws="shop:Order")),
        ("Mine | None", Kind(Sort.OBJECT, named="Mine", draws="here:Mine")),
        ("Literal[1, 2]", Kind(Sort.CHOICE, choices=(1, 2))),
    ],
)  # fmt: skip
def test_hints_that_have_values(hint, kind):
    assert kind_of(read(hint), IMPORTS) == kind


@pytest.mark.parametrize(
    "hint",
    [
        "dict[str, int]", "list[Order]", "order", "OrderedDict",
        "int | str", "list[list[int]]", "list[str]", "Other",
        "Literal['a', 1]", "Literal['a\\x00']", "Literal[True]", "tuple[int, ...]", "'not a hint'",
        "np.int64", "other.Tensor", "None", "f()",
    ],
)  # fmt: skip
def test_hints_that_no_domain_has(hint):
    assert kind_of(read(hint), IMPORTS) is None


def test_results_may_be_exact_or_unknown_or_something_else():
    assert result_of(read("int"), IMPORTS) == WHOLE
    assert result_of(None, IMPORTS) is None
    assert result_of(read("dict[str, int]"), IMPORTS) == Kind(Sort.OTHER)
