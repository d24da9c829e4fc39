"""Runs the real Django: a line of JSON in, a line of JSON out. The argument is the
path of the SQLite database."""

import json
import sys
import warnings

import django
from django.conf import settings

KEY = "a key of some length"

settings.configure(
    SECRET_KEY=KEY,
    SECRET_KEY_FALLBACKS=[],
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1], "OPTIONS": {"timeout": 20}}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    ROOT_URLCONF=__name__,
    LOGIN_REDIRECT_URL="/whoami/",
    LOGGING_CONFIG=None,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"registration/login.html": "{% csrf_token %}{{ form.errors }}"})
                ],
                "context_processors": ["django.template.context_processors.request"],
            },
        }
    ],
)
warnings.simplefilter("ignore")
django.setup()

import logging

logging.disable(logging.CRITICAL)

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import LoginView, LogoutView
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import path
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt

call_command("migrate", verbosity=0, interactive=False)

# Views.

steps = {
    "set": lambda s, key, value: s.__setitem__(key, value),
    "get": lambda s, key: s.get(key),
    "has": lambda s, key: key in s,
    "delete": lambda s, key: s.pop(key, None) and None,
    "clear": lambda s: s.clear(),
    "flush": lambda s: s.flush(),
    "cycle": lambda s: s.cycle_key(),
    "expiry": lambda s, value: s.set_expiry(value),
    "end": lambda s: type(s)(s.session_key).delete(),
    "test cookie": lambda s: s.set_test_cookie(),
    "worked": lambda s: s.test_cookie_worked(),
}
asked = []


@csrf_exempt
def view(request):
    answers, status, vary = [], 200, None
    for name, *args in asked:
        if name == "status":
            status = args[0]
        elif name == "vary":
            vary = args[0]
        else:
            answers.append(steps[name](request.session, *args))
    response = HttpResponse(json.dumps(answers), status=status)
    if vary:
        response["Vary"] = vary
    return response


def whoami(request):
    return JsonResponse({"user": request.user.get_username(), "id": request.user.pk})


def add_message(request):
    for level, text, safe, tags in asked:
        messages.add_message(request, level, mark_safe(text) if safe else text, extra_tags=tags)
    return HttpResponse()


def show_messages(request):
    shown = [[m.level, str(m), isinstance(m.message, SafeString), m.tags] for m in messages.get_messages(request)]
    return JsonResponse(shown, safe=False)


def form(request):
    return HttpResponse(get_token(request) if request.method == "GET" else "accepted")


urlpatterns = [
    path("", view),
    path("whoami/", whoami),
    path("login/", LoginView.as_view()),
    path("logout/", LogoutView.as_view(next_page="/whoami/")),
    path("add/", add_message),
    path("show/", show_messages),
    path("form/", form),
]


def request(q):
    """A request to the whole site."""
    asked[:] = q.get("steps") or []
    factory = RequestFactory()
    with override_settings(**q.get("config") or {}):
        extra = {"HTTP_COOKIE": q.get("cookie") or "", **(q.get("headers") or {})}
        if q.get("form") is not None:
            r = factory.post(q["path"], q["form"], **extra)
        else:
            r = factory.get(q["path"], **extra)
        status = []
        response = WSGIHandler()(r.environ, lambda s, h: status.append(s))
        body = b"".join(response).decode()
        response.close()
    return {
        "status": response.status_code,
        "vary": response.headers.get("Vary", ""),
        "cookies": [c.OutputString() for c in response.cookies.values()],
        "body": body,
    }


def make_user(q):
    user, _ = get_user_model().objects.get_or_create(username=q["name"])
    user.set_password(q["password"])
    user.is_active = q.get("active", True)
    user.save()
    return {"id": str(user.pk), "password": user.password}


ops = {
    "request": request,
    "user": make_user,
    "versions": lambda q: {"django": django.get_version()},
}

for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
