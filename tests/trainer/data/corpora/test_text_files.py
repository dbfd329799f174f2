import numpy as np
import pytest

from trainer.data.corpora.text_files import folder_corpus, standard_library_corpus
from trainer.errors import UserError

TEXT = np.arange(1001, dtype=np.int64).astype(np.uint8)


def test_the_split_is_by_file_and_the_digest_covers_names_and_bytes(tmp_path):
    for n in range(60):
        (tmp_path / f"{n}.txt").write_text(f"text {n}\n")
    first = folder_corpus(tmp_path)
    assert first.files == 60
    assert 0 < len(first.held_out) < len(first.train)
    assert folder_corpus(tmp_path).digest == first.digest
    (tmp_path / "0.txt").write_text("text x\n")
    assert folder_corpus(tmp_path).digest != first.digest


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
