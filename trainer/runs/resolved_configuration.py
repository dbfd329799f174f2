"""The configuration as the objects of the run have it, in YAML that `--config` reads."""

import yaml

from trainer.models.interface import type_name
from trainer.runs.prepare import Prepared
from trainer.storage.json_files import JsonObject
from trainer.training.optimizer import EPSILON

_HEAD = """\
# What this run uses, as its objects say. The same again: distill train --config THIS --output DIR
# {steps} of {planned} steps; AdamW, epsilon {epsilon}, {decaying} of {tensors} tensors decay
"""


def resolved_tree(prepared: Prepared) -> JsonObject:
    """Return every key, automatic values replaced by those in use."""
    run = prepared.run
    tree: JsonObject = prepared.configuration.model_dump(mode="json")
    tree["training"] = {
        **run.training.model_dump(mode="json"),
        "steps_per_epoch": run.steps_per_epoch,
        "loss": prepared.plan.mode,
    }
    if prepared.plan.mode == "dense":
        tree["training"]["loss_memory_mib"] = None
    if (folder := prepared.resources.tokenizer_folder) is not None:
        tree["dataset"] = {**tree["dataset"], "tokenizer": str(folder)}
    tree["output"] = {**tree["output"], "dtype": type_name(run.student.stored_as)}
    tree["device"] = run.device.type
    return tree


def resolved_configuration(prepared: Prepared) -> str:
    """Return the same in YAML, under what there is no key for."""
    run = prepared.run
    head = _HEAD.format(
        steps=run.steps,
        planned=run.planned,
        epsilon=EPSILON,
        decaying=len(run.optimizer.decaying & run.optimizer.parameters.keys()),
        tensors=len(run.optimizer.parameters),
    )
    if (frame := prepared.resources.frame) is not None:
        head += f"# {frame}\n"
    return head + yaml.safe_dump(resolved_tree(prepared), sort_keys=False)
