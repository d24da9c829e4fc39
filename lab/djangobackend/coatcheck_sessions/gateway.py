"""The Go program, which one pipe leads to: a line of JSON out, a line of JSON in."""

import atexit
import collections
import itertools
import json
import os
import subprocess
import threading
import weakref

PROGRAM = "COATCHECK_DJANGOBACKEND"  # names the built program; else it is built and run
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_lock = threading.Lock()
_numbers = itertools.count(1)
_gone = collections.deque()  # objects that the program may forget
_process = None


def number(store):
    """A number for this object, which the program has as long as the object lives."""
    n = next(_numbers)
    weakref.finalize(store, _gone.append, n)
    return n


def ask(question):
    """What the program answers."""
    with _lock:
        process = _start()
        gone = [_gone.popleft() for _ in range(len(_gone))]
        process.stdin.write(json.dumps({"gone": gone, **question}).encode() + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    if not answer:
        raise RuntimeError("the Go program has ended; what it said is above")
    return json.loads(answer)


def _start():
    global _process
    if _process is None:
        program = os.environ.get(PROGRAM)
        command = [program] if program else ["go", "run", "."]
        _process = subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return _process


@atexit.register
def close():
    """Ends the program and its connections, so that a test database can be dropped."""
    global _process
    with _lock:
        if _process is not None:
            _process.stdin.close()
            _process.wait()
            _process.stdout.close()
        _process = None
