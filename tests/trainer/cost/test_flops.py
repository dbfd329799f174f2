import pytest

from trainer.cost.flops import token_flops
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise


def test_operations_of_a_decoder_are_counted_as_by_hand():
    student = initialise(PRESETS["nano"], seed=0)
    matrices = sum(
        p.numel() for n, p in student.named_parameters() if "layers" in n and p.dim() > 1
    )
    products = 2 * (matrices + 256 * 48)
    attention = 2 * 2 * 2 * 64 * 48  # layers, products, operations of one, length, width
    found = token_flops(student, 64, 256)
    assert found == pytest.approx(3 * products + 3.5 * attention)  # backward, one is made again
    frozen = student.requires_grad_(requires_grad=False)
    assert token_flops(frozen, 64, 256) == products + attention
