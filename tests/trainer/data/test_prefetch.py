import threading

import pytest
import torch

from trainer.data.prefetch import Prefetched


class Maker:
    """Makes batches, and notes by which thread."""

    def __init__(self):
        self.made = {}

    def __call__(self, step):
        self.made.setdefault(step, []).append(threading.current_thread() is threading.main_thread())
        if step == 4:
            raise OSError("the file is gone")
        return torch.full((2, 3), step), torch.full((2, 3), step + 1)


@pytest.fixture
def made():
    return Maker()


def values(batch):
    return [part[0, 0].item() for part in batch]


def test_the_next_batch_is_made_by_another_thread(made):
    batches = Prefetched(made, torch.device("cpu"), tuple)
    assert [values(batches(step)) for step in (1, 2, 3)] == [[1, 2], [2, 3], [3, 4]]
    assert {step: made.made[step] for step in (1, 2, 3)} == {1: [True], 2: [False], 3: [False]}


def test_a_batch_out_of_turn_is_made_at_once_and_the_next_one_is_kept(made):
    batches = Prefetched(made, torch.device("cpu"), tuple)
    assert [values(batches(step))[0] for step in (1, 1, 2)] == [1, 1, 2]
    assert made.made[2] == [False]
    assert values(batches(9)) == [9, 10]
    assert values(batches(1)) == [1, 2]


def test_an_error_is_raised_where_its_batch_is_asked_for(made):
    batches = Prefetched(made, torch.device("cpu"), tuple)
    assert values(batches(3)) == [3, 4]
    with pytest.raises(OSError, match="the file is gone"):
        batches(4)


def test_what_is_handed_out_has_been_pinned(made):
    pinned = []

    def pin(batch):
        pinned.append(values(batch))
        return batch

    batches = Prefetched(made, torch.device("cpu"), pin)
    batches(1), batches(2)
    assert pinned[:2] == [[1, 2], [2, 3]]


def test_tokens_go_to_the_device_and_labels_stay(made):
    tokens, labels = Prefetched(made, torch.device("meta"), tuple)(1)
    assert (tokens.device.type, labels.device.type) == ("meta", "cpu")
