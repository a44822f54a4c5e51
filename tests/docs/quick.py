"""Runs ``ombud`` for the examples from a process that has loaded everything once, to save time.

``python quick.py serve SOCKET`` loads the program and waits; ``python quick.py call SOCKET ARGS…``
hands over its folder, variables, arguments and open files. The server forks for each call, so
calls share nothing but what was loaded, and ends when its standard input is closed.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import socket
import sys
import traceback
from pathlib import Path

LARGEST = 1 << 20


def call(path: str, args: list[str]) -> int:
    """Let the server run ``ombud ARGS`` on this process's files; return the exit code."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(path)
        request = json.dumps([str(Path.cwd()), dict(os.environ), args]).encode()
        socket.send_fds(line, [len(request).to_bytes(4, "big")], [0, 1, 2])
        line.sendall(request)
        return line.recv(1)[0]


def serve(path: str) -> None:
    """Wait for calls until standard input is closed."""
    import importlib

    from ombud.cli.main import VERBS, main

    for module, _ in VERBS.values():
        importlib.import_module(module.partition(":")[0])
    for module in ("ombud.flow.run", "ombud.events.archive", "ombud.store.migrate"):
        importlib.import_module(module)
    warm()
    gc.freeze()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door, selectors.DefaultSelector() as wait:
        door.bind(path)
        door.listen()
        wait.register(door, selectors.EVENT_READ)
        wait.register(0, selectors.EVENT_READ)
        while all(key.fileobj is door for key, _ in wait.select()):
            line, _ = door.accept()
            if os.fork() == 0:
                answer(line, main)
            line.close()
            while _reaped():
                pass


def warm() -> None:
    """Make once what every call would make again: the gate's scenes and the signals."""
    from ombud.conduct.harms import harms
    from ombud.rules.gate import gate
    from ombud.signals.registry import installed

    for name in ("speech", "exchanged", "mentions", "bearers", "empty"):
        made = tuple(getattr(gate, name)())
        setattr(gate, name, lambda made=made: made)
    harms()
    installed()


def answer(line: socket.socket, main: object) -> None:
    """Run one call in a child of its own and say how it ended."""
    size, files, _, _ = socket.recv_fds(line, 4, 3)
    raw = b""
    while len(raw) < int.from_bytes(size, "big"):
        raw += line.recv(LARGEST)
    if os.fork() != 0:  # wait for the one that does the work, whatever becomes of it
        for number in files:
            os.close(number)
        code = os.waitstatus_to_exitcode(os.wait()[1])
        line.sendall(bytes([code % 256]))
        os._exit(0)
    folder, variables, args = json.loads(raw)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    line.close()
    sys.argv = ["ombud", *args]
    assert callable(main)
    try:
        main(args)
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException:  # as Python itself ends
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # at once: taking down what was loaded would cost more than the call


def _reaped() -> bool:
    """Collect one child that has ended."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(call(sys.argv[2], sys.argv[3:]))
