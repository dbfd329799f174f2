"""The user's faults, told from bugs of pv by their type."""


class UserFault(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """What the user asked for cannot be done; the message names the fact and the remedy."""
