import pytest
import torch

from trainer.models.interface import Head


@pytest.fixture
def head():
    return Head(torch.arange(12.0).view(4, 3), torch.arange(4.0))


def test_logits_are_the_linear_map_in_the_buffer(head):
    hidden, space = torch.randn(2, 3), torch.full((5, 4), -1.0)
    logits = head.logits(hidden, space)
    assert torch.allclose(logits, torch.nn.functional.linear(hidden, *head))
    assert logits.data_ptr() == space.data_ptr()
    assert (space[2:] == -1).all()


def test_a_cut_head_gives_the_first_logits(head):
    hidden = torch.randn(2, 3)
    whole = head.logits(hidden, torch.empty(2, 4))
    assert torch.allclose(head.cut(2).logits(hidden, torch.empty(2, 2)), whole[:, :2])


def test_a_head_is_converted_with_its_bias(head):
    assert {part.dtype for part in head.to(torch.bfloat16)} == {torch.bfloat16}
    assert head.to(torch.float32).weight is head.weight
    assert Head(head.weight).to(torch.bfloat16).bias is None
