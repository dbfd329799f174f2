"""Which of several processes of one run this is, as torchrun tells it. Free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainer.errors import UserError


@dataclass(frozen=True, slots=True)
class World:
    """The processes of a run: this one's `rank` of `size`, and its rank on its own machine."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def leads(self) -> bool:
        """Whether this process is the one that prints and writes."""
        return self.rank == 0


def read_world(environment: Mapping[str, str]) -> World:
    """Read WORLD_SIZE, RANK and LOCAL_RANK; without the first, the process is alone.

    Raises UserError, naming the variable, when one is missing or makes no sense.
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
