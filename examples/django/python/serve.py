"""Serves the site on a free port, prints its address, and ends with its input."""

import signal
import sys
import threading

for ending in signal.SIGINT, signal.SIGTERM:  # meant for the program that started this one
    signal.signal(ending, signal.SIG_IGN)

try:
    import app
except ModuleNotFoundError as missing:
    sys.exit(f"{missing}: pip install django, or name a Python that has it with -python")

from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass  # the proxy tells of requests


app.prepare()
server = make_server("127.0.0.1", 0, WSGIHandler(), Server, Quiet)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdout = sys.stderr  # nobody reads the other one any more
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever()
