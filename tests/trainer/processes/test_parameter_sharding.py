import pytest
import torch
from torch import nn

from trainer.processes.parameter_sharding import ParallelLayout, blocks, outside_blocks, size


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5, 4)
        self.layers = nn.ModuleList(nn.Linear(4, 4, bias=False) for _ in range(2))
        self.norm = nn.LayerNorm(4)


@pytest.mark.parametrize(
    ("layout", "held"),
    [
        (ParallelLayout(), 80),
        (ParallelLayout("ddp", 3), 80),
        (ParallelLayout("fsdp", 1), 80),
        (ParallelLayout("fsdp", 2), 48),  # 3 of 5 rows
        (ParallelLayout("fsdp", 3), 32),
        (ParallelLayout("fsdp", 8), 16),  # a row at least, in the process with most
    ],
    ids=str,
)
def test_a_shard_is_whole_rows(layout, held):
    assert layout.held([torch.zeros(5, 4)]) == held


def test_a_scalar_is_not_sharded():
    assert ParallelLayout("fsdp", 4).held([torch.zeros(())]) == 4


def test_blocks_and_what_is_outside_of_them_are_all_parameters():
    model = Model()
    assert blocks(model) == list(model.layers)
    inside = sum(size(block.parameters()) for block in blocks(model))
    assert inside == 2 * 4 * 4 * 4
    assert inside + size(outside_blocks(model)) == size(model.parameters())
