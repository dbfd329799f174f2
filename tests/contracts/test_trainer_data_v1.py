"""Checks of trainer-data-v1, by `pv generate`: change the contract, not this.

Made from fc61db3cb408249fced4dc8839f7d57231ac78164f0643824472b721ff55665b.
"""

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_data import on_held_out_side, taken, unreadable
from pv.testing import (
    Bench,
    at_most,
    close,
    counterexample,
    raises,
)
from trainer.data.window_order import count_windows


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


def windows_of_text(tokens, length):
    return max(0, tokens - 1) // length


def test_ft_tda_001():
    """Two places of a pass hold two windows

    If it fails: A batch repeats what another one has. Look at where a step's windows begin in
    its pass, and at whether the order is drawn once for the pass.
    """
    for seed, number, at, windows, batch_size in product(
        range(0, 2), range(0, 3), range(0, 12), range(1, 13), range(1, 6)
    ):
        if not (at < windows // batch_size * batch_size):
            continue
        if not (at > 0):
            continue
        assert taken(seed, number, at, windows, batch_size) != taken(
            seed, number, at - 1, windows, batch_size
        ), f"{seed = }, {number = }, {at = }, {windows = }, {batch_size = }"


def test_ft_tda_002():
    """Passes are of the same windows

    If it fails: A pass leaves windows out. Look at how the order of a pass is drawn.
    """
    for seed, number, at, windows, batch_size in product(
        range(0, 2), range(0, 3), range(0, 12), range(1, 13), range(1, 6)
    ):
        if not (at < windows // batch_size * batch_size):
            continue
        if not (windows % batch_size == 0):
            continue
        assert any(
            taken(seed, number + 1, place, windows, batch_size)
            == taken(seed, number, at, windows, batch_size)
            for place in range(0, windows - 1 + 1)
        ), f"{seed = }, {number = }, {at = }, {windows = }, {batch_size = }"


def test_ft_tda_003():
    """A text of one window and its label is enough

    If it fails: The label after a window is not counted. Look at the number of windows.
    """
    for tokens, length in product(range(0, 201), range(1, 41)):
        if not (tokens == length + 1):
            continue
        assert count_windows(tokens, length) == 1, f"{tokens = }, {length = }"


@pytest.mark.experiment
def test_ft_tda_004(bench):
    """One seed gives one order, another seed another

    If it fails: The order depends on something else than the seed, or not on it. Look at what
    the generator is seeded with.
    """
    first = bench.run("distill", environment={"APR_DISTILL_MAX_STEPS": "2"}, folder="first")
    again = bench.run(
        "distill", environment={"APR_DISTILL_MAX_STEPS": "2"}, folder="again", beside=first
    )
    other = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "2"},
        configuration={"training": {"seed": 43}},
        folder="other",
        beside=first,
    )
    seen = first.with_runs(first=first, again=again, other=other)
    seen.expect(
        "first.exit_code = 0 and again.exit_code = 0 and other.exit_code = 0",
        'first.output["metrics.jsonl"].sha256 = again.output["metrics.jsonl"].sha256',
        'first.output["metrics.jsonl"].sha256 != other.output["metrics.jsonl"].sha256',
    )


def test_ft_tda_005():
    """About one document in twenty is held out

    If it fails: The split has changed, so that older models have seen what is held out now.
    Look at the hash.
    """
    for key in range(0, 200):
        if not (key < 9):
            continue
        assert on_held_out_side(key) == (key == 0), f"{key = }"


