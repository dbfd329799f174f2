import gzip
import json
import random

import numpy as np
import pytest

from trainer.configuration.schema import Dataset
from trainer.data.batches import batch, steps_per_epoch
from trainer.data.corpora.documents import Document
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpora.token_shards import ConcatenatedShards
from trainer.data.tokenizer import ByteTokenizer
from trainer.errors import UserError

TEXTS = [f"document {n}: " + "x" * (n % 7) for n in range(200)]


def read(source, path, vocab_size=256, **keys):
    dataset = Dataset(source=source, path=str(path), **keys)
    return read_corpus(dataset, ByteTokenizer(), vocab_size)


def lines(texts, field="text"):
    return "".join(json.dumps({field: text, "id": n}) + "\n" for n, text in enumerate(texts))


def parquet_file(path, columns):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table(columns), path)


def both(corpus):
    return sorted(bytes(corpus.train).split(b"\n") + bytes(corpus.held_out).split(b"\n"))


@pytest.mark.parametrize("kind", ["jsonl", "gzip", "parquet"])
def test_every_document_is_on_one_side_whole(tmp_path, kind):
    path = tmp_path / {"jsonl": "a.jsonl", "gzip": "a.jsonl.gz", "parquet": "a.parquet"}[kind]
    if kind == "parquet":
        parquet_file(path, {"text": TEXTS, "id": list(range(200))})
    elif kind == "gzip":
        path.write_bytes(gzip.compress(lines(TEXTS).encode()))
    else:
        path.write_text(lines(TEXTS))
    for place in (path, tmp_path):
        corpus = read("parquet" if kind == "parquet" else "jsonl", place)
        assert both(corpus) == sorted([b"", b"", *(text.encode() for text in TEXTS)])
        assert 0 < len(corpus.held_out) < len(corpus.train) / 5
        assert corpus.held_out_bytes == len(corpus.held_out)
        assert corpus.files == 200


def test_a_document_stays_on_its_side_when_others_come_and_go(tmp_path):
    sides = []
    for texts in (TEXTS, random.Random(0).sample(TEXTS, 120)):
        (tmp_path / "a.jsonl").write_text(lines(texts))
        corpus = read("jsonl", tmp_path / "a.jsonl")
        sides.append({text for text in texts if text.encode() in bytes(corpus.held_out)})
    assert sides[1] == sides[0] & set(random.Random(0).sample(TEXTS, 120))
    assert Document("a", b"key", b"1").held_out == Document("b", b"key", b"2").held_out


def test_the_field_can_be_named_and_the_digest_tells_texts_apart(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(lines(TEXTS, "body"))
    first = read("jsonl", path, field="body")
    path.write_text(lines([*TEXTS[:-1], "another"], "body"))
    assert first.digest != read("jsonl", path, field="body").digest
    with pytest.raises(UserError, match=r"a\.jsonl:1: has no 'text'.*keys here: body, id"):
        read("jsonl", path)


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        (b'{"text": "a"', "not JSON"),
        (b"nonsense", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b'{"text": 3}', "'text' is not text"),
        (b'{"text": null}', "'text' is null; leave it out"),
        (b'{"id": 3}', "has no 'text'"),
        (b'{"text": "\xff"}', "byte 10 of the line is not UTF-8"),
        (b'{"text": "\\ud800"}', "half of a surrogate pair at character 0"),
        (b"[" * 100_000, "not JSON"),
    ],
    ids=["cut", "nonsense", "string", "number", "null", "absent", "latin-1", "surrogate", "nested"],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path, line, fact):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "good"}\n\n' + line + b"\n")
    with pytest.raises(UserError, match=r"a\.jsonl:3: ") as told:
        read("jsonl", path)
    assert fact in str(told.value)


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "dictionary"])
def test_text_of_parquet_may_be_stored_in_any_way(tmp_path, kind):
    pyarrow = pytest.importorskip("pyarrow")
    column = pyarrow.array(TEXTS)
    if kind == "dictionary":
        column = column.dictionary_encode()
    else:
        column = column.cast(getattr(pyarrow, kind)())
    parquet_file(tmp_path / "a.parquet", {"text": column})
    parquet_file(tmp_path / "plain.parquet", {"text": TEXTS})
    found, plain = (read("parquet", tmp_path / f"{name}.parquet") for name in ("a", "plain"))
    assert (found.train == plain.train).all()


def test_bad_parquet_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    parquet_file(path, {"body": ["a", None], "id": [1, 2]})
    with pytest.raises(UserError, match=r"a\.parquet: has no column 'text'.*here: body, id"):
        read("parquet", path)
    with pytest.raises(UserError, match="column 'id' is int64, not text"):
        read("parquet", path, field="id")
    with pytest.raises(UserError, match=r"a\.parquet: row 2: 'body' is null; leave it out"):
        read("parquet", path, field="body")
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(UserError, match=r"a\.parquet: not a readable Parquet file"):
        read("parquet", path, field="body")


