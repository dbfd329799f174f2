"""What the recorded contract is about."""

import numpy as np


def counted(limit, planned):
    if limit < 1:
        raise ValueError("the limit must be positive")
    done = 0
    for _ in range(planned):
        done += 1
        if done >= limit:
            break
    return done


def warmup(step, steps):
    return min(step / steps, 1)


def softmax(x):
    powers = np.exp(x - np.max(x))
    return powers / powers.sum()
