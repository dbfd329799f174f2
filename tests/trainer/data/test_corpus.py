import numpy as np
import pytest

from trainer.data.batches import batch, steps_per_epoch
from trainer.data.compression_baselines import (
    order0_bits_per_byte,
    xz_bits_per_byte,
    zlib_bits_per_byte,
)
from trainer.data.corpora.text_files import folder_corpus, standard_library_corpus
from trainer.data.window_order import order_of_pass
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


def test_the_split_is_by_file_and_the_digest_covers_names_and_bytes(tmp_path):
    for n in range(60):
        (tmp_path / f"{n}.txt").write_text(f"text {n}\n")
    first = folder_corpus(tmp_path)
    assert first.files == 60
    assert 0 < len(first.held_out) < len(first.train)
    assert folder_corpus(tmp_path).digest == first.digest
    (tmp_path / "0.txt").write_text("text x\n")
    assert folder_corpus(tmp_path).digest != first.digest


def test_the_order_of_a_pass_is_drawn_once_and_cannot_be_spoilt():
    drawn = order_of_pass(0, 3, 100)
    assert order_of_pass(0, 3, 100) is drawn
    assert sorted(drawn) == list(range(100))
    with pytest.raises(ValueError, match="read-only"):
        drawn[0] = 1


@pytest.mark.parametrize("limit", [1_000, 400_000])
def test_a_limit_is_kept_to_the_byte(limit):
    corpus = standard_library_corpus(limit)
    assert len(corpus.train) + len(corpus.held_out) == limit


def test_a_limit_keeps_the_split_and_is_told_by_the_digest():
    some, more = standard_library_corpus(200_000), standard_library_corpus(400_000)
    assert bytes(more.train).startswith(bytes(some.train))
    assert bytes(more.held_out).startswith(bytes(some.held_out))
    assert some.digest != more.digest


def test_the_standard_library_is_read_without_its_tests(tmp_path, monkeypatch):
    for name in ("a.py", "test/b.py", "json/tests/c.py", "site-packages/d.py", "e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    corpus = standard_library_corpus()
    assert bytes(corpus.train) + bytes(corpus.held_out) == b"a.py"


@pytest.mark.parametrize("make", [lambda folder: folder, lambda folder: folder / "absent"])
def test_an_empty_or_absent_folder_is_refused(tmp_path, make):
    with pytest.raises(UserError, match="folder"):
        folder_corpus(make(tmp_path))


@pytest.mark.parametrize("measure", [order0_bits_per_byte, zlib_bits_per_byte, xz_bits_per_byte])
def test_a_baseline_of_no_text_is_refused(measure):
    with pytest.raises(UserError, match="no bytes to measure"):
        measure(np.empty(0, dtype=np.uint8))


def test_the_baselines_on_known_texts():
    two = np.frombuffer(b"ab" * 500, dtype=np.uint8)
    assert order0_bits_per_byte(two) == 1.0
    assert zlib_bits_per_byte(two) < 0.5
    assert xz_bits_per_byte(two) < 1.0
    every = np.arange(256, dtype=np.uint8)
    assert order0_bits_per_byte(every) == 8.0
