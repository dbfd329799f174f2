"""Errors that the user can mend, as opposed to bugs of pv."""


class UserFault(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """What the user asked for cannot be done; the message names the fact and the remedy."""
