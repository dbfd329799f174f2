import pytest

from trainer.errors import TrainingFailure
from trainer.training.guards import (
    require_changed_weights,
    require_different_teacher,
    require_finite,
    require_teaching_signal,
    require_unchanged_teacher,
)


@pytest.mark.parametrize(
    ("guard", "bad", "good", "cause"),
    [
        (require_different_teacher, ("a", "a"), ("a", "b"), "teacher identical to student"),
        (require_unchanged_teacher, ("a", "b"), ("a", "a"), "teacher changed"),
        (require_changed_weights, ("a", "a"), ("a", "b"), "weights did not change"),
        (require_teaching_signal, (0.0, 0.5), (0.1, 0.5), "KD term is 0"),
        (require_teaching_signal, (0.0, 0.1), (0.0, 0.0), "KD term is 0"),
        (require_finite, ("s", {"ce": float("nan")}), ("s", {"ce": 1.0}), "s: non-finite ce"),
        (require_finite, ("s", {"norm": float("inf")}), ("s", {}), "s: non-finite norm"),
    ],
)
def test_guard(guard, bad, good, cause):
    guard(*good)
    with pytest.raises(TrainingFailure, match=cause):
        guard(*bad)
