"""Serves the application on a free port, prints its address, and ends with its input."""

import logging
import signal
import sys
import threading

for ending in signal.SIGINT, signal.SIGTERM:  # meant for the program that started this one
    signal.signal(ending, signal.SIG_IGN)

try:
    from app import app
except ModuleNotFoundError as missing:
    sys.exit(f"{missing}: pip install flask, or name a Python that has it with -python")

from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the proxy tells of requests
server = make_server("127.0.0.1", 0, app, threaded=True)
print(f"http://127.0.0.1:{server.port}", flush=True)
sys.stdout = sys.stderr  # nobody reads the other one any more


def end_with_input():
    sys.stdin.read()
    server.shutdown()


threading.Thread(target=end_with_input, daemon=True).start()
server.serve_forever()
