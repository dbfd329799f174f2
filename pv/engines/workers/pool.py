"""A pool of warm worker processes: foreign code that crashes costs one check its verdict.

A worker imports an implementation once and decides one check at a time, all of the same modules:
each depends on what the worker has read. Each has its own process group, environment and folder; it
is killed when it dies, hangs or takes too much memory, and the next check gets a new one.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Self

import psutil

from pv.checks.model import PythonPlan
from pv.engines.leavings.folders import Folder
from pv.engines.outcome import Job, Options, Outcome, Proof
from pv.engines.systems.process import (
    forget,
    isolated_environment,
    kill_group,
    observed,
    track,
)
from pv.evidence.seen import read_report
from pv.evidence.verdict import Verdict

IMPORT_SECONDS = 60.0
"""Importing an implementation takes no longer."""
GRACE = 1.0
"""Seconds beyond its budget after which a check counts as hanging."""
_TICK = 0.05  # seconds between two looks at the memory
_LAST_LINES = 8


class Workers:
    """The workers of one command; `decide` may be called from several threads at once."""

    def __init__(
        self, memory: int | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Take the bytes that one worker may use, half of the machine's if not given.

        `environment` adds variables to those that workers have.
        """
        self._environment = environment or {}
        self._idle: list[tuple[_Code, _Worker]] = []  # the one used last at the end
        self._lock = Lock()
        self._memory = memory or psutil.virtual_memory().total // 2

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _, worker in self._idle:
            worker.stop()

    def decide(self, plan: PythonPlan | Proof, options: Options) -> Outcome:
        """Decide one plan in a worker whose import path begins with the plan's root."""
        modules = {bound.callable.partition(":")[0] for bound in plan.functions.values()}
        code = (plan.root, frozenset(modules))
        worker = self._lend(code)
        try:
            outcome = worker.run((plan, options), options.budget + GRACE, self._memory)
        except _Lost as lost:
            worker.stop()
            return Outcome(Verdict.ERROR, reason=lost.reason, observation=lost.last)
        except BaseException:
            worker.stop()
            raise
        self._take_back(code, worker)
        return outcome

    def _lend(self, code: "_Code") -> "_Worker":
        with self._lock:
            for number, (known, worker) in enumerate(self._idle):
                if known == code:
                    del self._idle[number]
                    return worker
        return _Worker(code[0], self._environment)

    def _take_back(self, code: "_Code", worker: "_Worker") -> None:
        """Keep a worker for the next check of the same modules; end what is longest unused.

        Together the idle ones take no more memory than one that runs may take.
        """
        unused = []
        with self._lock:
            self._idle.append((code, worker))
            taken = sum(each.resident() for _, each in self._idle)
            while taken > self._memory and self._idle:
                unused.append(self._idle.pop(0)[1])
                taken -= unused[-1].resident()
        for each in unused:
            each.stop()


_Code = tuple[Path, frozenset[str]]
"""A project's root and the modules of it that a worker has imported."""


class _Lost(Exception):  # noqa: N818 - what became of a worker
    def __init__(self, reason: str, last: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.last = last


class _Worker:
    """One process, and a channel of its own that nothing the implementation prints can reach."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        self._folder = Folder()
        apart = self._folder.path
        self._report = apart / "reads"
        (apart / "work").mkdir()
        self._stderr = TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._process = subprocess.Popen(  # noqa: S603 - running what the binding names is the point
            [sys.executable, "-m", "pv.engines.workers.child", str(theirs.fileno())],
            cwd=apart / "work",
            env=observed(isolated_environment(environment, (), root), self._report, apart),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._channel: Connection[Job, Outcome | str] = Connection(ours.detach())
        track(self._process)

    def run(self, job: Job, seconds: float, memory: int) -> Outcome:
        """Send a job and wait for its outcome; raises _Lost when none will come."""
        try:
            self._channel.send(job)
            self._await("importing", IMPORT_SECONDS, memory)
            self._channel.recv()
            self._await("running", seconds, memory)
            outcome = self._channel.recv()
        except (EOFError, ConnectionError):
            self._process.wait()
            raise self._lost(_ending(self._process.returncode)) from None
        if isinstance(outcome, Outcome):
            sources = [each for bound in job[0].functions.values() for each in bound.sources]
            return replace(outcome, seen=read_report(self._report).with_sources(sources))
        raise RuntimeError(outcome)  # the traceback of a bug in pv

    def _await(self, doing: str, seconds: float, memory: int) -> None:
        """Wait for the next message; raises _Lost past the deadline or the limit of memory."""
        end = time.monotonic() + seconds
        while not self._channel.poll(_TICK):
            if self.resident() > memory:
                raise self._lost(f"was killed: it took more than {memory >> 20:,} MiB")
            if time.monotonic() > end:
                self._dump()
                raise self._lost(f"was killed: still {doing} after {seconds:.3g} s")

    def stop(self) -> None:
        """End the process and everything that it started."""
        forget(self._process)
        kill_group(self._process)
        self._process.wait()
        self._channel.close()
        self._stderr.close()
        self._folder.remove()

    def resident(self) -> int:
        """Return the bytes of memory that the process takes."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:  # it has just ended, which the channel will say
            return 0

    def _dump(self) -> None:
        """Let the worker say where it hangs: faulthandler prints the stack on SIGABRT."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGABRT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)

    def _lost(self, what: str) -> _Lost:
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").splitlines()
        return _Lost(f"the worker process {what}", tuple(_telling(lines)))


def _telling(lines: list[str]) -> list[str]:
    """Keep the innermost frames of the first stack, without pv's own."""
    kept = [line.strip() for line in lines if line.strip() and "/pv/" not in line]
    ends = (n for n, line in enumerate(kept) if line.startswith("Extension modules"))
    return [f"stderr| {line}" for line in kept[: min(next(ends, len(kept)), _LAST_LINES)]]


def _ending(exit_code: int) -> str:
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:  # a real-time signal has no name
        return f"was ended by signal {-exit_code}"
