"""Runs whose windows keep documents apart."""

import json
import random

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from tests.trainer.tiny import tokenizer
from trainer.cli import main
from trainer.configuration.environment import Limits
from trainer.configuration.schema import Dataset
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Corpus, Marks
from trainer.data.tokenizer import ByteTokenizer, load_tokenizer
from trainer.errors import UserError
from trainer.evaluation.evaluate_model import bytes_per_token
from trainer.storage.output_folder import Existing

WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog"]


@pytest.fixture(scope="module")
def short_texts(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "texts.jsonl"
    some = random.Random(0)
    records = ({"text": " ".join(some.choices(WORDS, k=some.randint(1, 9)))} for _ in range(400))
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def keys(short_texts, teacher, tmp_path):
    return {
        "dataset__source": "jsonl",
        "dataset__path": str(short_texts),
        "dataset__documents": "separate",
        "teacher__model_id": str(teacher),
        "output__dir": str(tmp_path / "o"),
    }


def options(keys):
    """Return the keys as options of the command line."""
    pairs = ((name.replace("__", "."), value) for name, value in keys.items())
    return [part for name, value in pairs for part in ("--set", f"{name}={value}")]


def test_a_stored_teacher_teaches_what_the_teacher_does(keys, run, tmp_path, capsys):
    def taught(**more):
        return run(Limits(max_steps=2), existing=Existing.OVERWRITE, **{**keys, **more})

    live, lines = taught()
    assert any(line.endswith("to train on, kept apart in their windows") for line in lines)
    joined, _ = taught(dataset__documents="joined")
    assert joined.metrics.initial_loss != live.metrics.initial_loss
    cache = tmp_path / "cache"
    more = {"dataset__max_length": 32, "training__batch_size": 4, "distillation__temperature": 4}
    command = ["cache", "--top-k", "256", "--output", str(cache), *options({**keys, **more})]
    assert main(command) == 0, capsys.readouterr().err
    by_cache = {"teacher__model_id": None, "teacher__cache": str(cache)}
    stored, _ = taught(**by_cache)
    assert stored.metrics.final_loss == pytest.approx(live.metrics.final_loss, rel=1e-5)
    with pytest.raises(UserError, match="its documents is separate, that of the run joined"):
        taught(**by_cache, dataset__documents="joined")


@pytest.mark.parametrize("verb", ["--requests", "--from"])
def test_a_server_teaches_no_separate_documents(verb, keys, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    keys = {name: value for name, value in keys.items() if name != "teacher__model_id"}
    keys |= {"distillation__temperature": 1}
    command = ["cache", verb, str(tmp_path / "file"), "--overwrite", "--top-k", "2"]
    if verb == "--requests":
        command += ["--model", "m"]
    assert main([*command, "--output", str(tmp_path / "c"), *options(keys)]) == 2
    assert "a server reads a window as one text; set it to joined" in capsys.readouterr().err


def test_documents_of_token_files_end_with_the_end_token(tmp_path):
    tokenizer(tmp_path / "t")
    found = load_tokenizer(tmp_path / "t")
    tokens = np.arange(1, 201, dtype="<u2")
    tokens[[9, 30, 195]] = found.end
    (tmp_path / "a.bin").write_bytes(tokens.tobytes())
    dataset = Dataset(source="bin", path=str(tmp_path / "a.bin"), documents="separate")
    corpus = read_corpus(dataset, found, found.size)
    assert corpus.train_marks.starts.tolist() == [0, 10, 31]
    assert corpus.held_out_marks.starts.tolist() == [0, 6]
    with pytest.raises(
        UserError, match=r"end token, and these models have none; name a dataset.tok"
    ):
        read_corpus(dataset, ByteTokenizer(), 256)


def test_no_document_goes_on_in_the_next_token_file(tmp_path):
    tokenizer(tmp_path / "t")
    found = load_tokenizer(tmp_path / "t")
    for name in "ab":
        tokens = np.arange(1, 101, dtype="<u2")
        tokens[19] = found.end
        (tmp_path / f"{name}.bin").write_bytes(tokens.tobytes())
    dataset = Dataset(source="bin", path=str(tmp_path), documents="separate")
    corpus = read_corpus(dataset, found, found.size)
    assert corpus.train_marks.starts.tolist() == [0, 20, 95, 115]
    assert corpus.held_out_marks.starts.tolist() == [0, 5]


def test_documents_of_one_token_teach_nothing_and_evaluate_nothing(keys, run, tmp_path, capsys):
    folder = tmp_path / "ones"
    folder.mkdir()
    for n in range(300):
        (folder / f"{n}.txt").write_text("a")
    places = {"dataset__source": "folder", "dataset__path": str(folder)}
    with pytest.raises(UserError, match="each of its documents is one token"):
        run(**{**keys, **places})
    more = {**places, "dataset__documents": "separate"}
    teacher = keys["teacher__model_id"]
    assert main(["evaluate", teacher, *options(more)]) == 2
    assert "no token of the held-out text is learned" in capsys.readouterr().err


@pytest.mark.parametrize("template", [None, "<s> $A"])
def test_bits_per_byte_are_of_all_bytes(template, tmp_path):
    tokenizer(tmp_path / "t", template=template)
    found = load_tokenizer(tmp_path / "t")
    held_out = np.arange(20)
    for starts, predicted in ((None, 20), (np.array([0, 6, 9]), 17 if template else 20)):
        corpus = Corpus(held_out, held_out, "", 9, "", 60, held_out_marks=Marks(starts=starts))
        assert bytes_per_token(corpus, found) == 60 / predicted
