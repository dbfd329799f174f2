import torch

from trainer.cost.activation_memory import activation_bytes
from trainer.cost.step_memory import peak_bytes
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.parameters import parameters_digest

CPU = torch.device("cpu")


def test_hidden_states_are_counted_in_the_precision_of_the_products():
    student = initialise(PRESETS["nano"], seed=0)
    exact, mixed = (activation_bytes(student, 4, 64, kind) for kind in ("none", "bf16"))
    assert exact.hidden_bytes == 4 * 64 * 48 * 4
    assert mixed.saved_bytes < exact.saved_bytes


def test_a_frozen_model_keeps_nothing():
    frozen = initialise(PRESETS["nano"], seed=0).requires_grad_(requires_grad=False)
    assert activation_bytes(frozen, 4, 64, "none").saved_bytes == 0


def test_a_prediction_runs_one_window_and_changes_nothing():
    student = initialise(PRESETS["nano"], seed=0)
    digest, state = parameters_digest(student), torch.random.get_rng_state()
    one, many = (
        peak_bytes(CPU, lambda n=n: activation_bytes(student, n, 512, "none")) for n in (1, 64)
    )
    assert many == one
    assert all(p.grad is None for p in student.parameters())
    assert parameters_digest(student) == digest
    assert torch.equal(torch.random.get_rng_state(), state)
