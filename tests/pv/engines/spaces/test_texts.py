"""Texts are those that Hypothesis draws, without the table that it makes in each new process."""

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal import charmap

from pv.engines.spaces.objects.kinds import Limits, texts


def drawn(strategy):
    found = []

    @seed(0)
    @settings(database=None, max_examples=300, phases=[Phase.generate])
    @given(strategy)
    def collect(text):
        found.append(text)

    collect()
    return found


def test_texts_are_those_of_hypothesis():
    assert drawn(texts()) == drawn(st.text())


def test_texts_need_no_table_of_what_a_codec_writes(monkeypatch):
    def table(codec):
        pytest.fail(f"a table of {codec} was made")

    monkeypatch.setattr(charmap, "intervals_from_codec", table)
    assert len(set(drawn(texts()))) > 100
    assert len(set(drawn(texts(Limits(pattern="[ab]+.*"))))) > 100
