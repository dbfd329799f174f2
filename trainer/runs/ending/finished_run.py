"""A run whose model is in place: its report alone is left to write, or nothing."""

from collections.abc import Iterator
from pathlib import Path

import torch

from trainer.checkpoints.changes import require_same_run
from trainer.configuration.schema import Configuration
from trainer.errors import UserError
from trainer.models.load import load_model
from trainer.runs.ending.finish import write_report
from trainer.runs.sidecar import model_facts
from trainer.storage.file_names import INDEX, REPORT, SIDECAR, WEIGHTS
from trainer.storage.json_files import as_read, read_json
from trainer.storage.model_files import find_model
from trainer.training.results import Metrics


def has_finished(folder: Path, configuration: Configuration) -> bool:
    """Return whether the folder has the model of as many epochs as are asked for, or of more.

    What held-out text decides may be another weight or another end, and what is exported may be of
    another type, so with other keys for them a run goes on from its last checkpoint.
    """
    if not any((folder / name).is_file() for name in (WEIGHTS, INDEX)):
        return False
    kept = read_json(folder / SIDECAR)["configuration"]
    same = kept.get("evaluation") == as_read(configuration.evaluation.model_dump())
    same = same and kept["output"].get("dtype", "auto") == configuration.output.dtype
    return same and bool(configuration.training.epochs <= kept["training"]["epochs"])


def finish(folder: Path, configuration: Configuration, *, again: bool) -> Iterator[str]:
    """Read the model back and write the report, unless that is there; yield lines for the user.

    Raises UserError: another configuration, a damaged model, and where nothing is left to do,
    which is an error unless the run is started `again` whatever is left.
    """
    kept = read_json(folder / SIDECAR)
    now = as_read({"configuration": configuration.model_dump(exclude={"output": {"dir"}})})
    require_same_run(str(folder), kept, {**kept, **now})
    if (folder / REPORT).is_file():
        if not again:
            raise UserError(
                f"{folder}: --resume, but the run in it has finished: its model is there; raise "
                "training.epochs to go on"
            )
        yield f"the run in {folder} has finished: its model is there"
        return
    _read_back(folder)
    write_report(folder, configuration)
    yield f"the model in {folder} was read back as it was written; its report is written"


def metrics_of(folder: Path) -> Metrics:
    """Return the metrics of a finished run; no step was left to run."""
    return Metrics(**read_json(folder / SIDECAR)["metrics"], throughput=0.0)


def _read_back(folder: Path) -> None:
    """Raise UserError unless the weights have the digest that the sidecar states."""
    files = find_model(folder)
    found = model_facts(load_model(files, torch.device("cpu")))
    if found != files.facts["student"]:
        raise UserError(
            f"{folder}: the model is not the one that its {SIDECAR} describes; remove its weights "
            "and go on from the last checkpoint with --resume"
        )
