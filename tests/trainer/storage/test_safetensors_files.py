import math

import pytest
import torch
from torch import nn

from trainer.errors import UserError
from trainer.storage.safetensors_files import (
    check_headers,
    read_weights,
    require_finite_weights,
    require_fit,
    require_floats,
    save_weights,
)


def test_weights_come_back_from_several_files(tmp_path):
    some, others = {"a": torch.arange(6.0).view(2, 3)}, {"b": torch.ones(2).bfloat16()}
    save_weights({"a": some["a"].T}, tmp_path / "1")  # not contiguous
    save_weights(others, tmp_path / "2")
    found = read_weights([tmp_path / "1", tmp_path / "2"])
    assert found.keys() == {"a", "b"}
    assert torch.equal(found["a"], some["a"].T)
    assert torch.equal(found["b"], others["b"])


def test_a_tensor_in_two_files_is_named(tmp_path):
    for name in ("1", "2"):
        save_weights({"a": torch.ones(1)}, tmp_path / name)
    with pytest.raises(UserError, match="2: a is also in another shard"):
        read_weights([tmp_path / "1", tmp_path / "2"])


@pytest.mark.parametrize("content", [None, b"", b"x" * 100])
def test_a_file_that_is_not_safetensors_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "w").write_bytes(content)
    with pytest.raises(UserError, match="w: not a readable safetensors file"):
        check_headers([tmp_path / "w"])


def test_quantised_parameters_are_refused_and_other_integers_are_not(tmp_path):
    save_weights({"w": torch.ones(1, dtype=torch.int8), "n": torch.ones(1)}, tmp_path / "w")
    require_floats([tmp_path / "w"], {"n"})
    with pytest.raises(UserError, match="w is I8, not F64"):
        require_floats([tmp_path / "w"], {"w", "n"})


@pytest.mark.parametrize(
    ("tensors", "fact"),
    [
        ({"weight": torch.ones(2, 3)}, r"bias is absent in the file, \(2,\) in the model"),
        ({"weight": torch.ones(3, 2), "bias": torch.ones(2)}, r"weight is \(3, 2\) in the file"),
        (
            {"weight": torch.ones(2, 3), "bias": torch.ones(2), "a": torch.ones(1)},
            r"a is \(1,\) in the file, absent in the model",
        ),
    ],
    ids=["missing", "shape", "unknown"],
)
def test_a_tensor_that_does_not_fit_is_named(tmp_path, tensors, fact):
    with pytest.raises(UserError, match=fact):
        require_fit(tmp_path, tensors, nn.Linear(3, 2))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_parameter_that_is_not_finite_is_named(tmp_path, value):
    model = nn.Linear(3, 2)
    require_finite_weights(tmp_path, (), model)
    model.bias.data[1] = value
    with pytest.raises(UserError, match="bias holds 1 non-finite"):
        require_finite_weights(tmp_path, (), model)
