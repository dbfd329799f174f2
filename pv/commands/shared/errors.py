"""Errors that the user can mend, as opposed to bugs of pv."""

from pv.report.screen import lines


class UserFault(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """A request that cannot be carried out; the message names the fact and the remedy."""

    def __str__(self) -> str:
        return lines(*(part for text in self.args for part in str(text).split("\n")))
