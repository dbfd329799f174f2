"""A user's callbacks, with their state in checkpoints."""

import json
from collections.abc import Iterator, Sequence

from trainer.errors import TrainingFailure, UserError
from trainer.storage.json_files import JsonObject
from trainer.training.callbacks import Callback, CallbackAction, Chain, StepReport, strongest


class UserCallbacks(Chain):
    """A user's callbacks as one callback, which can be restored from its `state`."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        super().__init__(callbacks)
        self._answers = [CallbackAction.CONTINUE] * len(callbacks)

    @property
    def last_action(self) -> CallbackAction:
        """Their answer after the last step."""
        return strongest(self._answers)

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Call every callback's `on_step_end`, and keep each answer."""
        self._answers = [callback.on_step_end(report) for callback in self._callbacks]
        return self.last_action

    def state(self) -> list[dict[str, object]]:
        """Return, in their order, the callbacks that answered stop or skip or have a state.

        Raises TrainingFailure for a state that JSON cannot represent.
        """
        return list(self._entries())

    def load(self, kept: Sequence[JsonObject]) -> list[str]:
        """Restore each callback from its entry; return notes on callbacks without a stored state.

        An entry belongs to the next callback of the same class. Without such a callback, its answer
        is dropped, and a state raises UserError.
        """
        waiting = list(kept)
        notes = []
        for number, callback in enumerate(self._callbacks):
            name = _name(callback)
            found = next((entry for entry in waiting if entry["callback"] == name), None)
            if found is not None:
                waiting.remove(found)
                self._answers[number] = CallbackAction(found["said"])
            if found is not None and found["state"]:
                callback.load_state_dict(found["state"])
            elif callback.state_dict():
                notes.append(f"note: the checkpoint has no state of {name}, which begins anew")
        lost = next((entry["callback"] for entry in waiting if entry["state"]), None)
        if lost is not None:
            raise UserError(
                f"--resume: the checkpoint has a state of {lost}, but this run has no such "
                "callback; give it the callbacks that it had"
            )
        return notes

    def _entries(self) -> Iterator[dict[str, object]]:
        for callback, answer in zip(self._callbacks, self._answers, strict=True):
            name, state = _name(callback), callback.state_dict()
            if state or answer is not CallbackAction.CONTINUE:
                yield {"callback": name, "said": answer.value, "state": _plain(name, state)}


def _plain(name: str, state: JsonObject) -> object:
    """Return the state as JSON restores it; raise TrainingFailure if that differs."""
    try:
        plain = json.loads(json.dumps(state, allow_nan=False))
    except (TypeError, ValueError) as fault:
        raise _not_plain(name, str(fault)) from fault
    if plain != state:
        raise _not_plain(name, "JSON restores another value")
    return plain


def _not_plain(name: str, fact: str) -> TrainingFailure:
    return TrainingFailure(
        f"{name}: its state_dict cannot be kept in a checkpoint ({fact}); return finite numbers, "
        "texts, lists and mappings with texts as keys"
    )


def _name(callback: Callback) -> str:
    return f"{type(callback).__module__}.{type(callback).__qualname__}"
