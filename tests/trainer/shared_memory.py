"""Run under torchrun by test_distributed.py: write what a step takes, predicted and measured.

The models are nearly all embeddings, or all blocks; each is spread in both ways.
"""

import gc
import json
import os
import sys
from dataclasses import replace
from itertools import product

import torch

from trainer.configuration.schema import Distillation, Training
from trainer.cost.activation_memory import activation_bytes
from trainer.cost.memory_prediction import predict_memory
from trainer.cost.step_memory import peak_bytes
from trainer.losses.loss_chunking import LossShape, plan_loss
from trainer.models.configuration import ModelConfig
from trainer.models.initialisation import initialise
from trainer.processes.collectives import all_max
from trainer.processes.parameter_sharding import ParallelLayout, size
from trainer.processes.process_end import end_at_once
from trainer.processes.rank import read_world
from trainer.training.objective import Objective, accumulate_gradients
from trainer.training.parallel import parallelise, process_group

SHAPES = {
    "embeddings": (ModelConfig(96, 256, 2, 6, 6, vocab_size=16384, tie_word_embeddings=False), 2),
    "tied": (ModelConfig(96, 256, 2, 6, 6, vocab_size=16384, tie_word_embeddings=True), 2),
    "blocks": (ModelConfig(240, 640, 6, 6, 6), 2),
}


def local(tensor):
    """Return what this process holds of a tensor."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def told(config, windows, parallel, pieces, world):
    """Return the figures of a step in which each process has so many windows."""
    teacher = initialise(replace(config, num_hidden_layers=1), seed=7)
    teacher.requires_grad_(requires_grad=False)
    student = initialise(config, seed=1)
    training = Training(
        batch_size=windows * pieces * world.size, gradient_accumulation=pieces, parallel=parallel
    )
    shape = LossShape(windows * 16, config.vocab_size, 4, taught=True)
    plan = plan_loss(training, shape, "cpu", linear=True)
    taken = tuple(activation_bytes(model, windows, 16, "none") for model in (student, teacher))
    layout = ParallelLayout(parallel, world.size)
    predicted = predict_memory((student, teacher), plan, taken, layout, pieces=pieces)
    objective = Objective(teacher, Distillation(), "none", plan.rows)
    objective = parallelise(objective, student, training)
    tokens = torch.randint(0, config.vocab_size, (windows * pieces, 16))

    def step():
        accumulate_gradients(objective, student, tokens, tokens, pieces=pieces)
        for parameter in student.parameters():
            parameter.grad = None

    peaks = [peak_bytes(torch.device("cpu"), step) for _ in range(3)]
    return {
        "measured": all_max(sorted(peaks)[1]),  # threads of gloo release copies when they can
        "predicted": predicted.during_step,
        "student": predicted.student,
        "held": all_max(size(local(p) for p in student.parameters())),
    }


def main():
    torch.set_num_threads(1)
    world = read_world(os.environ)
    with process_group(world, "cpu"):
        cases = [
            {"case": case, **told(*SHAPES[case[0]], *case[1:], world)}
            for case in product(SHAPES, ("ddp", "fsdp"), (1, 2))
        ]
        gc.collect()  # what was spread goes before the group of processes does
    if world.is_main:
        sys.stdout.write(json.dumps(cases))


if __name__ == "__main__":
    main()
    end_at_once(0)
