"""Query the use of the GPUs from the driver, which works while this process hangs."""

import subprocess

_QUERY = (
    "nvidia-smi",
    "--query-gpu=index,name,utilization.gpu,memory.used,memory.total",
    "--format=csv,noheader",
)
_TIMEOUT = 5.0  # seconds


def device_use() -> str:
    """Return the use of every GPU as text, or why it cannot be queried."""
    try:
        asked = subprocess.run(  # noqa: S603 - constant words
            _QUERY, capture_output=True, text=True, check=True, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError) as fault:
        return f"no GPU found: {type(fault).__name__} from {_QUERY[0]}"
    lines = " | ".join(asked.stdout.strip().splitlines())
    return f"GPU (index, name, busy, memory used, of): {lines}"
