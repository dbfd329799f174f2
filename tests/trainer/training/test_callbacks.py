import pytest

from trainer.training.callbacks import Callback, CallbackAction, Chain, strongest

CONTINUE, STOP, SKIP = CallbackAction.CONTINUE, CallbackAction.STOP, CallbackAction.SKIP


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], CONTINUE),
        ([CONTINUE], CONTINUE),
        ([CONTINUE, SKIP], SKIP),
        ([SKIP, STOP, CONTINUE], STOP),
    ],
    ids=["none", "continue", "skip", "stop"],
)
def test_strongest(actions, expected):
    assert strongest(actions) is expected


class Stopper(Callback):
    def on_epoch_begin(self, epoch):
        del epoch
        return STOP


class Counter(Callback):
    def __init__(self):
        self.epochs = []

    def on_epoch_begin(self, epoch):
        self.epochs.append(epoch)
        return CONTINUE


def test_a_chain_calls_all_even_after_a_stop():
    counter = Counter()
    chain = Chain([Stopper(), counter])
    assert chain.on_epoch_begin(3) is STOP
    assert counter.epochs == [3]
    assert chain.on_epoch_end(3) is CONTINUE
