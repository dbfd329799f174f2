import io
import random
from pathlib import Path

import pytest
import torch

from trainer.configuration.loading import configure
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.runs.pipeline import Pipeline
from trainer.storage.output_folder import Existing

torch.set_num_threads(1)  # the models are tiny, and test processes share the cores
WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "owls"]


@pytest.fixture(scope="session")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for number in range(80):
        words = random.Random(number).choices(WORDS, k=150)
        (folder / f"{number:02}.txt").write_text(" ".join(words) + "\n")
    return folder


@pytest.fixture(scope="session")
def settings(texts):
    """Return a maker of small configurations; keyword `a__b=1` sets the key a.b."""

    def make(**keys):
        tree = {
            "student": {"preset": "nano"},
            "training": {
                "epochs": 2,
                "steps_per_epoch": 3,
                "batch_size": 4,
                "learning_rate": 1e-3,
                "memory_check": False,
            },
            "dataset": {"source": "folder", "path": str(texts), "max_length": 32},
            "output": {"checkpoint_every": 0, "log_every": 1},
            "device": "cpu",
        }
        overrides = [(name.replace("__", "."), value) for name, value in keys.items()]
        return configure(tree, overrides, "test")

    return make


@pytest.fixture(scope="session")
def run(settings):
    """Return a runner of the pipeline: (limits, callbacks, configuration keys) -> what came."""

    def execute(limits=None, callbacks=(), *, existing=Existing.REFUSE, **keys):
        out = io.StringIO()
        more = {} if limits is None else {"limits": limits}
        pipeline = Pipeline(
            settings(**keys), out=out, callbacks=callbacks, existing=existing, **more
        )
        return pipeline.execute(), out.getvalue().splitlines()

    return execute


@pytest.fixture(scope="session")
def teacher(tmp_path_factory, run):
    """Return the folder of a teacher that took three steps."""
    folder = Path(tmp_path_factory.mktemp("teacher")) / "model"
    run(output__dir=str(folder), student__preset="micro", training__epochs=1)
    return folder


@pytest.fixture
def student():
    return initialise(PRESETS["nano"], seed=1)
