import pytest

from trainer.errors import UserError
from trainer.processes.rank import World, read_world

TWO = {"WORLD_SIZE": "2", "RANK": "1", "LOCAL_RANK": "0"}


def test_without_torchrun_a_process_is_alone_and_is_the_main_one():
    assert read_world({"RANK": "3"}) == World(0, 1, 0)
    assert World().is_main


def test_torchrun_says_who_is_who():
    assert read_world(TWO) == World(rank=1, size=2, local_rank=0)
    assert not read_world(TWO).is_main


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORLD_SIZE", "0"),
        ("WORLD_SIZE", ""),
        ("WORLD_SIZE", "two"),
        ("RANK", "-1"),
        ("RANK", "2"),
        ("RANK", "²"),
        ("LOCAL_RANK", "x"),
    ],
)
def test_a_variable_without_sense_is_named(variable, value):
    with pytest.raises(UserError, match=f"{variable}="):
        read_world({**TWO, variable: value})


@pytest.mark.parametrize("variable", ["RANK", "LOCAL_RANK"])
def test_a_missing_variable_is_named(variable):
    with pytest.raises(UserError, match=f"{variable}="):
        read_world({name: value for name, value in TWO.items() if name != variable})
