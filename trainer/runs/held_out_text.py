"""The held-out text of a run: how it is measured during the training, and where that is written."""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from time import perf_counter
from typing import TextIO

import numpy as np
import torch
from torch import Tensor

from trainer.errors import UserError
from trainer.evaluation.evaluate_model import bytes_per_token
from trainer.evaluation.held_out import windows
from trainer.models.interface import IGNORED
from trainer.processes.collectives import current_world
from trainer.recording.step_logs import write_line
from trainer.runs.prepare import Prepared
from trainer.runs.prepared_run import RunState
from trainer.storage.file_names import HELD_OUT
from trainer.training.held_out_evaluation import HeldOutEvaluation
from trainer.training.objective import Objective, measure_batch
from trainer.training.standing import Standing
from trainer.watchdog.watchdog import Phase

Windows = Sequence[tuple[Tensor, Tensor]]


@contextmanager
def held_out_evaluation(state: RunState, out: TextIO) -> Iterator[HeldOutEvaluation]:
    """Yield the callback that evaluates a run; the file of a resumed run is appended to."""
    prepared, settings = state.prepared, state.prepared.configuration.evaluation
    batches = held_out_windows(prepared)
    writes = bool(batches) and current_world().is_main
    size = bytes_per_token(prepared.resources.corpus, prepared.resources.tokenizer)

    def measured() -> float:
        with state.watchdog.during(Phase.EVALUATE):
            return measure(prepared, batches)

    file = (state.output / HELD_OUT).open("ab", buffering=0) if writes else nullcontext()
    with file as stream:

        def record(step: int, loss: float, standing: Standing) -> None:
            if stream is None:
                return
            bits = None if size is None else loss / math.log(2) / size
            line = {"step": step, "loss": loss, "bits_per_byte": bits}
            write_line(stream, json.dumps(line) + "\n")
            best = (
                "the best so far"
                if standing.best_step == step
                else f"best: {standing.best_loss:.4f}"
            )
            print(f"held out after step {step}: loss={loss:.4f}, {best}", file=out, flush=True)

        last, standing = prepared.run.steps, state.progress.held_out
        yield HeldOutEvaluation(settings, measured, record, last_step=last, standing=standing)


def held_out_windows(prepared: Prepared) -> Windows:
    """Return batches of tokens and labels (B, T), each with windows for all processes.

    None where the configuration evaluates never. Raises UserError where the text is too short.
    """
    configuration, corpus = prepared.configuration, prepared.resources.corpus
    settings, training = configuration.evaluation, configuration.training
    if not settings.every:
        return ()
    text = torch.from_numpy(corpus.held_out[: settings.tokens + 1].astype(np.int64))
    processes = current_world().size
    piece = max(1, training.batch_size // training.gradient_accumulation // processes) * processes
    length = min(configuration.dataset.max_length, max(len(text) - 1, 1))
    every = windows(text, length, piece, corpus.held_out_marks)
    whole = ((tokens, labels) for tokens, labels in every if labels.shape[1] == length)
    cut = [(t[: len(t) // processes * processes], n) for t, n in whole]
    found = [(tokens, labels[: len(tokens)]) for tokens, labels in cut if len(tokens)]
    if not any((labels != IGNORED).any() for _, labels in found):
        raise UserError(
            f"{corpus.source}: {len(text):,} held-out tokens are too few to evaluate on, or none "
            "of them is learned; raise evaluation.tokens or dataset.limit_bytes, add files, or set "
            "evaluation.every to 0"
        )
    return found


def measure(prepared: Prepared, batches: Windows) -> float:
    """Return the student's cross-entropy on held-out windows, in nats a token.

    Each process takes its share of the windows, and all return the same.
    """
    run, own, world = prepared.run, prepared.objective, current_world()
    by_labels = Objective(
        None, own.distillation, own.mixed_precision, own.chunk_rows, None, own.fused
    )
    total, count = 0.0, 0
    with run.objective.full_parameters():
        for tokens, labels in batches:
            mine = (
                part.tensor_split(world.size)[world.rank].to(run.device)
                for part in (tokens, labels)
            )
            learned = int((labels != IGNORED).sum())
            total += measure_batch(by_labels, run.student, *mine)["ce"] * learned
            count += learned
    return total / count


def seconds_of_evaluation(prepared: Prepared) -> float:
    """Return the seconds that one evaluation takes; 0 where the configuration has none."""
    batches = held_out_windows(prepared)
    if not batches:
        return 0.0
    started = perf_counter()
    measure(prepared, batches)
    return perf_counter() - started