def test_ft_tda_006():
    """A file that was cut short while it was copied is named

    If it fails: An error of the library that unpacks it comes through, without the file's name.
    """
    for damage in (
        "no json",
        "no key",
        "no text",
        "no utf-8",
        "no gzip",
        "cut gzip",
        "odd bytes",
        "unknown token",
        "no npy",
        "matrix",
        "empty",
    ):
        if not (damage == "cut gzip"):
            continue
        assert raises("data.jsonl.gz. cannot be read", unreadable, damage), f"{damage = }"


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    seed=st.integers(0, 1),
    number=st.integers(0, 2),
    at=st.integers(0, 11),
    windows=st.integers(1, 12),
    batch_size=st.integers(1, 5),
)
def test_taken_invariant_1(seed, number, at, windows, batch_size):
    """0 <= taken(seed, number, at, windows, batch_size)"""
    assume(at < windows // batch_size * batch_size)
    assert at_most(0, taken(seed, number, at, windows, batch_size), absolute=1e-09, relative=1e-07)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    seed=st.integers(0, 1),
    number=st.integers(0, 2),
    at=st.integers(0, 11),
    windows=st.integers(1, 12),
    batch_size=st.integers(1, 5),
)
def test_taken_invariant_2(seed, number, at, windows, batch_size):
    """taken(seed, number, at, windows, batch_size) < windows"""
    assume(at < windows // batch_size * batch_size)
    assert taken(seed, number, at, windows, batch_size) < windows


@settings(deadline=None)
@given(tokens=st.integers(0, 200), length=st.integers(1, 40))
def test_windows_of_text_equals_formula(tokens, length):
    """windows_of_text(tokens, length) = max(0, tokens - 1) // length"""
    assert close(
        count_windows(tokens, length),
        windows_of_text(tokens, length),
        absolute=1e-09,
        relative=1e-07,
    )


def test_tda_inv_001():
    """No window comes twice in a pass"""
    for seed, number, at, windows, batch_size in product(
        range(0, 2), range(0, 3), range(0, 12), range(1, 13), range(1, 6)
    ):
        if not (at < windows // batch_size * batch_size):
            continue
        assert all(
            not other != at
            or taken(seed, number, other, windows, batch_size)
            != taken(seed, number, at, windows, batch_size)
            for other in range(0, windows // batch_size * batch_size - 1 + 1)
        ), f"{seed = }, {number = }, {at = }, {windows = }, {batch_size = }"


def test_tda_inv_002():
    """Where the batches fill the pass, every window is taken"""
    for seed, number, at, windows, batch_size in product(
        range(0, 2), range(0, 3), range(0, 12), range(1, 13), range(1, 6)
    ):
        if not (at < windows // batch_size * batch_size):
            continue
        if not (windows % batch_size == 0):
            continue
        assert any(
            taken(seed, number, place, windows, batch_size) == at
            for place in range(0, windows - 1 + 1)
        ), f"{seed = }, {number = }, {at = }, {windows = }, {batch_size = }"


def test_tda_bnd_003():
    """Windows and the label past the last one lie in the text, and one window more would not"""
    for tokens, length in product(range(0, 201), range(1, 41)):
        assert (
            not count_windows(tokens, length) > 0
            or count_windows(tokens, length) * length + 1 <= tokens
        ) and (count_windows(tokens, length) + 1) * length + 1 > tokens, f"{tokens = }, {length = }"


def test_tda_inv_004():
    """The side of a document is a function of the document, and the same in every release"""
    for key in range(0, 200):
        assert on_held_out_side(key) == (
            key in {0, 9, 10, 33, 40, 44, 59, 70, 74, 140, 154, 155, 170, 189}
        ), f"{key = }"


def test_tda_pre_005():
    """Data that cannot be read are refused by the name of the file, and by line or token"""
    for damage in (
        "no json",
        "no key",
        "no text",
        "no utf-8",
        "no gzip",
        "cut gzip",
        "odd bytes",
        "unknown token",
        "no npy",
        "matrix",
        "empty",
    ):
        assert (
            raises("data.(jsonl|bin|npy)", unreadable, damage)
            and (
                damage not in {"no json", "no key", "no text", "no utf-8"}
                or raises("data.jsonl:3: ", unreadable, damage)
            )
            and (
                not damage == "unknown token"
                or raises("token 2 is 296, but the vocabulary has 256", unreadable, damage)
            )
        ), f"{damage = }"


def verify_sym_tda_001(seed: int, number: int, at: int, windows: int, batch_size: int) -> bool:
    """∀ other in 0..(windows // batch_size * batch_size - 1): other != at implies taken(seed, number, other, windows, batch_size) != taken(seed, number, at, windows, batch_size)

    pre: 0 <= seed <= 1
    pre: 0 <= number <= 2
    pre: 0 <= at <= 11
    pre: 1 <= windows <= 12
    pre: 1 <= batch_size <= 5
    pre: at < windows // batch_size * batch_size
    post: __return__
    """
    return all(
        not other != at
        or taken(seed, number, other, windows, batch_size)
        != taken(seed, number, at, windows, batch_size)
        for other in range(0, windows // batch_size * batch_size - 1 + 1)
    )


@pytest.mark.symbolic
def test_sym_tda_001_symbolically():
    """No path of the code contradicts SYM-TDA-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_tda_001, seconds=10) is None


def verify_sym_tda_002(tokens: int, length: int) -> bool:
    """(windows_of_text(tokens, length) > 0 implies windows_of_text(tokens, length) * length + 1 <= tokens) and (windows_of_text(tokens, length) + 1) * length + 1 > tokens

    pre: 0 <= tokens <= 200
    pre: 1 <= length <= 40
    post: __return__
    """
    return (
        not count_windows(tokens, length) > 0
        or count_windows(tokens, length) * length + 1 <= tokens
    ) and (count_windows(tokens, length) + 1) * length + 1 > tokens


@pytest.mark.symbolic
def test_sym_tda_002_symbolically():
    """No path of the code contradicts SYM-TDA-002 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_tda_002, seconds=10) is None
