import torch

from trainer.configuration.schema import Distillation
from trainer.losses.teacher_logits import TeacherLogits, TeacherOutput
from trainer.models.interface import Head


def test_hidden_states_and_logits_give_the_same_chunks():
    states, head = torch.randn(5, 3), Head(torch.randn(7, 3), torch.randn(7))
    full = torch.nn.functional.linear(states, *head)
    by_states = TeacherOutput(states, head, Distillation())
    by_logits = TeacherOutput(full, None, Distillation())
    assert by_states.vocab_size == by_logits.vocab_size == 7
    assert (by_states.is_logits, by_logits.is_logits) == (False, True)
    buffer = torch.empty(2, 4)  # a student of 4 tokens, 2 rows at a time
    for output in (by_states, by_logits):
        logits = TeacherLogits(output, buffer)
        for start in (0, 2, 4):
            chunk = slice(start, min(start + 2, 5))
            assert torch.allclose(logits.of(chunk), full[chunk, :4], atol=1e-6)
