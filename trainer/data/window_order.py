"""The order in which windows of a text are taken: a pure function of seed and step."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

WindowIndices = npt.NDArray[np.int64]


def count_windows(tokens: int, length: int) -> int:
    """Return how many windows a text gives, side by side; each reads one token past its end.

    >>> count_windows(tokens=9, length=4), count_windows(tokens=8, length=4)
    (2, 1)
    """
    return max(0, tokens - 1) // length


def windows_of_step(step: int, *, windows: int, batch_size: int, seed: int) -> WindowIndices:
    """Return the indices (B,) of the windows in the batch of the 0-based `step`.

    Each pass over the text takes every window once, in an order drawn from the seed and the
    number of the pass; windows that do not fill a last batch are left out of that pass. The result
    depends on the arguments alone, so that a run can be resumed at any step. Needs
    `windows >= batch_size`.
    """
    steps = windows // batch_size
    first = step % steps * batch_size
    return order_of_pass(seed, step // steps, windows)[first : first + batch_size]


@lru_cache(maxsize=2)  # drawing a pass anew at each of its steps costs as much as a small model
def order_of_pass(seed: int, number: int, windows: int) -> WindowIndices:
    """Return the order of the windows in a pass; read-only, since all its steps share it."""
    order = np.random.default_rng([seed, number]).permutation(windows)
    order.setflags(write=False)
    return order
