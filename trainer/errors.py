"""The two ways a verb can fail; each message names the place, the fact and the remedy."""


class UserError(Exception):
    """What the user asked for cannot be done: configuration, variable, input. Exit code 2."""


class TrainingFailure(Exception):  # noqa: N818 - a run that fails is a result, not a fault in code
    """The run itself went wrong: non-finite numbers, a guard that does not hold. Exit code 1."""
