"""A Django site beside the demo of Coatcheck. The first line of its input says how it is set; the
answer is its address. It ends with its input."""

import json
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

asked = json.loads(sys.stdin.readline())

settings.configure(
    SECRET_KEY=asked["secret_key"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": asked["database"], "OPTIONS": {"timeout": 20}}},
    CACHES={"default": {"BACKEND": "django.core.cache.backends." + asked["cache"], "LOCATION": asked["location"]}},
    SESSION_ENGINE="django.contrib.sessions.backends." + asked["engine"],
    SESSION_FILE_PATH=asked["folder"],
    ALLOWED_HOSTS=["127.0.0.1"],
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
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
            "form.html": '<form method="post">{% csrf_token %}{{ form.errors }}</form>',
        })]},
    }],
)
django.setup()

from django.contrib import messages
from django.contrib.auth import get_user_model, logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import path


def state(request):
    return JsonResponse({
        "django": django.get_version(),
        "user": request.user.username,
        "username": request.session.get("username", ""),
        "cart": request.session.get("cart"),
        "messages": [str(m) for m in messages.get_messages(request)],
    })


def named_login(request):
    """Signs in by a name in the session, as sites do that don't use contrib.auth."""
    if request.method == "GET":
        return render(request, "form.html")
    request.session.cycle_key()
    request.session["username"] = request.POST["username"]
    return redirect("/")


def sign_out(request):
    if request.method == "GET":
        return render(request, "form.html")
    logout(request)
    messages.success(request, "Django says: goodbye.")
    return redirect("/")


def password(request):
    """Changes the password; with "stay" this session stays signed in."""
    if request.method == "GET":
        return render(request, "form.html")
    request.user.set_password(request.POST["password"])
    request.user.save()
    if "stay" in request.POST:
        update_session_auth_hash(request, request.user)
    return redirect("/")


urlpatterns = [
    path("", state),
    path("login", LoginView.as_view(template_name="form.html")),
    path("named-login", named_login),
    path("logout", sign_out),
    path("password", password),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


call_command("migrate", verbosity=0)
get_user_model().objects.create_user(username="alice", password="wonderland")
server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever()
