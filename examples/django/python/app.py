"""A Django site in one file, with a user, a cart and messages.

    python app.py serve          serves on a free port, prints its address, ends with its input
    python app.py diffsettings   and the other commands of manage.py
"""

import os
import signal
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

try:
    import django
except ModuleNotFoundError as missing:
    sys.exit(f"{missing}: pip install django, or name a Python that has it with -python")
from django.conf import settings

LAYOUT = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Django and Go, one session</title><link rel="icon" href="data:,">
<nav><a href="/">Home</a> <a href="/cart/">Cart</a> <a href="/login/">Sign in</a></nav>
<p>served by <strong>Django</strong></p>
{% for m in messages %}<p role="status" class="{{ m.tags }}">{{ m }}</p>{% endfor %}
{% block main %}{% endblock %}"""
INDEX = """{% extends "layout.html" %}{% block main %}
{% if user.is_authenticated %}<h1>Signed in as {{ user.username }}</h1>
<form method="post" action="/logout/">{% csrf_token %}<button>Sign out</button></form>
{% else %}<h1>You are not signed in</h1>{% endif %}{% endblock %}"""
LOGIN = """{% extends "layout.html" %}{% block main %}<h1>Sign in</h1>
<form method="post" action="/login/">{% csrf_token %}{{ form.errors }}
<label>Name <input name="username" value="demo" required></label>
<label>Password <input name="password" type="password" required></label> <button>Sign in</button></form>
<p>The password of demo is "umbrella".</p>{% endblock %}"""
CART = """{% extends "layout.html" %}{% block main %}<h1>Your cart</h1>
<ul>{% for item, count in cart.items %}<li>{{ count }} × {{ item }}</li>{% endfor %}</ul>
<form method="post" action="/cart/add/">{% csrf_token %}{% for item in shop %}<button name="item" value="{{ item }}">Add: {{ item }}</button>{% endfor %}</form>
<form method="post" action="/cart/empty/">{% csrf_token %}<button>Empty the cart</button></form>{% endblock %}"""

settings.configure(
    SECRET_KEY=os.environ["DJANGO_SECRET_KEY"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DJANGO_DB"], "OPTIONS": {"timeout": 20}}},
    ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]"],
    USE_TZ=True,
    ROOT_URLCONF=__name__,
    LOGIN_REDIRECT_URL="/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib." + app for app in ("auth", "contenttypes", "sessions", "messages")],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.locmem.Loader", {"layout.html": LAYOUT, "index.html": INDEX, "login.html": LOGIN, "cart.html": CART})],
            "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"],
        },
    }],
)
django.setup()

from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.views import LoginView
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command, execute_from_command_line
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

SHOP = ["umbrella", "scarf", "hat"]


def back(request, to, message):
    messages.success(request, "Django says: " + message)
    return redirect(to)


def index(request):
    return render(request, "index.html")


class Login(LoginView):
    template_name = "login.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        messages.success(self.request, "Django says: welcome.")
        return response


@require_POST
def sign_out(request):
    logout(request)
    return back(request, "/", "goodbye.")


def cart(request):
    return render(request, "cart.html", {"cart": request.session.get("cart", {}), "shop": SHOP})


@require_POST
def add(request):
    item = request.POST.get("item")
    if item not in SHOP:
        return HttpResponseBadRequest("There is no such thing in the shop.")
    cart = request.session.get("cart", {})
    request.session["cart"] = {**cart, item: cart.get(item, 0) + 1}
    return back(request, "/cart/", f"one more {item} in the cart.")


@require_POST
def empty(request):
    request.session.pop("cart", None)
    return back(request, "/cart/", "the cart is empty.")


urlpatterns = [
    path("", index), path("login/", Login.as_view()), path("logout/", sign_out),
    path("cart/", cart), path("cart/add/", add), path("cart/empty/", empty),
]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass  # the proxy tells of requests


def serve():
    for ending in signal.SIGINT, signal.SIGTERM:  # meant for the program that started this one
        signal.signal(ending, signal.SIG_IGN)
    call_command("migrate", verbosity=0)
    user, new = get_user_model().objects.get_or_create(username="demo")
    if new:
        user.set_password("umbrella")
        user.save()
    server = make_server("127.0.0.1", 0, WSGIHandler(), Server, Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


if sys.argv[1:] == ["serve"]:
    serve()
else:
    execute_from_command_line(sys.argv)
