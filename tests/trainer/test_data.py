import numpy as np
import pytest

from trainer.data import (
    batch,
    folder_corpus,
    order0_bits_per_byte,
    standard_library_corpus,
    steps_per_epoch,
    xz_bits_per_byte,
    zlib_bits_per_byte,
)
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


def test_a_limit_reads_less_and_says_so_in_the_digest():
    some, more = standard_library_corpus(1_000_000), standard_library_corpus(2_000_000)
    assert len(some.train) + len(some.held_out) < len(more.train) + len(more.held_out)
    assert some.digest != more.digest


@pytest.mark.parametrize("make", [lambda folder: folder, lambda folder: folder / "absent"])
def test_an_empty_or_absent_folder_is_refused(tmp_path, make):
    with pytest.raises(UserError, match="folder"):
        folder_corpus(make(tmp_path))


def test_the_baselines_on_known_texts():
    two = np.frombuffer(b"ab" * 500, dtype=np.uint8)
    assert order0_bits_per_byte(two) == 1.0
    assert zlib_bits_per_byte(two) < 0.5
    assert xz_bits_per_byte(two) < 1.0
    every = np.arange(256, dtype=np.uint8)
    assert order0_bits_per_byte(every) == 8.0
