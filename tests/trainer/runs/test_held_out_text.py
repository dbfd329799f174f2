import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from trainer.configuration.environment import Limits
from trainer.data.corpora.reader import read_corpus
from trainer.errors import UserError
from trainer.evaluation.held_out import evaluate, windows
from trainer.models.load import load_model
from trainer.runs import load_resources
from trainer.runs.held_out_text import held_out_windows
from trainer.runs.prepare import prepare
from trainer.storage.model_files import find_model
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction

RISING = {"training__learning_rate": 0.5, "training__schedule": "constant"}
"""A rate at which the loss rises again after a few steps."""


def json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class InterruptAfter(Callback):
    """Ends the process in the step after another, as a crash would: nothing is saved."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, report):
        if report.step.number > self.step:
            raise KeyboardInterrupt
        return CallbackAction.CONTINUE


def test_the_loss_is_what_an_evaluation_of_the_exported_model_gives(tmp_path, run, settings):
    folder = tmp_path / "o"
    run(output__dir=str(folder), evaluation__every=4, evaluation__tokens=10**6)
    rows = json_lines(folder / "held_out.jsonl")
    assert [row["step"] for row in rows] == [4, 6]
    configuration = settings(output__dir="unused", evaluation__every=4, evaluation__tokens=10**6)
    batches = held_out_windows(prepare(configuration, None))
    text = torch.cat([tokens.flatten() for tokens, _ in batches])
    text = torch.cat([text, batches[-1][1].flatten()[-1:]])
    model = load_model(find_model(folder), torch.device("cpu"))
    found = evaluate(model, windows(text, 32, 4), teacher=None)
    assert rows[-1]["bits_per_byte"] == pytest.approx(found.bits_per_byte, rel=1e-5)


def test_the_weights_of_the_best_step_are_exported(tmp_path, run):
    folder = tmp_path / "o"
    _, lines = run(
        output__dir=str(folder), output__keep_checkpoints=1, output__checkpoint_every=1,
        evaluation__every=1, evaluation__export="best", **RISING,
    )  # fmt: skip
    rows = json_lines(folder / "held_out.jsonl")
    best = min(rows, key=lambda row: row["loss"])["step"]
    assert best < 6
    assert f"exporting the weights of step {best}" in lines
    kept = sorted(path.name for path in (folder / "checkpoints").glob("step-*"))
    assert kept == [f"step-{best:08d}", "step-00000006"]
    weights = load_file(folder / "checkpoints" / kept[0] / "student.safetensors")
    exported = load_file(folder / "model.safetensors")
    assert all(torch.equal(exported[name], tensor) for name, tensor in weights.items())
    facts = json.loads((folder / "training.json").read_text())["held_out"]
    assert facts == {
        "best_step": best,
        "best_loss": min(r["loss"] for r in rows),
        "worse": 6 - best,
    }


def test_a_run_that_no_longer_improves_ends(tmp_path, run):
    folder = tmp_path / "o"
    result, lines = run(
        output__dir=str(folder), training__steps_per_epoch=20,
        evaluation__every=1, evaluation__patience=2, **RISING,
    )  # fmt: skip
    losses = [row["loss"] for row in json_lines(folder / "held_out.jsonl")]
    ended = len(losses)
    assert result.metrics.steps_completed == ended < 40
    assert losses.index(min(losses)) == ended - 3
    assert any(line.startswith("ended early") for line in lines)


def test_a_resumed_run_stands_where_the_whole_one_does(tmp_path, run):
    keys = {"evaluation__every": 2, "output__checkpoint_every": 3, **RISING}
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(output__dir=str(whole), **keys)
    with pytest.raises(KeyboardInterrupt):
        run(callbacks=[InterruptAfter(4)], output__dir=str(parts), **keys)
    assert json_lines(parts / "held_out.jsonl")[-1]["step"] == 4
    run(output__dir=str(parts), existing=Existing.RESUME, **keys)
    for name in ("held_out.jsonl", "metrics.jsonl", "training.json", "model.safetensors"):
        assert (parts / name).read_bytes() == (whole / name).read_bytes(), name


def test_smoke_counts_the_evaluations_of_the_full_run(tmp_path, run):
    folder = tmp_path / "o"
    limits = Limits(max_steps=3, target_steps=1000)
    run(limits, output__dir=str(folder), evaluation__every=10)
    smoke = json.loads((folder / "smoke.json").read_text())
    assert smoke["held_out_seconds"] > 0
    assert smoke["one_off_seconds"] > 100 * smoke["held_out_seconds"]


def test_too_little_held_out_text_is_told_before_anything_is_written(tmp_path, run, monkeypatch):
    def with_little(*arguments):
        corpus = read_corpus(*arguments)
        return replace(corpus, held_out=corpus.held_out[:1])

    monkeypatch.setattr(load_resources, "read_corpus", with_little)
    with pytest.raises(UserError, match=r"1 held-out tokens are too few .*evaluation\.every to 0"):
        run(output__dir=str(tmp_path / "o"), evaluation__every=1)
    assert not (tmp_path / "o").exists()


def test_without_held_out_text_a_run_that_evaluates_never_trains(tmp_path, run, monkeypatch):
    def with_none(*arguments):
        corpus = read_corpus(*arguments)
        return replace(corpus, held_out=corpus.held_out[:0])

    monkeypatch.setattr(load_resources, "read_corpus", with_none)
    result, _ = run(output__dir=str(tmp_path / "o"))
    assert result.metrics.steps_completed == 6


def test_a_run_that_ended_early_goes_on_without_patience(tmp_path, run):
    keys = {
        "output__dir": str(tmp_path / "o"), "training__steps_per_epoch": 12,
        "output__checkpoint_every": 1, "evaluation__every": 1, **RISING,
    }  # fmt: skip
    ended, _ = run(**keys, evaluation__patience=2)
    assert ended.metrics.steps_completed < 24
    for existing in (Existing.RESUME, Existing.AUTO):
        whole, _ = run(**keys, existing=existing)
        assert whole.metrics.steps_completed == 24
        if existing is Existing.RESUME:
            assert json_lines(tmp_path / "o" / "metrics.jsonl")[-1]["step"] == 24
