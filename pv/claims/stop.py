"""How reading ends early."""

from pv.claims.faults import Fault


class Stop(Exception):  # noqa: N818 - it carries a fault out of the recursion
    """Reading cannot go on; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault
