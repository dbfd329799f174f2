"""Runs that learn a part of their tokens: completions of prompts."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from trainer.cli import main
from trainer.configuration.environment import Limits
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Marks
from trainer.errors import UserError
from trainer.runs import load_resources

LETTERS = "abcdefgh"


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Prompts that nobody can foresee, and completions that are always the same."""
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    some = random.Random(0)
    records = (
        {"prompt": "".join(some.choices(LETTERS, k=24)), "completion": "=yes"} for _ in range(900)
    )
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def keys(pairs, tmp_path):
    return {
        "dataset__source": "jsonl",
        "dataset__path": str(pairs),
        "dataset__format": "prompt_completion",
        "training__steps_per_epoch": 30,
        "training__learning_rate": 1e-2,
        "output__dir": str(tmp_path / "o"),
    }


def test_the_loss_is_of_what_is_learned_alone(keys, run, tmp_path):
    result, lines = run(evaluation__every=30, **keys)
    assert result.metrics.final_loss < 0.5  # a prompt's letter costs log 8 = 2.1
    assert any("learned: 0.17 of the tokens" in line for line in lines)
    last = json.loads((tmp_path / "o" / "held_out.jsonl").read_text().splitlines()[-1])
    assert last["loss"] < 0.5
    assert last["bits_per_byte"] is None
    whole, _ = run(**{**keys, "dataset__format": "text", "dataset__field": "prompt"} | {
        "output__dir": str(tmp_path / "whole")
    })  # fmt: skip
    assert whole.metrics.final_loss > 1.5


def test_the_gradient_does_not_depend_on_how_learned_tokens_are_split(keys, run, tmp_path):
    found = []
    for pieces in (1, 4):
        folder = str(tmp_path / str(pieces))
        more = {"training__gradient_accumulation": pieces, "output__dir": folder}
        result, _ = run(Limits(max_steps=4), **{**keys, **more})
        found.append(result.metrics.final_loss)
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_an_exported_model_is_evaluated_on_what_it_learned(keys, run, tmp_path, capsys):
    run(**keys)
    assert main(["evaluate", str(tmp_path / "o")]) == 0
    shown = capsys.readouterr().out
    assert "bits per byte: unknown, as not all of the text is learned" in shown
    perplexity = float(shown.partition("perplexity: ")[2].split()[0])
    assert perplexity < 1.3


def test_data_of_which_nothing_is_learned_are_refused(keys, run, monkeypatch):
    def unlearned(*arguments):
        corpus = read_corpus(*arguments)
        nothing = Marks(np.zeros_like(corpus.train_marks.learned))
        return replace(corpus, train_marks=nothing)

    monkeypatch.setattr(load_resources, "read_corpus", unlearned)
    with pytest.raises(UserError, match="nothing of it is learned"):
        run(**keys)


def test_a_record_is_not_cut_by_a_limit(keys, run):
    _, lines = run(**keys, dataset__limit_bytes=20_000)
    (count,) = (line for line in lines if line.startswith("corpus: "))
    size = len(json.dumps({"prompt": "a" * 24, "completion": "=yes"}))
    assert f"{20_000 // size} documents" in count
