"""Read regular files, and no others: a pipe is waited for, a device may have no end."""

import errno
import os
from pathlib import Path
from stat import S_ISREG


def read_regular(file: Path, most: int, *, follow: bool = True) -> bytes:
    """Return at most `most` bytes of a file, and one more if there are more.

    Raises OSError, also for what is no regular file and, unless links are to be followed, for one.
    Its size is not asked for: files that the kernel makes up say that they have none.
    """
    if not S_ISREG(file.stat(follow_symlinks=follow).st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    flags = os.O_RDONLY | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        if not S_ISREG(os.fstat(stream.fileno()).st_mode):  # it was exchanged
            raise OSError(errno.EINVAL, "it is no regular file")
        return stream.read(most + 1)
