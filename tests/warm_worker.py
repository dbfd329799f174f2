"""Fork pv's workers from a process that has imported what every worker does.

That takes most of the time of the commands that tests run. A worker has a session, environment,
folder, streams and import path of its own all the same, and reports what it reads: `sitecustomize`
runs after the fork. One with a hash seed of its own, or of a test that says that its code imports
more, is forked from a process that started so, the first time that there is one. Those of commands
that tests start, rather than fork, start anew.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import socket
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

WORKER = "pv.engines.workers.child"
IMPORTED = (
    "pv.engines.search.engine",
    "pv.engines.stateful.state_machine",
    "pv.engines.kept.file_changes",
    "pv.engines.crosshair.analyse",
)
_MOST = 1 << 20  # bytes of a request
_HASH_SEED = "PYTHONHASHSEED"
_STREAMS = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}  # as workers have


def start_server(home, hash_seed=None, modules=()):
    """Start the process that forks; returns the socket of requests, closed when it is to end."""
    seeded = {} if hash_seed is None else {_HASH_SEED: hash_seed}
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno()), *modules],
        cwd=home, env={**os.environ, **_STREAMS, **seeded}, pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()
    return ours


def fork_workers(server, modules):
    """Let pv, in this process, have its workers forked, from one that has imported some modules."""
    from pv.engines.workers import pool  # noqa: PLC0415 - pv's path is set by then

    def popen(words, **how):
        if WORKER not in words:
            return subprocess.Popen(words, **how)
        return Forked(server, words, how, modules)

    pool.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": popen})


class Forked:
    """A forked worker, with what pv uses of `subprocess.Popen`."""

    def __init__(self, server, words, how, modules):
        self.returncode = None
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        (channel,) = how["pass_fds"]
        request = json.dumps([words, str(how["cwd"]), how["env"], modules]).encode()
        socket.send_fds(server, [request], [theirs.fileno(), how["stderr"].fileno(), channel])
        theirs.close()
        self.pid = int(self._told.recv(64))

    def wait(self, timeout=None):
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(WORKER, timeout)
            self.returncode = int(self._told.recv(64))
            self._told.close()
        return self.returncode


def _serve(requests, modules):
    """Fork for each request; returns, in the worker, what it is to be."""
    for name in (*IMPORTED, *modules):
        importlib.import_module(name)
    draw_text()
    gc.freeze()
    own, others = (os.environ.get(_HASH_SEED), modules), {}
    while True:
        data, descriptors, _, _ = socket.recv_fds(requests, _MOST, 3)
        if not data:
            os._exit(0)
        words, folder, environment, wanted = json.loads(data)
        kind = environment.get(_HASH_SEED), (*wanted,)
        if kind != own:
            if kind not in others:
                others[kind] = start_server(Path.cwd(), *kind)
            socket.send_fds(others[kind], [data], descriptors)
        elif os.fork() == 0:
            for each in (requests, *others.values()):
                each.close()
            _supervise(*descriptors)
            return (words, folder, environment), descriptors[1:]
        for each in descriptors:
            os.close(each)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def draw_text():
    """Let Hypothesis make what takes a second: its table of letters, and the constants of pv."""
    from hypothesis import given, settings, strategies  # noqa: PLC0415 - of the server alone

    settings(database=None, max_examples=1)(given(strategies.text())(lambda _: None))()


def _supervise(told, stderr, channel):
    """Fork the worker, in which this returns; tell its number and, here, its end."""
    answers = socket.socket(fileno=told)
    if (worker := os.fork()) == 0:
        answers.close()
        return
    os.close(stderr)
    os.close(channel)
    answers.send(str(worker).encode())
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    answers.send(str(code).encode())
    os._exit(0)


def _become(words, folder, environment, stderr, channel):
    """Turn into what a new process with these words would be."""
    os.setsid()
    os.chdir(folder)
    os.dup2(stderr, 2)
    os.close(stderr)
    os.set_inheritable(channel, True)  # noqa: FBT003
    os.environ.clear()
    os.environ.update(environment)
    sys.orig_argv = words
    del sys.modules["__main__"].__file__  # none that a worker reads
    sys.path[:1] = environment["PYTHONPATH"].split(os.pathsep)
    importlib.import_module("sitecustomize")
    sys.path.insert(0, folder)
    sys.modules["numpy"].random.seed()  # Python's own has a new seed after a fork
    sys.modules["hypothesis.configuration"].set_hypothesis_home_dir(f"{folder}/.hypothesis")


def run(module):
    """Run a module to its end, as `python -m` does; what it leaves in memory is not taken apart."""
    code = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 - as Python itself does
        traceback.print_exc()
        code = 1
    if not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    asked, imported = socket.socket(fileno=int(sys.argv[1])), (*sys.argv[2:],)
    (words, folder, environment), (stderr, channel) = _serve(asked, imported)
    words[-1] = str(channel)
    _become(words, folder, environment, stderr, channel)
    sys.argv = words[2:]
    run(WORKER)
