"""Claims as generated modules state them."""

from pathlib import Path

import pytest

from pv.checks.model import Enumeration
from pv.claims import EXACT, parse, render
from pv.generate.stated_claims import stated
from pv.python_source import NoPython


def plan(claim):
    return Enumeration(claim, {"n": "0..9"}, {}, EXACT, Path(), 10, ())


def test_what_is_too_long_once_it_is_written_out_is_not_generated():
    long = render(parse("f(n) >= 1" * 300))
    with pytest.raises(NoPython, match=r"cannot be read again: a claim has at most 2000 words"):
        stated(plan(long))
    assert stated(plan("f(n) >= 1")).claim == "f(n) >= 1"
