import pytest

from trainer.data.tokenizer import ByteTokenizer
from trainer.evaluation.generate import generate

BYTES = ByteTokenizer()


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_seed_gives_one_text(student, temperature):
    texts = {
        generate(student, BYTES, "def ", count=12, temperature=temperature, seed=4)
        for _ in range(2)
    }
    assert [len(text) for text in texts] == [12]


def test_seeds_differ_when_sampling_only(student):
    def found(temperature):
        return {
            generate(student, BYTES, "a", count=12, temperature=temperature, seed=seed)
            for seed in range(3)
        }

    assert len(found(0.0)) == 1
    assert len(found(1.0)) == 3


@pytest.mark.parametrize("prompt", ["", "x" * 3000], ids=["empty", "beyond-the-context"])
def test_any_prompt(student, prompt):
    assert len(generate(student, BYTES, prompt, count=3, temperature=0.5, seed=0)) == 3
