import math

import pytest

from trainer.errors import TrainingFailure, UserError
from trainer.schedule import Step
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.training.user_callbacks import UserCallbacks

REPORT = StepReport(Step(1, 0, 0, last_of_epoch=False), {"total": 1.0}, 1.0, 1e-4, 8, 0.1)


class Counter(Callback):
    def __init__(self, count=0):
        self.count = count

    def state_dict(self):
        return {"count": self.count}

    def load_state_dict(self, state):
        self.count = state["count"]


class Stopper(Callback):
    def on_step_end(self, report):
        del report
        return CallbackAction.STOP


def test_state_and_answer_come_back():
    before = UserCallbacks([Counter(3), Stopper(), Callback()])
    assert before.on_step_end(REPORT) is CallbackAction.STOP
    kept = before.state()
    assert len(kept) == 2  # a callback with neither has no entry
    counter = Counter()
    after = UserCallbacks([Stopper(), counter])
    assert after.last_action is CallbackAction.CONTINUE
    assert after.load(kept) == []
    assert counter.count == 3
    assert after.last_action is CallbackAction.STOP


def test_callbacks_of_one_class_are_restored_in_order():
    counters = [Counter(), Counter()]
    UserCallbacks(counters).load(UserCallbacks([Counter(1), Counter(2)]).state())
    assert [each.count for each in counters] == [1, 2]


def test_a_new_callback_begins_anew_with_a_note():
    (note,) = UserCallbacks([Counter()]).load([])
    assert "no state of" in note
    assert "Counter" in note


def test_a_state_without_its_callback_is_refused_and_an_answer_is_dropped():
    with pytest.raises(UserError, match=r"has a state of .*Counter"):
        UserCallbacks([]).load(UserCallbacks([Counter(1)]).state())
    stopped = UserCallbacks([Stopper()])
    stopped.on_step_end(REPORT)
    resumed = UserCallbacks([])
    assert resumed.load(stopped.state()) == []
    assert resumed.last_action is CallbackAction.CONTINUE


@pytest.mark.parametrize(
    "count", [math.nan, (1, 2), {1: 2}, object()], ids=["nan", "tuple", "integer key", "object"]
)
def test_a_state_that_json_changes_is_a_failure(count):
    with pytest.raises(TrainingFailure, match="state_dict cannot be kept in a checkpoint"):
        UserCallbacks([Counter(count)]).state()
