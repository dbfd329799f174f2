import random

import numpy as np
import torch

from trainer.training.random_states import random_states, restore_random_states


def draw():
    return random.random(), np.random.rand(), np.random.randn(), torch.rand(1).item()  # noqa: NPY002


def test_every_generator_goes_on_where_it_was():
    np.random.randn()  # noqa: NPY002 - leaves the second of a pair of numbers in the state
    random.gauss(0, 1)
    states = {name: state.clone() for name, state in random_states().items()}
    first = draw()
    assert draw() != first
    restore_random_states(states)
    assert draw() == first
