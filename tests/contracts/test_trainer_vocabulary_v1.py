"""Checks of trainer-vocabulary-v1, by `pv generate`: change the contract, not this.

Made from 7fa946b64da51d591b9c488ff210f1ffbdd307e2f94f418958cfb01cbade666f.
"""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_data import agrees
from pv.testing import (
    close,
    counterexample,
)


def agrees_formula(student, mine, teacher, theirs):
    return mine <= theirs and student % 2**mine == teacher % 2**mine


def test_ft_tvo_001():
    """A student that knows more tokens than its teacher is refused

    If it fails: Sizes are not compared, so that the teacher has no logit for some of the
    student's tokens. Look at the comparison of vocabularies.
    """
    for student, mine, teacher, theirs in product(
        range(0, 16), range(0, 5), range(0, 16), range(0, 5)
    ):
        if not (mine > theirs):
            continue
        assert not agrees(student, mine, teacher, theirs), (
            f"{student = }, {mine = }, {teacher = }, {theirs = }"
        )


def test_ft_tvo_002():
    """A vocabulary agrees with itself, and with what continues it

    If it fails: A prefix is refused. Look at where the comparison ends.
    """
    for mine, teacher, theirs in product(range(0, 5), range(0, 16), range(0, 5)):
        assert agrees(teacher, mine, teacher, theirs) == (mine <= theirs), (
            f"{mine = }, {teacher = }, {theirs = }"
        )


@settings(deadline=None)
@given(
    student=st.integers(0, 15),
    mine=st.integers(0, 4),
    teacher=st.integers(0, 15),
    theirs=st.integers(0, 4),
)
def test_agrees_equals_formula(student, mine, teacher, theirs):
    """agrees(student, mine, teacher, theirs) = (mine <= theirs and student % 2^mine = teacher %
    2^mine)
    """
    assert close(
        agrees(student, mine, teacher, theirs),
        agrees_formula(student, mine, teacher, theirs),
        absolute=1e-09,
        relative=1e-07,
    )


def test_tvo_eqv_001():
    """A vocabulary agrees with another exactly where it is a prefix of it"""
    for student, mine, teacher, theirs in product(
        range(0, 16), range(0, 5), range(0, 16), range(0, 5)
    ):
        assert agrees(student, mine, teacher, theirs) == (
            mine <= theirs and student % 2**mine == teacher % 2**mine
        ), f"{student = }, {mine = }, {teacher = }, {theirs = }"


def verify_sym_tvo_001(student: int, mine: int, teacher: int, theirs: int) -> bool:
    """agrees(student, mine, teacher, theirs) iff (mine <= theirs and student % 2^mine = teacher % 2^mine)

    pre: 0 <= student <= 15
    pre: 0 <= mine <= 4
    pre: 0 <= teacher <= 15
    pre: 0 <= theirs <= 4
    post: __return__
    """
    return agrees(student, mine, teacher, theirs) == (
        mine <= theirs and student % 2**mine == teacher % 2**mine
    )


@pytest.mark.symbolic
def test_sym_tvo_001_symbolically():
    """No path of the code contradicts SYM-TVO-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_tvo_001, seconds=10) is None
