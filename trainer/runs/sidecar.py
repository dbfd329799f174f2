"""The record beside the weights: reproducible facts of the run, without times."""

from collections.abc import Mapping
from dataclasses import asdict

import torch

from trainer.configuration.schema import Configuration
from trainer.models.interface import LanguageModel
from trainer.models.parameters import tensors_digest
from trainer.runs.load_resources import Resources
from trainer.training.objective import Objective
from trainer.training.results import Metrics

FORMAT = "trainer.training/3"
"""Format of checkpoints; this trainer resumes from no other."""


def run_facts(
    configuration: Configuration, resources: Resources, objective: Objective
) -> dict[str, object]:
    """Return the facts that are known before the first step.

    The output folder is left out: the record lies in it, and equal runs write equal records.
    """
    corpus = resources.corpus
    return {
        "format": FORMAT,
        "objective": objective.text,
        "configuration": configuration.model_dump(exclude={"output": {"dir"}}),
        "corpus": {
            "source": corpus.source,
            "digest": corpus.digest,
            "files": corpus.files,
            "unit": corpus.unit,
            "train_tokens": len(corpus.train),
            "held_out_tokens": len(corpus.held_out),
            "tokenizer": resources.tokenizer.digest or "bytes",
        },
        "teacher": None if resources.teacher is None else model_facts(resources.teacher),
        "frozen": resources.frozen_digest,
        "cache": None if resources.cache is None else asdict(resources.cache.facts),
        "device": resources.device.type,
        "torch": torch.__version__,
    }


def final_facts(
    facts: Mapping[str, object], student: LanguageModel, metrics: Metrics
) -> dict[str, object]:
    """Return `facts` with those that are known after the last step."""
    return {
        **facts,
        "student": model_facts(student, student.stored_as),
        "metrics": {
            "initial_loss": metrics.initial_loss,
            "final_loss": metrics.final_loss,
            "best_loss": metrics.best_loss,
            "steps_completed": metrics.steps_completed,
        },
    }


def model_facts(model: LanguageModel, rounded_to: torch.dtype | None = None) -> dict[str, object]:
    """Return a model's number of parameters and the digest of its weights, rounded to a type."""
    weights = model.weights()
    count = sum(tensor.numel() for tensor in weights.values())
    return {"parameters": count, "digest": tensors_digest(weights, rounded_to)}
