"""Runs the real Django: a line of JSON in, a line of JSON out. The argument is the
path of the SQLite database."""

import json
import math
import random
import struct
import sys
import warnings
from datetime import datetime, timedelta, timezone
from importlib import import_module

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


# Random sessions.


def store(q, key=None):
    return import_module(q["config"]["SESSION_ENGINE"]).SessionStore(key)


def text(r):
    ranges = [(32, 127), (0, 32), (127, 256), (0x400, 0x500), (0xE000, 0x10000), (0x10000, 0x110000)]
    low, high = r.choice(ranges)
    return "".join(chr(r.randrange(low, high)) for _ in range(r.choice([0, 1, 3, 20])))


def real(r):
    pick = [float(r.randrange(-1000, 1000)), 10.0 ** r.randrange(-30, 30)]
    pick.append(struct.unpack("<d", r.randbytes(8))[0])
    pick.append(r.choice([math.nan, math.inf, -math.inf, -0.0]))
    return r.choice(pick)


scalars = [
    text,
    real,
    lambda r: None,
    lambda r: r.random() < 0.5,
    lambda r: r.getrandbits(r.choice([1, 8, 31, 53, 64, 100, 300])) * r.choice([1, -1]),
]


def value(r, depth):
    if depth > 0 and r.random() < 0.5:
        return r.choice([listing, mapping])(r, depth - 1)
    return r.choice(scalars)(r)


def listing(r, depth):
    return [value(r, depth) for _ in range(r.randrange(5))]


def mapping(r, depth):
    return {text(r): value(r, depth) for _ in range(r.randrange(5))}


def random_expiry(r):
    at = datetime.now(timezone.utc) + timedelta(seconds=r.randrange(60, 10**7), microseconds=r.randrange(10**6))
    plain = [None, 0, r.randrange(1, 10**7)]
    if django.VERSION >= (4, 1):
        plain += [at, timedelta(days=r.randrange(1, 300))]  # before, JSON had no times
    return r.choice(plain)


def fill(r, s):
    for key, v in mapping(r, 3).items():
        s[key] = v
    if r.random() < 0.2:
        s["long"] = "".join(r.choices("0123456789abcdef", k=2000))
    if r.random() < 0.5:
        s.set_expiry(random_expiry(r))
    if r.random() < 0.2:
        s["_messages"] = json.dumps([["__json_message", 0, 20, text(r)], ["__json_message", 1, 99, text(r), text(r)]])
    if r.random() < 0.1:
        s["_flashes"] = value(r, 2)
    if r.random() < 0.2:
        s["_auth_user_id"] = "1"
        s["_auth_user_backend"] = "somewhere.else"


def random_session(q):
    r = random.Random(q["seed"])
    with override_settings(**q["config"]):
        s = store(q)
        fill(r, s)
        s.save()
        return {"key": s.session_key}


def exists(q):
    with override_settings(**q["config"]):
        return {"key": q["key"] if store(q).exists(q["key"]) else ""}


def same(a, b, order=True):
    """Go's maps have no order, so a dict that was set there may have another one."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y, order) for x, y in zip(a, b))
    if isinstance(a, dict):
        keys = list(a) == list(b) if order else set(a) == set(b)
        return keys and all(same(a[k], b[k], order) for k in a)
    if isinstance(a, float):
        return struct.pack("<d", a) == struct.pack("<d", b) or a != a and b != b
    return a == b


remembered = {}


def remember(q):
    """Keeps what a session holds until it is compared."""
    with override_settings(**q["config"]):
        remembered["session"] = dict(store(q, q["key"]).items())
    return {}


def compare(q):
    """Says how a session differs from what was remembered, without the mark."""
    with override_settings(**q["config"]):
        b = dict(store(q, q["key"]).items())
    if q.get("mark") and b.pop(q["mark"], None) != 1:
        return {"error": f"the mark is missing in {b!r}"}
    a = remembered["session"]
    alike = list(a) == list(b) and same(a, b, q["order"])
    return {"error": "" if alike else f"{a!r} became {b!r}"}


def again(q):
    """Loads a session and saves it as another one."""
    with override_settings(**q["config"]):
        s = store(q)
        s.update(dict(store(q, q["key"]).items()))
        s.save()
        return {"key": s.session_key}


def expiry(q):
    """What Django says of a session's end; with a form, after it has set one."""
    with override_settings(**q["config"]):
        s = store(q, q["key"])
        if "form" in q:
            kind, amount = q["form"]
            s.set_expiry(amount if kind == "plain" else datetime.now(timezone.utc) + timedelta(seconds=amount))
            s.save()
        return {"key": s.session_key, "age": s.get_expiry_age(), "browser": s.get_expire_at_browser_close()}


ops = {
    "request": request,
    "user": make_user,
    "random": random_session,
    "exists": exists,
    "remember": remember,
    "compare": compare,
    "again": again,
    "expiry": expiry,
    "versions": lambda q: {"django": django.get_version()},
}

for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
