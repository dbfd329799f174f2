import json
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from trainer.cli import main
from trainer.data.tokenizer import ByteTokenizer
from trainer.errors import TrainingFailure, UserError
from trainer.runs.caching import fill_cache
from trainer.runs.caching.fill_cache import plan_cache
from trainer.runs.load_resources import load_resources, read_corpus
from trainer.teacher_cache import store
from trainer.teacher_cache.cache_facts import windows_of_run
from trainer.teacher_cache.store import open_cache, window_keys

KEYS = {
    "training__batch_size": 4,
    "training__steps_per_epoch": None,
    "training__epochs": 2,  # more than a pass: every window is answered
    "dataset__limit_bytes": 5000,
}


def make(configuration, folder, top_k=256, **keys):
    made = plan_cache(configuration, folder, top_k, overwrite=False, **keys)
    return [*made.lines(), *made.run()]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def configuration(settings, teacher):
    def with_keys(**keys):
        return settings(**{"teacher__model_id": str(teacher), **KEYS, **keys})

    return with_keys


@pytest.fixture(scope="module")
def whole(configuration, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache") / "c"
    make(configuration(), folder)
    return folder


def test_the_size_is_told_first_and_is_the_size(whole, configuration, tmp_path):
    lines = make(configuration(), tmp_path / "c")
    size = (whole / "windows.bin").stat().st_size
    (told,) = [n for n, line in enumerate(lines) if f": {size:,} bytes in " in line]
    assert told < next(n for n, line in enumerate(lines) if " windows" in line and n > told)
    assert contents(tmp_path / "c") == contents(whole)


def test_what_is_kept_is_what_the_teacher_says(whole, configuration):
    resources = load_resources(configuration())
    tokens = torch.from_numpy(np.asarray(resources.corpus.train[:64]).astype(np.int64)).view(2, 32)
    taught = open_cache(whole).look_up(tokens)
    with torch.no_grad():
        expected = resources.teacher(tokens).flatten(0, 1)
    found = torch.empty_like(expected).scatter(-1, taught.ids, taught.logits)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    assert (taught.logits.diff(dim=-1) <= 0).all()


@pytest.mark.parametrize("top_k", [256, 24])
def test_a_run_from_the_cache_is_the_run_beside_the_teacher(
    whole, configuration, tmp_path, run, teacher, top_k
):
    cache = whole
    if top_k < 256:
        cache = tmp_path / "c"
        make(configuration(), cache, top_k)
    keys = {**KEYS, "training__gradient_accumulation": 2}
    live, _ = run(output__dir=str(tmp_path / "live"), teacher__model_id=str(teacher), **keys)
    cached, told = run(output__dir=str(tmp_path / "cached"), teacher__cache=str(cache), **keys)
    assert [line for line in told if line.startswith(f"teacher: top {top_k} of 256 logits")]
    near = 1e-4 if top_k == 256 else 0.05
    assert cached.metrics.initial_loss == pytest.approx(live.metrics.initial_loss, rel=near)
    assert cached.metrics.final_loss == pytest.approx(live.metrics.final_loss, rel=near)
    rows = [json.loads((tmp_path / name / "metrics.jsonl").read_text().splitlines()[0])
            for name in ("live", "cached")]  # fmt: skip
    assert rows[0]["agreement"] == rows[1]["agreement"]
    assert rows[0]["teacher_entropy"] == pytest.approx(rows[1]["teacher_entropy"], rel=1e-5)
    facts = json.loads((tmp_path / "cached" / "training.json").read_text())
    assert facts["cache"]["top_k"] == top_k


def test_a_short_run_asks_about_its_own_windows_only(configuration, tmp_path):
    made = configuration(training__steps_per_epoch=3, training__epochs=1)
    make(made, tmp_path / "c")
    facts = open_cache(tmp_path / "c").facts
    assert (facts.windows, facts.steps, facts.complete) == (12, 3, False)
    corpus = read_corpus(made.dataset, ByteTokenizer(), 256)
    assert len(set(windows_of_run(made, corpus).tolist())) == 12
    load_resources(configuration(teacher__cache=str(tmp_path / "c"), training__steps_per_epoch=1))


@pytest.mark.parametrize(
    ("keys", "fact"),
    [
        ({"training__seed": 7}, "its seed is 42, that of the run 7"),
        ({"training__batch_size": 3}, "its batch_size is 4, that of the run 3"),
        ({"training__steps_per_epoch": 4}, "it answers 6 steps, and the run has 8"),
        ({"dataset__max_length": 16}, "its length is 32, that of the run 16"),
        ({"dataset__limit_bytes": 4000}, "its corpus is "),
        ({"distillation__temperature": 2.0}, "its temperature is 4.0, that of the run 2.0"),
        ({"student__preset": None, "student__model_id": "OTHER"}, "is of another teacher|equal"),
    ],
    ids=["seed", "batch", "steps", "length", "corpus", "temperature", "student"],
)
def test_a_cache_of_something_else_is_refused(configuration, tmp_path, teacher, keys, fact):
    make(configuration(training__steps_per_epoch=3), tmp_path / "c")
    if "student__model_id" in keys:
        keys = {**keys, "student__model_id": str(teacher)}
        expected = TrainingFailure
    else:
        expected = UserError
    asked = {"training__steps_per_epoch": 3, "teacher__cache": str(tmp_path / "c"), **keys}
    with pytest.raises(expected, match=fact if expected is UserError else "identical"):
        load_resources(configuration(**asked))


def test_a_complete_cache_serves_every_order(whole, configuration):
    assert (
        load_resources(
            configuration(teacher__cache=str(whole), training__seed=7, training__batch_size=3)
        ).teacher
        is None
    )


def test_another_teacher_is_refused(whole, configuration, tmp_path, run):
    run(output__dir=str(tmp_path / "t"), student__preset="micro", training__epochs=3)
    with pytest.raises(UserError, match="is of another teacher than"):
        load_resources(
            configuration(teacher__cache=str(whole), teacher__model_id=str(tmp_path / "t"))
        )


def test_other_tokens_are_no_answer(whole):
    with pytest.raises(TrainingFailure, match="has no answer to window 0 of this batch"):
        open_cache(whole).look_up(torch.zeros(1, 32, dtype=torch.int64))


@pytest.mark.parametrize("after", [1, 8, 16, 17])
def test_what_was_interrupted_goes_on_to_the_same_bytes(
    whole, configuration, tmp_path, monkeypatch, after
):
    folder = tmp_path / "c"
    asked = []
    original = store.CacheWriter.append

    def append(self, *arguments):
        if len(asked) == after:
            raise KeyboardInterrupt
        asked.append(original(self, *arguments))

    monkeypatch.setattr(fill_cache.CacheWriter, "append", append)
    with pytest.raises(KeyboardInterrupt):
        make(configuration(), folder)
    with pytest.raises(UserError, match=r"only \d+ of \d+ windows are answered"):
        open_cache(folder)
    with (folder / "windows.bin").open("ab") as file:
        file.write(b"half a record")
    monkeypatch.setattr(fill_cache.CacheWriter, "append", original)
    lines = make(configuration(), folder)
    done = after // 16 * 16 * 4
    assert [line for line in lines if line.startswith(f"resuming after {done} of")] or not done
    assert contents(folder) == contents(whole)


def test_a_killed_process_goes_on_to_the_same_bytes(configuration, tmp_path):
    made, folder = configuration(dataset__limit_bytes=20_000), tmp_path / "c"
    file = tmp_path / "c.yaml"
    file.write_text(json.dumps(made.model_dump(mode="json")))
    words = [sys.executable, "-m", "trainer", "cache", "--config", str(file), "--top-k", "256",
             "--output", str(folder)]  # fmt: skip
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (folder / "progress.json").exists() and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(UserError, match="windows are answered"):
        open_cache(folder)
    lines = make(made, folder)
    assert [line for line in lines if line.startswith("resuming after ")]
    make(made, tmp_path / "whole")
    assert contents(folder) == contents(tmp_path / "whole")


def test_a_folder_with_something_else_is_left_alone(whole, configuration, tmp_path):
    (tmp_path / "note").write_text("mine")
    with pytest.raises(UserError, match="not empty, and not a cache"):
        make(configuration(), tmp_path)
    shutil.copytree(whole, tmp_path / "c")
    with pytest.raises(UserError, match=r"holds a cache of something else \(top_k is 256 there"):
        make(configuration(), tmp_path / "c", 3)
    assert contents(tmp_path / "c") == contents(whole)
    made = plan_cache(configuration(), tmp_path / "c", 3, overwrite=True)
    assert [*made.run()]
    assert open_cache(tmp_path / "c").facts.top_k == 3


@pytest.mark.parametrize(
    ("damage", "fact"),
    [
        (lambda f: (f / "cache.json").unlink(), r"no cache\.json: not a cache"),
        (lambda f: (f / "cache.json").write_text("{}"), r"cache\.json: damaged"),
        (lambda f: (f / "windows.bin").write_bytes(b"12"), r"windows\.bin: 2 bytes, although"),
        (lambda f: (f / "progress.json").unlink(), "only 0 of"),
    ],
    ids=["absent", "facts", "records", "progress"],
)
def test_a_damaged_cache_is_named(whole, tmp_path, damage, fact):
    shutil.copytree(whole, tmp_path / "c")
    damage(tmp_path / "c")
    with pytest.raises(UserError, match=fact):
        open_cache(tmp_path / "c")


def test_a_disk_without_room_is_told_before_anything_starts(configuration, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 9))
    with pytest.raises(UserError, match=r"bytes are needed, 9 are free; lower --top-k"):
        make(configuration(), tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_number_of_logits_that_there_are_not(configuration, tmp_path):
    for wrong in (0, 257):
        with pytest.raises(UserError, match=f"from 1 to the student's 256, got {wrong}"):
            make(configuration(), tmp_path / "c", wrong)


def test_the_verb_asks_for_a_teacher(tmp_path, capsys):
    assert main(["cache", "--output", str(tmp_path / "c")]) == 2
    assert "teacher.model_id is required" in capsys.readouterr().err


def test_keys_tell_windows_apart():
    keys = window_keys(np.array([[1, 2], [2, 1], [1, 2]]))
    assert bytes(keys[0]) == bytes(keys[2]) != bytes(keys[1])


def test_a_damaged_record_is_named(whole, configuration, tmp_path):
    folder = shutil.copytree(whole, tmp_path / "c")
    cache = open_cache(folder)
    records = np.memmap(folder / "windows.bin", dtype=cache.facts.record, mode="r+")
    records["ids"][:] = 60_000
    records.flush()
    text = load_resources(configuration()).corpus.train[:32]
    tokens = torch.from_numpy(np.asarray(text).astype(np.int64))[None]
    with pytest.raises(
        TrainingFailure, match=r"windows\.bin: damaged: it names token 60000 of 256"
    ):
        open_cache(folder).look_up(tokens)
