"""Run under torchrun by test_distributed.py: write what three steps of several processes gave.

Arguments: how the student is spread, and the number of micro-batches.
"""

import json
import os
import sys

import torch
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from trainer.configuration.schema import Distillation, Training
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.interface import IGNORED
from trainer.processes.collectives import full_tensor
from trainer.processes.process_end import end_at_once
from trainer.processes.rank import read_world
from trainer.training.objective import Objective, accumulate_gradients, measure_batch, to_floats
from trainer.training.optimizer import AdamW
from trainer.training.parallel import parallelise, process_group


def batch(step):
    """Return 8 windows, of which the first half has 3 valid labels at step 0 and none at step 1."""
    generator = torch.Generator().manual_seed(step)
    tokens, labels = torch.randint(0, 256, (2, 8, 16), generator=generator)
    labels[:4] = IGNORED
    if step == 0:
        labels[0, :3] = 5
    labels[6, 2:] = IGNORED
    return tokens, labels


def main(parallel, pieces):
    torch.set_num_threads(1)
    world = read_world(os.environ)
    teacher = initialise(PRESETS["micro"], seed=7).requires_grad_(requires_grad=False)
    student = initialise(PRESETS["nano"], seed=1)
    told = []
    with process_group(world, "cpu"):
        objective = Objective(teacher, Distillation(), "none")
        training = Training(batch_size=8, gradient_accumulation=pieces, parallel=parallel)
        objective = parallelise(objective, student, training)
        optimizer = AdamW(student)
        for step in range(3):
            mine = [part.tensor_split(world.size)[world.rank] for part in batch(step)]
            told.append(measure_batch(objective, student, *mine))
            terms = accumulate_gradients(objective, student, *mine, pieces=pieces)
            norm = get_total_norm(optimizer.gradients())
            clip_grads_with_norm_(optimizer.parameters.values(), 0.5, norm)
            told.append(to_floats({**terms, "norm": norm}))
            optimizer.step(1e-2)
            optimizer.clear_gradients()
        weights = [full_tensor(p.detach()).double().sum().item() for p in student.parameters()]
    if world.is_main:
        sys.stdout.write(json.dumps({"told": told, "weights": weights}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
    end_at_once(0)
