"""Errors that the user can mend, as opposed to bugs of pv."""


class UserFault(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """A request that cannot be carried out; the message names the fact and the remedy."""
