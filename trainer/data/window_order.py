"""In which order the windows of a text are taken: a pure function of seed and step."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


def count_windows(tokens: int, length: int) -> int:
    """Return how many windows a text gives, side by side; each reads one token past its end."""
    return max(0, tokens - 1) // length


def windows_of_step(step: int, *, windows: int, batch_size: int, seed: int) -> Numbers:
    """Return which windows (B,) make the batch of the 0-based `step`.

    Each pass over the text takes every window once, in an order drawn from the seed and the
    number of the pass; the windows that do not fill a last batch wait for another pass. Nothing
    but the arguments decides, so that a run can be taken up at any step. Needs a whole batch.
    """
    steps = windows // batch_size
    first = step % steps * batch_size
    return order_of_pass(seed, step // steps, windows)[first : first + batch_size]


@lru_cache(maxsize=2)  # drawing a pass anew at each of its steps costs as much as a small model
def order_of_pass(seed: int, number: int, windows: int) -> Numbers:
    """Return the order of the windows in a pass; read-only, since all its steps share it."""
    order = np.random.default_rng([seed, number]).permutation(windows)
    order.setflags(write=False)
    return order
