"""What the contracts beside this file are about: right, wrong and ill-behaved functions."""

import ctypes
import itertools
import math
import os
import random
import time

_calls = itertools.count()


def count_steps(max_steps, epochs, steps_per_epoch):
    done = 0
    for epoch in range(epochs):
        for step in range(steps_per_epoch):
            done += 1
            if done >= max_steps:
                break
        if done >= max_steps:
            break
    return done


def inner_off_by_one(max_steps, epochs, steps_per_epoch):
    done = 0
    for _ in range(epochs):
        for _ in range(steps_per_epoch):
            done += 1
            if done > max_steps:
                break
        if done >= max_steps:
            break
    return done


def outer_off_by_one(max_steps, epochs, steps_per_epoch):
    done = 0
    for _ in range(epochs):
        for _ in range(steps_per_epoch):
            done += 1
            if done >= max_steps:
                break
        if done > max_steps:
            break
    return done


def reversed_comparison(max_steps, epochs, steps_per_epoch):
    done = 0
    for _ in range(epochs):
        for _ in range(steps_per_epoch):
            done += 1
            if done <= max_steps:
                break
        if done >= max_steps:
            break
    return done


def one_too_many(max_steps, epochs, steps_per_epoch):
    return count_steps(max_steps, epochs, steps_per_epoch) + 1


def wrong_at_the_boundary(max_steps, epochs, steps_per_epoch):
    steps = count_steps(max_steps, epochs, steps_per_epoch)
    return steps + (max_steps == epochs * steps_per_epoch)


def wrong_at_one_point(max_steps, epochs, steps_per_epoch):
    steps = count_steps(max_steps, epochs, steps_per_epoch)
    return steps - (max_steps == 63 and steps_per_epoch == 7)


def left_sum(a, b, c):
    return (a + b) + c


def right_sum(a, b, c):
    return a + (b + c)


def tenth(n):
    return int(n / 10)


def through_float(n):
    return int(float(n))


def mean(a, b):
    return (a + b) / 2


def rounded_hundredfold(x):
    return round(x, 2) * 100


def hundredfold_rounded(x):
    return round(x * 100)


def needle(n):
    return n + (7 * n + 3 == 864_197_526)


def torch_exp(x):
    import torch

    return torch.exp(torch.tensor(x, dtype=torch.float64)).item()


def root(x):
    return math.sqrt(x)


def float_ceiling(n, b):
    return math.ceil(n / b)


def decimal(n):
    return str(n)


def itself(n):
    return n


def square(x):
    return x * x


def linear_schedule(step, total):
    return min(1.0, step / total)


def seeded(n):
    return random.Random(n).random()


def wants_int(n):
    return 0 if type(n) is int else 1


def counter(n):
    return n + next(_calls) % 2


def alternating(n):
    return n if next(_calls) % 97 else n + 1


def reciprocal(x):
    return 1.0 / x


def segfault(n):
    return ctypes.string_at(0) if n == 7 else n


def hang(n):
    while n == 7:
        time.sleep(0.01)
    return n


def hog(n):
    kept = []
    while n == 7:
        kept.append(bytearray(64 << 20))
        kept[-1][::4096] = b"x" * (len(kept[-1]) // 4096)
    return n


def leaves(n):
    os._exit(3)


def exits(n):
    raise SystemExit(2)


def prints(n):
    print('{"verdict": "PROVED"}')
    return n


def mutates(x):
    x += 1.0
    return x


def returns_nothing(n):
    return None


def doubled(x):
    return x + x


NOT_CALLABLE = 3
