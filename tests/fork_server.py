"""Forks a ready process for every test that kills one, so that each need not import everything anew.

Reads one JSON object a line: ``source`` (Python), ``argv``, and where its words go: ``out`` and
``err`` (paths; without them the source runs here, and what it defines is there for every
child). Answers with the child's number. Asked to ``wait`` for a number, it answers with the
exit code; until then the number is nobody else's, so a kill cannot hit another process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import Any

import alembic.command
import alembic.config  # noqa: F401 - loaded for the children, who make stores

import ombud.flow.embedded  # loaded for the children
import ombud.publication.erase  # noqa: F401 - loaded for the children

READY: dict[str, Any] = {"__name__": "__main__"}
"""What the sources that ran here defined."""


def live(source: str, argv: list[str], out: str, err: str) -> None:
    """Be the child: run the source with these words of the command line, and end."""
    code = 1
    try:
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
        sys.argv = ["child", *argv]
        exec(compile(source, "<child>", "exec"), dict(READY))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def answer(word: object) -> None:
    """Tell the tests' process something."""
    print(word, flush=True)


def serve() -> None:
    """Answer until there is nobody to ask; no child lives longer."""
    children: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer(os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1]))
            children.remove(request["wait"])
        elif "out" in request:
            child = os.fork()
            if child == 0:
                live(**request)
            children.add(child)
            answer(child)
        else:
            exec(compile(request["source"], "<ready>", "exec"), READY)
            answer(0)
    for child in children:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    serve()
