import shutil

import pytest
import torch

from trainer.configuration.schema import Distillation
from trainer.errors import UserError
from trainer.models import compilation
from trainer.models.compilation import compile_trunks, require_compiler
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.training.objective import Objective, accumulate_gradients

CPU = torch.device("cpu")
TOKENS = torch.arange(64).view(2, 32)


def test_a_machine_without_a_compiler_is_told_so(monkeypatch):
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UserError, match=r"neither g\+\+ nor clang\+\+ is found; install one"):
        require_compiler(CPU)


def test_the_compiler_that_is_named_must_be_there(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(UserError, match="CXX=no-such-compiler is not found"):
        require_compiler(CPU)


def test_a_gpu_needs_triton(monkeypatch):
    monkeypatch.setattr(compilation, "find_spec", lambda _: None)
    with pytest.raises(UserError, match="the package triton is missing"):
        require_compiler(torch.device("cuda"))


def test_what_torch_cannot_compile_is_told_with_a_remedy(monkeypatch):
    student = initialise(PRESETS["nano"], seed=0)

    def refuse(**_):
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(student.trunk, "compile", lambda **_: None)
    monkeypatch.setattr(student.trunk, "forward", refuse)
    with pytest.raises(UserError, match=r"cannot compile.*set training\.compile to off"):
        compile_trunks([student], TOKENS, "none")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # the compiler's own
def test_a_compiled_model_has_the_same_loss_and_gradients():
    require_compiler(CPU)
    teacher = initialise(PRESETS["micro"], seed=1).requires_grad_(requires_grad=False)
    objective = Objective(teacher, Distillation(), "none", 16)
    found = []
    for compiled in (False, True):
        student = initialise(PRESETS["nano"], seed=0)
        if compiled:
            compile_trunks([teacher, student], TOKENS, "none")
            assert all(p.grad is None for p in student.parameters())
        terms = accumulate_gradients(objective, student, TOKENS, TOKENS, pieces=1)
        found.append((terms["total"], {n: p.grad for n, p in student.named_parameters()}))
    (loss, gradients), (compiled_loss, compiled_gradients) = found
    assert compiled_loss.item() == pytest.approx(loss.item(), rel=1e-5)
    assert list(gradients) == list(compiled_gradients)
    for name, gradient in gradients.items():
        torch.testing.assert_close(compiled_gradients[name], gradient, rtol=1e-3, atol=1e-6)
