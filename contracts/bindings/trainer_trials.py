"""Runs `distill` with a fault planted around it, as the world would plant one.

    TRIAL=FAULT python -m contracts.bindings.trainer_trials -- train --config …

FAULT is one of the keys of `FAULTS`, its arguments behind colons: `signal:TERM:3`, `hang:load`;
without the variable nothing is planted.
"""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

_FOREVER = 600


def main(words: list[str]) -> int:
    """Plant the fault, then run the command line."""
    fault, *parameters = os.environ.get("TRIAL", "none").split(":")
    FAULTS[fault](*parameters)
    from trainer.cli import main as distill  # noqa: PLC0415 - after the fault is in place

    return distill(words[words[:1] == ["--"] :])  # torchrun leaves the mark out


def before(module: Any, name: str, act: Callable[..., None]) -> None:
    """Have `act` called with the arguments of a function before each call of it."""
    original = getattr(module, name)

    def wrapped(*arguments: Any, **keywords: Any) -> Any:
        act(*arguments)
        return original(*arguments, **keywords)

    setattr(module, name, wrapped)


def none() -> None:
    """Plant nothing."""


def only(rank: str, fault: str, *parameters: str) -> None:
    """Plant another fault in one of several processes."""
    if os.environ["RANK"] == rank:
        FAULTS[fault](*parameters)


def send(signal_name: str, at: str, times: str = "1") -> None:
    """Send this process a signal while a step runs."""
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    def act(run: Any, step: Any) -> None:
        del run
        if step.number == int(at):
            for _ in range(int(times)):
                os.kill(os.getpid(), signal.Signals[f"SIG{signal_name}"])

    before(loop, "optimise", act)


def hang(phase: str, how: str = "sleep") -> None:
    """Sleep for ever in a phase, in Python or (`native`) while holding Python's global lock."""
    from trainer.runs import prepare  # noqa: PLC0415 - torch takes seconds to import
    from trainer.runs.ending import finish  # noqa: PLC0415 - torch takes seconds to import
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    def act(*arguments: Any) -> None:
        steps = {"first_step": 1, "steady": 4}
        if phase in steps and arguments[1].number != steps[phase]:
            return
        if how == "native":
            ctypes.PyDLL(None).sleep(_FOREVER)
        time.sleep(_FOREVER)

    places = {
        "load": (prepare, "load_resources"),
        "compile": (finish, "measure_batch"),
        "first_step": (loop, "optimise"),
        "steady": (loop, "optimise"),
        "save": (finish, "write_model"),
    }
    before(*places[phase], act)


def slow(seconds: str) -> None:
    """Make every step take longer by so many seconds."""
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    before(loop, "optimise", lambda *_: time.sleep(float(seconds)))


def suspend(seconds: str) -> None:
    """Stop this process while a step runs, and have it continued after so many seconds."""
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    def act(run: Any, step: Any) -> None:
        del run
        if step.number == 4:  # noqa: PLR2004 - a steady one
            words = ["sh", "-c", f"sleep {float(seconds)}; kill -CONT {os.getpid()}"]
            subprocess.Popen(words)  # noqa: S603 - constant words and a number
            os.kill(os.getpid(), signal.SIGSTOP)

    before(loop, "optimise", act)


def kill(at: str) -> None:
    """Kill this process before the so-manieth operation that changes what the disk holds."""
    left = int(at)

    def act(*arguments: Any) -> None:
        del arguments
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in DURABLE:
        before(os, name, act)


def full(size: str) -> None:
    """Let no file grow past a size, as a full disk would."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))


def spoil(what: str, at: str) -> None:
    """Make the loss or the gradient of a step NaN."""
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    original = loop.accumulate_gradients
    calls = 0

    def accumulate_gradients(*arguments: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        terms = original(*arguments, **keywords)
        if calls == int(at):
            student = arguments[1]
            if what == "gradient":
                next(p for p in student.parameters() if p.grad is not None).grad.fill_(float("nan"))
            else:
                terms["total"] = terms["total"] * float("nan")
        return terms

    loop.accumulate_gradients = accumulate_gradients


def teacher(what: str) -> None:
    """Leave the teacher in training mode, move it away, or change it while the run lasts."""
    from trainer.runs import load_resources  # noqa: PLC0415 - torch takes seconds to import
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    original = load_resources.load_model
    loaded = []

    def load(*arguments: Any) -> Any:
        model = original(*arguments)
        loaded.append(model)
        if what == "train":
            model.train()
        return model.to("meta") if what == "meta" else model

    def act(*arguments: Any) -> None:
        del arguments
        if what == "change":
            next(loaded[-1].parameters()).data.view(-1)[0] += 1

    load_resources.load_model = load
    before(loop, "optimise", act)


def export() -> None:
    """Export other weights than were trained."""
    from trainer.runs.ending import finish  # noqa: PLC0415 - torch takes seconds to import

    before(finish, "write_model", lambda _, student, *__: next(student.parameters()).data.neg_())


def weigh() -> None:
    """Say what CPU time the loop took, all threads together, and its steps of that."""
    from trainer.runs import pipeline  # noqa: PLC0415 - torch takes seconds to import
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    optimise, train = loop.optimise, pipeline.train
    steps = 0.0

    def one(*arguments: Any) -> Any:
        nonlocal steps
        started = time.thread_time()
        report = optimise(*arguments)
        steps += time.thread_time() - started
        return report

    def all_of_them(*arguments: Any) -> None:
        started = time.process_time()
        train(*arguments)
        loop_seconds = time.process_time() - started
        sys.stdout.write(f"CPU seconds of the loop {loop_seconds:.6f}, of its steps {steps:.6f}\n")

    loop.optimise, pipeline.train = one, all_of_them


def still() -> None:
    """Have an optimiser that changes nothing."""
    from trainer.training import optimizer  # noqa: PLC0415 - torch takes seconds to import

    optimizer.AdamW.step = lambda *_: None  # type: ignore[method-assign, assignment]


def late(name: str, value: str) -> None:
    """Set a variable once the trainer is imported, as a program that calls it may."""
    import_module("trainer.cli")
    os.environ[name] = value


def again(at: str) -> None:
    """Start a second run on the same folder during a step, and say how it ended."""
    from trainer.training import loop  # noqa: PLC0415 - torch takes seconds to import

    def act(run: Any, step: Any) -> None:
        del run
        if step.number == int(at):
            words = [sys.executable, "-m", "trainer", *sys.argv[2:], "--overwrite"]
            ended = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - this run's own command
            sys.stdout.write(f"second run ended with {ended.returncode}: {ended.stderr}")

    before(loop, "optimise", act)


DURABLE = ("fsync", "rename", "replace", "symlink", "unlink", "rmdir")
FAULTS: dict[str, Callable[..., None]] = {
    "none": none,
    "only": only,
    "signal": send,
    "hang": hang,
    "kill": kill,
    "full": full,
    "slow": slow,
    "suspend": suspend,
    "spoil": spoil,
    "teacher": teacher,
    "export": export,
    "weigh": weigh,
    "still": still,
    "late": late,
    "again": again,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