@pytest.mark.parametrize("kind", ["u16", "u32", "npy", "npy-int64"])
def test_shards_are_mapped_and_read_across_their_ends(tmp_path, kind):
    tokens = np.arange(1000) * 7 % 999
    for number, part in enumerate(np.split(tokens, [311, 320, 700])):
        if kind.startswith("u"):
            part.astype({"u16": "<u2", "u32": "<u4"}[kind]).tofile(tmp_path / f"{number}.bin")
        else:
            np.save(tmp_path / f"{number}.npy", part.astype("u2" if kind == "npy" else "i8"))
    if kind.startswith("u"):
        corpus = read("bin", tmp_path, vocab_size=1000, token_type=kind)
    else:
        corpus = read("npy", tmp_path, vocab_size=1000)
    kept = [part[: len(part) - len(part) // 20] for part in np.split(tokens, [311, 320, 700])]
    expected = np.concatenate(kept)
    assert len(corpus.train) == len(expected)
    assert corpus.train[np.arange(len(expected))].tolist() == expected.tolist()
    assert len(corpus.train) + len(corpus.held_out) == 1000
    assert corpus.held_out_bytes is None
    steps = steps_per_epoch(len(expected), 3, 10)
    seen = [batch(corpus.train, step=s, batch_size=3, length=10, seed=1) for s in range(steps)]
    firsts = sorted(int(row[0]) for tokens, _ in seen for row in tokens)
    whole = sorted(expected[0 : len(expected) - 1 : 10][: steps * 3 + 2].tolist())
    assert set(firsts) <= set(whole)
    assert len(firsts) == steps * 3


def test_one_shard_is_not_copied(tmp_path):
    np.arange(4000, dtype="<u2").tofile(tmp_path / "a.bin")
    assert isinstance(read("bin", tmp_path / "a.bin", vocab_size=4000).train, np.memmap)


def test_an_index_of_any_shape_reaches_joined_shards():
    joined = ConcatenatedShards([np.arange(3), np.arange(3, 3), np.arange(3, 10)])
    indices = np.array([[0, 3], [9, 2]])
    assert len(joined) == 10
    assert joined[indices].tolist() == indices.tolist()


@pytest.mark.parametrize("at", [0, 4_194_303, 4_194_304, 4_194_310])
def test_a_token_out_of_the_vocabulary_is_named_by_file_and_position(tmp_path, at):
    tokens = np.zeros(4_194_320, dtype="<u2")
    tokens[at] = 256
    tokens.tofile(tmp_path / "a.bin")
    with pytest.raises(UserError, match=rf"a\.bin: token {at} is 256, but the vocabulary has 256"):
        read("bin", tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("a.bin", b"123", r"a\.bin: 3 bytes are not a whole number of u16 tokens"),
        ("a.bin", b"", "the corpus is empty"),
        ("a.npy", b"\x93NUMPY", r"a\.npy: not a readable \.npy file"),
        ("a.npy", np.zeros(9).tobytes(), r"a\.npy: not a readable \.npy file"),
        ("a.npy", np.zeros(9), r"a\.npy: holds float64 of shape \(9,\)"),
        ("a.npy", np.zeros((3, 3), dtype=int), r"a\.npy: holds int64 of shape \(3, 3\)"),
        ("a.npy", np.array([3, -1]), r"a\.npy: token 1 is -1"),
        ("a.npy", np.array([{}], dtype=object), r"a\.npy: not a readable \.npy file"),
    ],
    ids=["odd", "empty", "cut", "no-array", "floats", "matrix", "negative", "objects"],
)
def test_bad_shards_are_named(tmp_path, name, content, fact):
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        np.save(tmp_path / name, content)
    with pytest.raises(UserError, match=fact):
        read(name.removeprefix("a."), tmp_path / name)


def test_a_truncated_npy_is_named(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(1000))
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:-100])
    with pytest.raises(UserError, match=r"a\.npy: not a readable"):
        read("npy", tmp_path / "a.npy")


@pytest.mark.parametrize("source", ["jsonl", "bin", "npy", "parquet"])
def test_a_place_without_such_files_is_named(tmp_path, source):
    with pytest.raises(UserError, match="there is no such file or folder"):
        read(source, tmp_path / "absent")
    with pytest.raises(UserError, match=rf"holds no file that ends in \.{source}"):
        read(source, tmp_path)


