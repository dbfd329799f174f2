"""pv turns the claims that a contract makes into checks that run, and credits only what ran.

Code that states claims by `@pv.claim(…)` imports this module alone, which imports nothing.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Claimed = TypeVar("Claimed", bound=Callable[..., object])


def claim(*claims: str, **domains: str) -> "Callable[[Claimed], Claimed]":
    """State claims about a function: `@pv.claim("0 <= f(x) <= 1", x="[0, 1]")`.

    Keywords are the domains of its parameters, where their hints say less. The function stays as it
    is: `pv falsify package.module` reads the claims from its source. Raises TypeError for what is
    no text.
    """
    for each in (*claims, *domains.values()):
        if not isinstance(each, str):
            raise TypeError(f"a claim and a domain are texts, and {each!r} is none")
    return lambda function: function
