"""A Django site with users, a cart and messages. All of it is in this file and in templates."""

import os
from pathlib import Path

import django
from django.conf import settings

HERE = Path(__file__).parent

settings.configure(
    SECRET_KEY=os.environ["DJANGO_SECRET_KEY"],
    SESSION_ENGINE="django.contrib.sessions.backends." + os.environ["DJANGO_SESSION_ENGINE"],
    SESSION_FILE_PATH=str(HERE / "sessions"),  # for the engine "file"
    CACHES={"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(HERE / "cache")}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(HERE / "db.sqlite3"), "OPTIONS": {"timeout": 20}}},
    ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]"],
    USE_TZ=True,
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    LOGIN_URL="/login/",
    LOGIN_REDIRECT_URL="/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib." + app for app in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)
django.setup()

from django.contrib import admin, messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.contrib.staticfiles.views import serve
from django.core.management import call_command
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

SHOP = ["umbrella", "scarf", "hat"]


def prepare():
    """Makes the tables, the folder for sessions, and two users."""
    call_command("migrate", verbosity=0)
    (HERE / "sessions").mkdir(mode=0o700, exist_ok=True)
    users = get_user_model().objects
    users.create_user("demo", password="umbrella")
    users.create_superuser("admin", password="cloakroom")


def say(request, message):
    messages.success(request, "Django says: " + message)


def back(request, to, message):
    say(request, message)
    return redirect(to)


def index(request):
    return render(request, "index.html")


class Login(LoginView):
    template_name = "login.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        say(self.request, f"welcome, {self.request.user}.")
        return response


class ChangePassword(PasswordChangeView):
    template_name = "password.html"
    success_url = "/"

    def form_valid(self, form):
        response = super().form_valid(form)  # which keeps this session, and no other of the user
        say(self.request, "your password is changed.")
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
    path("", index),
    path("login/", Login.as_view()),
    path("password/", ChangePassword.as_view()),
    path("logout/", sign_out),
    path("cart/", cart),
    path("cart/add/", add),
    path("cart/empty/", empty),
    path("admin/", admin.site.urls),
    path("static/<path:path>", serve, {"insecure": True}),  # of the admin; "insecure" means slow
]
