import torch

from trainer.processes.collectives import all_max, all_sum, assign, current_world, full_tensor
from trainer.processes.rank import World


def test_for_a_single_process_each_is_the_identity():
    assert current_world() == World()
    tensor = torch.arange(3.0)
    assert all_sum(tensor) is tensor
    assert all_max(7) == 7
    assert full_tensor(tensor) is tensor


def test_a_tensor_is_assigned_in_place_without_a_gradient():
    target = torch.zeros(3, requires_grad=True)
    before = target.data_ptr()
    assign(target, torch.arange(3.0))
    assert target.tolist() == [0.0, 1.0, 2.0]
    assert target.data_ptr() == before
    assert target.is_leaf
