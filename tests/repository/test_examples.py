"""Python that pages show: it is quoted exactly, or it runs."""

import re
from types import SimpleNamespace

from tests.conftest import HOME
from tests.repository.pages import read_page
from trainer.training.callbacks import Callback, CallbackAction


def python_of(page):
    (block,) = re.findall(r"```python\n(.*?)```", read_page(page).text, re.DOTALL)
    return block


def test_the_generated_test_is_quoted_from_the_recorded_module():
    recorded = HOME / "tests/pv/generate/recorded/test_schedule_v1.py"
    assert python_of("generate.md") in recorded.read_text(encoding="utf-8")


def test_the_example_of_a_callback_stops_a_run():
    names = {"Callback": Callback, "CallbackAction": CallbackAction}
    exec(python_of("runs.md"), names)
    losses = [3.0, 2.0, 2.0, 2.0]
    patience = names["Patience"](steps=2)
    actions = [patience.on_step_end(SimpleNamespace(terms={"total": loss})) for loss in losses]
    assert actions == [CallbackAction.CONTINUE] * 3 + [CallbackAction.STOP]
    resumed = names["Patience"](steps=2)
    resumed.load_state_dict(patience.state_dict())
    assert resumed.waited == 2
