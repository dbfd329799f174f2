"""What a user may give by mistake: exit code 2, a message that names it, and nothing written."""

import gzip
import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from trainer.cli import main
from trainer.models.configuration import PRESETS
from trainer.models.export import export_model
from trainer.models.initialisation import initialise

WEIGHTS = "model.safetensors"
ZIPPED = gzip.compress(b"".join(b'{"text": "line %d"}\n' % n for n in range(99)))


@pytest.fixture
def distill(tmp_path, texts, teacher, capsys):
    """Return a caller of `train`: (configuration keys) -> (exit code, what it said)."""

    def call(source="folder", path=None, **keys):
        tree = {
            "teacher": {"model_id": str(keys.pop("teacher", teacher))},
            "student": {"preset": "nano"},
            "training": {"epochs": 1, "steps_per_epoch": 2, "batch_size": 4},
            "dataset": {"source": source, "path": str(path or texts), "max_length": 32},
            "output": {"dir": str(tmp_path / "o"), "checkpoint_every": 0},
            "device": "cpu",
        }
        file = tmp_path / "c.yaml"
        file.write_text(json.dumps(tree))
        words = [word for key, value in keys.items() for word in ("--set", f"{key}={value}")]
        code = main(["train", "--config", str(file), *words])
        told = capsys.readouterr().err
        assert not (tmp_path / "o").exists()
        assert told.startswith("error: ")
        return code, told

    return call


@pytest.fixture
def model(tmp_path, teacher):
    """Return a copy of the teacher that may be damaged."""
    return shutil.copytree(teacher, tmp_path / "m")


def quantise(path):
    weights = load_file(path)
    weights["model.norm.weight"] = weights["model.norm.weight"].to(torch.int8)
    save_file(weights, path)


def nan(path):
    weights = load_file(path)
    weights["model.norm.weight"][3] = float("nan")
    save_file(weights, path)


@pytest.mark.parametrize(
    ("damage", "fact"),
    [
        (lambda path: path.unlink(), f"no {WEIGHTS}: not a model"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]),
         f"{WEIGHTS}: not a readable safetensors file"),
        (lambda path: path.write_bytes(b""), f"{WEIGHTS}: not a readable safetensors file"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"[256,96]", b"[257,96]", 1)),
         f"{WEIGHTS}: not a readable safetensors file"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"[256,96]", b"[96,256]", 1)),
         "embed_tokens.weight is (96, 256) in the file"),
        (nan, "model.norm.weight holds 1 non-finite numbers"),
        (quantise, "model.norm.weight is I8, not F64, F32, F16, BF16; give a model that is not"),
        (lambda path: (path.parent / "config.json").write_text("{"), "config.json: not readable"),
        (lambda path: path.with_name("model.safetensors.index.json").write_text(
            '{"weight_map": {"a": "model-1.safetensors"}}') and path.unlink(),
         "model-1.safetensors: missing, although"),
        (lambda path: path.with_name("model.safetensors.index.json").write_text(
            '{"weight_map": {"a": "../t/model.safetensors"}}') and path.unlink(),
         "which lies in another folder"),
    ],
    ids=["missing", "truncated", "empty", "size-lies", "shape-lies", "nan", "integers", "config",
         "shard", "elsewhere"],
)  # fmt: skip
def test_a_damaged_teacher(distill, model, damage, fact):
    damage(model / WEIGHTS)
    code, told = distill(teacher=model)
    assert code == 2
    assert fact in told


@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("a.txt", b"", "the corpus is empty"),
        ("a.txt", b"x", "less than one batch"),
        ("a.jsonl", b'{"text": "\xff"}\n', "a.jsonl:1: byte 10 of the line is not UTF-8"),
        ("a.jsonl", b'{"text": "a"}\n{"text"\n', "a.jsonl:2: not JSON"),
        ("a.jsonl", b'{"body": "a"}\n', "a.jsonl:1: has no 'text'"),
        ("a.jsonl", b"", "the corpus is empty"),
        ("a.jsonl.gz", b"text", "a.jsonl.gz: cannot be read after line 0 (Not a gzipped file"),
        ("a.jsonl.gz", ZIPPED[:-20], "a.jsonl.gz: cannot be read after line "),
        ("a.jsonl.gz", ZIPPED[:-8] + b"12345678", "a.jsonl.gz: cannot be read after line 99 (CRC"),
        ("a.bin", b"123", "a.bin: 3 bytes are not a whole number of u16 tokens"),
        ("a.bin", np.array([1, 2, 256], "<u2").tobytes(), "a.bin: token 2 is 256"),
        ("a.npy", b"123", "a.npy: not a readable .npy file"),
    ],
    ids=[
        "empty",
        "one-byte",
        "utf-8",
        "json",
        "field",
        "no-line",
        "no-gzip",
        "gzip-cut",
        "gzip-sum",
        "odd",
        "vocabulary",
        "npy",
    ],
)
def test_damaged_data(distill, tmp_path, name, content, fact):
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / name).write_bytes(content)
    source = {"txt": "folder", "jsonl.gz": "jsonl"}.get(name[2:], name[2:])
    code, told = distill(source, folder)
    assert code == 2
    assert fact in told


def test_parquet_without_the_column(distill, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"body": ["a"]}), tmp_path / "a.parquet")
    code, told = distill("parquet", tmp_path / "a.parquet")
    assert code == 2
    assert "a.parquet: has no column 'text'; name one with dataset.field" in told


def test_a_tokenizer_that_differs(distill, tmp_path):
    tiny = pytest.importorskip("tests.trainer.tiny")
    size = tiny.tokenizer(tmp_path / "s")
    tiny.tokenizer(tmp_path / "t", texts=["zebra zest"])
    for seed, name in enumerate("st"):
        shape = replace(PRESETS["nano"], vocab_size=size)
        export_model(tmp_path / name, initialise(shape, seed), {})
    keys = {"teacher": tmp_path / "t", "student.preset": "null", "student.model_id": tmp_path / "s"}
    code, told = distill(**keys)
    assert code == 2
    assert "the tokenizers of student and teacher differ in vocabulary" in told
    assert re.search("id [0-9]+ is '.+' to student and '.+' to teacher", told)


def test_a_tokenizer_that_is_absent_where_it_is_needed(distill, tmp_path):
    for seed, name in enumerate("st"):
        (tmp_path / name).mkdir()
        shape = replace(PRESETS["nano"], vocab_size=300)
        export_model(tmp_path / name, initialise(shape, seed), {})
    keys = {"teacher": tmp_path / "t", "student.preset": "null", "student.model_id": tmp_path / "s"}
    code, told = distill(**keys)
    assert code == 2
    assert "s: has no tokenizer.json, and its vocab_size is 300, not 256" in told


@pytest.mark.parametrize("verb", ["evaluate", "generate"])
def test_other_verbs_name_a_damaged_model_too(model, capsys, verb):
    nan(model / WEIGHTS)
    assert main([verb, str(model)]) == 2
    assert "model.norm.weight holds 1 non-finite numbers" in capsys.readouterr().err


def test_no_room_for_the_tokens(distill, monkeypatch):
    class Full:
        def __enter__(self):
            raise OSError(28, "No space left on device")

        def __exit__(self, *fault):
            return None

    monkeypatch.setattr("trainer.data.corpora.tokenize_documents.TemporaryFile", Full)
    code, told = distill()
    assert code == 2
    assert "the tokens cannot be written ([Errno 28] No space left on device)" in told
    assert "TMPDIR" in told
