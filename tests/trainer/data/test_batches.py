import numpy as np
import pytest

from trainer.configuration.schema import Training
from trainer.data.batches import batch, epoch_steps, steps_per_epoch, window_tokens
from trainer.errors import UserError

TEXT = np.arange(1001, dtype=np.int64).astype(np.uint8)


def starts(step, seed=0):
    tokens, _ = batch(TEXT, step=step, batch_size=3, length=10, seed=seed)
    return {tuple(row.tolist()) for row in tokens}


def test_labels_are_the_next_bytes():
    tokens, labels = batch(TEXT, step=0, batch_size=3, length=10, seed=0)
    assert tokens.shape == labels.shape == (3, 10)
    assert tokens[:, 1:].equal(labels[:, :-1])
    assert ((tokens[:, -1] + 1) % 256).equal(labels[:, -1])


def test_no_window_comes_twice_in_a_pass_and_none_is_left_out():
    steps = steps_per_epoch(len(TEXT), 3, 10)
    assert steps == 33
    text = np.arange(10_001, dtype=np.uint32)
    steps = steps_per_epoch(len(text), 4, 100)
    firsts = [
        first
        for step in range(steps)
        for first in batch(text, step=step, batch_size=4, length=100, seed=5)[0][:, 0].tolist()
    ]
    assert sorted(firsts) == list(range(0, 10_000, 100))


def test_the_order_depends_on_the_seed_and_the_pass():
    assert starts(0) == starts(0)
    assert starts(0) != starts(0, seed=1)
    assert starts(0) != starts(33)


def test_a_text_of_less_than_one_batch_is_refused():
    assert steps_per_epoch(31, 3, 10) == 1
    with pytest.raises(UserError, match="less than one batch"):
        steps_per_epoch(30, 3, 10)


@pytest.mark.parametrize(("most", "steps"), [(None, 33), (5, 5), (50, 33)])
def test_an_epoch_is_the_text_or_less(most, steps):
    training = Training(batch_size=3, steps_per_epoch=most)
    assert epoch_steps(len(TEXT), training, 10) == steps


def test_a_window_has_the_token_after_it():
    assert window_tokens(TEXT, np.array([0, 2]), 3).tolist() == [[0, 1, 2, 3], [6, 7, 8, 9]]
