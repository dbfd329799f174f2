"""What a run goes on with: a checkpoint is written, and read into a run that has none of it."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from contracts.bindings.trainer_loop import tiny_run
from trainer.checkpoints.checkpoint import checkpoint_name, write_checkpoint
from trainer.checkpoints.resume import resume
from trainer.models.parameters import parameters_digest, tensors_digest
from trainer.runs.checkpoint_writer import checkpoint_facts
from trainer.runs.sidecar import FORMAT
from trainer.storage.file_names import CHECKPOINTS
from trainer.training.callbacks import Callback
from trainer.training.loop import Run, train
from trainer.training.loss_scale import LossScale
from trainer.training.random_states import random_states, restore_random_states
from trainer.training.results import Progress
from trainer.training.standing import Standing
from trainer.training.user_callbacks import UserCallbacks

_FACTS = {
    "format": FORMAT,
    "torch": torch.__version__,
    "configuration": {},
    "corpus": {"digest": ""},
    "teacher": None,
    "cache": None,
    "frozen": None,
    "device": "cpu",
    "steps_per_epoch": 2,
    "loss": {"rows": 1},
}


def lost(seed: int) -> str:
    """Return the parts of a run's state that a new run which goes on has otherwise."""
    progress = Progress(2, 2, seed + 2.0, seed + 1.0, Standing(1, seed + 1.5, 1))
    with _own_generators(), tempfile.TemporaryDirectory(prefix="pv-resume-") as name:
        before = _trained(seed)
        folder = Path(name) / CHECKPOINTS / checkpoint_name(progress.step)
        facts = {**_FACTS, "smoke": False, "callbacks": [], **checkpoint_facts(progress, before)}
        write_checkpoint(folder, before.student, before.optimizer, facts)
        kept = _parts(before, progress)
        _seed(99)
        after = _run()
        resumed, _ = resume(Path(name), after, _FACTS, UserCallbacks(()))
        found = _parts(after, resumed)
    return ", ".join(part for part, state in kept.items() if found[part] != state)


def _trained(seed: int) -> Run:
    """Return a run that two steps were made of, with other states than a new run has."""
    run = _run()
    train(run, Callback())
    run.loss_scale.load({**run.loss_scale.state(), "scale": 2.0**seed})
    _seed(seed)
    return run


def _parts(run: Run, progress: Progress) -> dict[str, object]:
    """Return the parts of a run's state; of a generator, what it draws next."""
    return {
        "weights": parameters_digest(run.student),
        "the state of the optimiser": tensors_digest(run.optimizer.state()),
        "the scale of the loss": run.loss_scale.state(),
        "the progress": progress,
        "the generator of Python": random.random(),  # noqa: S311 - nothing is to be secret
        "the generator of NumPy": float(np.random.random()),  # noqa: NPY002 - the global one is what others may draw from
        "the generator of torch": torch.rand(()).item(),
    }


def _run() -> Run:
    run = tiny_run(1, 2, None, 1)
    parameters = run.optimizer.parameters.values()
    return replace(run, loss_scale=LossScale(run.device, "fp16", parameters))


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - likewise
    torch.manual_seed(seed)


@contextmanager
def _own_generators() -> Iterator[None]:
    """Put the generators of this process back afterwards."""
    states = random_states()
    try:
        yield
    finally:
        restore_random_states(states)
