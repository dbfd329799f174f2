"""Rank and number of the processes of one run, as torchrun sets them. Free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainer.errors import UserError


@dataclass(frozen=True, slots=True)
class World:
    """This process's `rank` among the `size` processes of a run, and its rank on its machine."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def is_main(self) -> bool:
        """True for the main process, of rank zero: the one that prints and writes files."""
        return self.rank == 0


def read_world(environment: Mapping[str, str]) -> World:
    """Return what WORLD_SIZE, RANK and LOCAL_RANK say; without the first, a single process.

    Raises UserError, naming the variable, when one is missing or is not a number in range.

    >>> read_world({"WORLD_SIZE": "2", "RANK": "1", "LOCAL_RANK": "0"})
    World(rank=1, size=2, local_rank=0)
    >>> read_world({}).is_main
    True
    """
    if "WORLD_SIZE" not in environment:
        return World()
    size = _number(environment, "WORLD_SIZE", least=1)
    rank = _number(environment, "RANK", least=0)
    if rank >= size:
        raise UserError(f"RANK={rank} is not below WORLD_SIZE={size}; start the run by torchrun")
    return World(rank, size, _number(environment, "LOCAL_RANK", least=0))


def _number(environment: Mapping[str, str], variable: str, *, least: int) -> int:
    text = environment.get(variable, "")
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise UserError(
            f"{variable}={text!r}: expected a whole number from {least}; start the run by "
            "torchrun, or unset WORLD_SIZE for a single process"
        )
    return int(text)
