"""A user's own callbacks, with what a checkpoint has to keep of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trainer.callbacks import Callback, CallbackAction, Chain, StepReport
from trainer.errors import TrainingFailure, UserError


class Guests(Chain):
    """The callbacks of a user as one; it can be told from its `state` after any step."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        super().__init__(callbacks)
        self.said = CallbackAction.CONTINUE
        """What they said after the last step."""

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Call every callback's `on_step_end`, and remember what comes of it."""
        self.said = super().on_step_end(report)
        return self.said

    def state(self) -> dict[str, object]:
        """Return what they said, and the states there are, in the order of the callbacks.

        Raises TrainingFailure for a state that JSON does not have.
        """
        return {"said": self.said.value, "states": list(self._states())}

    def load(self, kept: Mapping[str, Any]) -> list[str]:
        """Hand each state to its callback; return notes on callbacks that begin anew.

        A state belongs to the next callback of the same class. UserError when there is none.
        """
        self.said = CallbackAction(kept["said"])
        waiting = list(kept["states"])
        notes = []
        for callback in self._callbacks:
            name = _name(callback)
            found = next((entry for entry in waiting if entry["callback"] == name), None)
            if found is not None:
                waiting.remove(found)
                callback.load_state_dict(found["state"])
            elif callback.state_dict():
                notes.append(f"note: the checkpoint has no state of {name}, which begins anew")
        if waiting:
            raise UserError(
                f"--resume: the checkpoint has a state of {waiting[0]['callback']}, but this run "
                "has no such callback; give it the callbacks that it had"
            )
        return notes

    def _states(self) -> Iterator[dict[str, object]]:
        for callback in self._callbacks:
            if state := callback.state_dict():
                yield {"callback": _name(callback), "state": _plain(_name(callback), state)}


def _plain(name: str, state: Mapping[str, Any]) -> object:
    """Return the state as a reader of the checkpoint will find it, which must be the same."""
    try:
        plain = json.loads(json.dumps(state, allow_nan=False))
    except (TypeError, ValueError) as fault:
        raise _not_plain(name, str(fault)) from fault
    if plain != state:
        raise _not_plain(name, "read back, it is another")
    return plain


def _not_plain(name: str, fact: str) -> TrainingFailure:
    return TrainingFailure(
        f"{name}: its state_dict cannot be kept in a checkpoint ({fact}); return finite numbers, "
        "texts, lists and mappings with texts as keys"
    )


def _name(callback: Callback) -> str:
    return f"{type(callback).__module__}.{type(callback).__qualname__}"