@pytest.mark.parametrize("content", [b"", b"x"], ids=["empty", "one-byte"])
def test_a_text_of_next_to_nothing(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    if not content:
        with pytest.raises(UserError, match="the corpus is empty"):
            read("folder", tmp_path)
    else:
        with pytest.raises(UserError, match="less than one batch"):
            steps_per_epoch(len(read("folder", tmp_path).train), 1, 2)


@pytest.mark.parametrize("source", ["folder", "jsonl", "bin"])
def test_a_limit_bounds_what_is_read(tmp_path, source):
    (tmp_path / "a.txt").write_text("x" * 1000)
    (tmp_path / "a.jsonl").write_text(lines(["x" * 400] * 3))
    np.zeros(500, dtype="<u2").tofile(tmp_path / "a.bin")
    path = tmp_path / "a.bin" if source == "bin" else tmp_path
    corpus = read(source, path, limit_bytes=600)
    size = len(corpus.train) + len(corpus.held_out)
    assert size == {"folder": 600, "jsonl": 602, "bin": 300}[source]


def test_a_text_with_tokens_that_the_model_does_not_know_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"text\xff")
    message = r"the tokenizer has 256 tokens, of which the text has 255, but .* vocab_size is 255"
    with pytest.raises(UserError, match=message):
        read("folder", tmp_path, vocab_size=255)
    (tmp_path / "a.txt").write_bytes(b"text")
    assert len(read("folder", tmp_path, vocab_size=255).train) == 4


@pytest.mark.parametrize("source", ["folder", "jsonl", "parquet"])
def test_kept_tokens_are_the_tokens_and_are_made_once(tmp_path, source):
    place = tmp_path / "d"
    place.mkdir()
    for n, text in enumerate(TEXTS):
        (place / f"{n}.txt").write_text(text)
    (place / "a.jsonl").write_text(lines(TEXTS))
    parquet_file(place / "a.parquet", {"text": TEXTS})
    fresh = read(source, place)
    kept = tmp_path / "kept"
    asked = []

    class Counting(ByteTokenizer):
        def encode(self, texts):
            asked.extend(texts)
            return super().encode(texts)

    dataset = Dataset(source=source, path=str(place), keep_tokens=str(kept))
    for _ in range(2):
        corpus = read_corpus(dataset, Counting(), 256)
        assert corpus.digest == fresh.digest
        assert bytes(corpus.train) == bytes(fresh.train)
        assert bytes(corpus.held_out) == bytes(fresh.held_out)
        assert (corpus.files, corpus.held_out_bytes) == (fresh.files, fresh.held_out_bytes)
        assert len(asked) == 200
    (folder,) = kept.iterdir()
    sides = {
        f"{side}{ending}" for side in ("train", "held_out") for ending in (".bin", "_starts.npy")
    }
    assert {path.name for path in folder.iterdir()} == {*sides, "tokens.json"}


def test_tokens_that_two_runs_keep_at_once_are_whole(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(TEXTS))
    dataset = Dataset(source="jsonl", path=str(tmp_path), keep_tokens=str(tmp_path / "kept"))

    class Overtaken(ByteTokenizer):
        def encode(self, texts):
            read_corpus(dataset, ByteTokenizer(), 256)
            return super().encode(texts)

    corpus = read_corpus(dataset, Overtaken(), 256)
    assert bytes(corpus.train) == bytes(read("jsonl", tmp_path / "a.jsonl").train)
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_an_interruption_keeps_nothing(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(TEXTS))
    dataset = Dataset(source="jsonl", path=str(tmp_path), keep_tokens=str(tmp_path / "kept"))

    class Interrupted(ByteTokenizer):
        def encode(self, texts):
            raise KeyboardInterrupt(len(texts))

    with pytest.raises(KeyboardInterrupt):
        read_corpus(dataset, Interrupted(), 256)
    assert not list((tmp_path / "kept").iterdir())


def test_kept_tokens_are_of_one_text_and_one_limit(tmp_path):
    path = tmp_path / "a.jsonl"
    for texts, limit in ((TEXTS, None), (TEXTS, 500), (TEXTS[:-1], None)):
        path.write_text(lines(texts))
        keys = {"limit_bytes": limit}
        found = read("jsonl", path, keep_tokens=str(tmp_path / "kept"), **keys)
        assert bytes(found.train) == bytes(read("jsonl", path, **keys).train)
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_a_place_where_tokens_cannot_be_kept_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(UserError, match=r"dataset\.keep_tokens .*a\.txt.*: cannot be written"):
        read("folder", tmp_path, keep_tokens=str(tmp_path / "a.txt"))


def test_a_mark_of_byte_order_is_no_part_of_a_line(tmp_path):
    with_mark, without = (tmp_path / name for name in ("a.jsonl", "b.jsonl"))
    without.write_text(lines(TEXTS))
    with_mark.write_bytes(b"\xef\xbb\xbf" + without.read_bytes())
    first, second = (
        read_corpus(Dataset(source="jsonl", path=str(path)), ByteTokenizer(), 256)
        for path in (with_mark, without)
    )
    assert first.train.tolist() == second.train.tolist()


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "a.txt").symlink_to("/proc/self/mem")  # there, and no byte of it can be read
    with pytest.raises(UserError, match=r"a\.txt: cannot be read"):
        read_corpus(Dataset(source="folder", path=str(tmp_path)), ByteTokenizer(), 256)
