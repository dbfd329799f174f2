"""Run Python modules in processes that have imported them already.

Importing pv takes longer than most of what tests let it do. A server imports it once for each
worker of the tests, and forks for each run. What it runs is a process of its own all the same, with
its own folder, streams and exit code. Where the environment differs, a process starts anew.
"""

import atexit
import gc
import json
import os
import socket
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile

WARM = (
    "pv.cli", "pv.commands.falsify", "pv.commands.gate", "pv.commands.generate",
    "pv.commands.lint", "pv.commands.list", "pv.commands.new", "pv.commands.prove",
    "pv.commands.validate", "pv.engines.portfolio", "pv.engines.systems.cases", "pv.testing",
    "pytest",
)  # fmt: skip
_MOST = 1 << 20  # bytes of a request
_NO_CHANGE = ("PYTEST_CURRENT_TEST", "TORCHINDUCTOR_CACHE_DIR", "CRC32C_SW_MODE")
"""Variables that pytest sets for each test, and packages when a test imports them."""


def run(module, words, folder, environment=None, imported=()):
    """Run `python -m module words` in a folder, with more variables, if any; returns its end.

    Workers of pv have imported some modules, if they take long.
    """
    words = [*map(str, words)]
    if environment or changed_variables():
        return subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=folder, capture_output=True, text=True, check=False, timeout=600,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
    with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        request = json.dumps([module, words, str(folder), imported]).encode()
        socket.send_fds(_server(), [request], [out.fileno(), err.fileno()])
        code = int(_server().recv(64))
        return subprocess.CompletedProcess(words, code, _text(out), _text(err))


def _text(stream):
    stream.seek(0)
    return stream.read()


def changed_variables():
    """Return the variables that differ from those of the server, which forks for no others."""
    return {name for name, _ in _environment().items() ^ _AT_FIRST.items()}


def _environment():
    return {name: value for name, value in os.environ.items() if name not in _NO_CHANGE}


_AT_FIRST = _environment()


@cache
def _server():
    """Start the server, which ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno())],
        cwd=Path(__file__).parents[1], env=_AT_FIRST, pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()
    atexit.register(_end, ours, process)
    return ours


def _end(server, process):
    server.close()
    process.wait()


def _serve(channel):
    """Fork for each request; returns, in the child, what it is to run."""
    for name in WARM:
        import_module(name)
    warm_worker.draw_text()
    workers = warm_worker.start_server(sys.path[0])
    gc.freeze()
    while True:
        data, streams, _, _ = socket.recv_fds(channel, _MOST, 2)
        if not data:
            os._exit(0)
        if (child := os.fork()) == 0:
            *command, imported = json.loads(data)
            warm_worker.fork_workers(workers, imported)
            return command, streams
        for each in streams:
            os.close(each)
        channel.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(folder, streams):
    """Take the folder and the streams of a process of its own."""
    for number, each in enumerate(streams, start=1):
        os.dup2(each, number)
        os.close(each)
    os.chdir(folder)
    sys.path[0] = folder


if __name__ == "__main__":
    served = socket.socket(fileno=int(sys.argv[1]))
    sys.path[0] = str(Path(__file__).parents[1])
    from tests import warm_worker

    (module, words, folder), streams = _serve(served)
    served.close()
    _become(folder, streams)
    sys.argv = [module, *words]
    warm_worker.run(module)
