import pytest

from trainer.data.window_order import count_windows, order_of_pass, windows_of_step


@pytest.mark.parametrize(
    ("tokens", "windows"), [(0, 0), (1, 0), (10, 0), (11, 1), (20, 1), (21, 2)]
)
def test_a_window_reads_one_token_past_its_end(tokens, windows):
    assert count_windows(tokens, 10) == windows


def test_the_steps_of_a_pass_are_slices_of_its_order():
    taken = [windows_of_step(step, windows=7, batch_size=3, seed=1) for step in range(4)]
    first, second = order_of_pass(1, 0, 7), order_of_pass(1, 1, 7)
    assert [each.tolist() for each in taken] == [
        *(first[:3].tolist(), first[3:6].tolist()),
        *(second[:3].tolist(), second[3:6].tolist()),
    ]


def test_the_order_of_a_pass_is_drawn_once_and_cannot_be_spoilt():
    drawn = order_of_pass(0, 3, 100)
    assert order_of_pass(0, 3, 100) is drawn
    assert sorted(drawn) == list(range(100))
    with pytest.raises(ValueError, match="read-only"):
        drawn[0] = 1
