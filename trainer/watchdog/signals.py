"""SIGINT and SIGTERM: the first lets the step finish, the second ends the process at once."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from trainer.processes.collectives import all_max
from trainer.training.callbacks import Callback, CallbackAction, StepReport

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STDERR = 2


class StopOnSignal(Callback):
    """Stops the loop after the step in which a signal came, while it is entered as a context.

    `save` is called first. Outside of the main thread, where Python handles no signals, it does
    nothing.
    """

    def __init__(self, save: Callable[[], None] | None = None) -> None:
        self.received: signal.Signals | None = None
        self._save = save
        self._before = {number: signal.getsignal(number) for number in _SIGNALS}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if threading.current_thread() is threading.main_thread():
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Stop when a signal came, to any of the processes of this run."""
        del report
        number = all_max(self.received or 0)
        if number == 0:
            return CallbackAction.CONTINUE
        self.received = signal.Signals(number)
        if self._save is not None:  # before the hooks that follow, which may change the state
            self._save()
        return CallbackAction.STOP

    def _receive(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.received = signal.Signals(number)
        for other in _SIGNALS:  # the kernel acts on the next one, also while native code runs
            signal.signal(other, signal.SIG_DFL)
        text = f"{self.received.name}: finishing this step; once more ends the run at once\n"
        os.write(_STDERR, text.encode())  # a stream's lock may be held where the signal struck
