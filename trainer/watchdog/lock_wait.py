"""Tell time in which a thread waited for Python's global lock from time in which it did not run."""

import resource
import sys
import time


def lock_seconds() -> float:
    """Return about how long this thread has waited for the lock so far, at most.

    A thread that waits for the lock wakes up once in a switch interval and sleeps again, which the
    kernel counts; one that is stopped does not. Where it counts nothing by thread, as on a Mac, all
    time of the process is returned: time is then taken to have been waited for.
    """
    if not hasattr(resource, "RUSAGE_THREAD"):
        return time.monotonic()
    sleeps = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
    return sleeps * sys.getswitchinterval()
