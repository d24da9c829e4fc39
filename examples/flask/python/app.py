"""The login application of Flask's documentation, with a cart and messages."""

from datetime import datetime, timezone

from flask import Flask, abort, flash, redirect, render_template, request, session, url_for

app = Flask(__name__)
app.config.from_prefixed_env()  # FLASK_SECRET_KEY and so on, as in settings.go

SHOP = ["umbrella", "scarf", "hat"]


def back(to, message):
    flash("Flask says: " + message, "success")
    return redirect(url_for(to), 303)


@app.get("/")
def index():
    return render_template("index.html")


@app.get("/login")
def login_form():
    return render_template("login.html")


@app.post("/login")
def login():
    name = request.form.get("username", "").strip()
    if not 1 <= len(name) <= 40:
        abort(400)
    if session.get("username", name) != name:
        session.clear()  # it was somebody else's
    session["username"] = name
    session["since"] = datetime.now(timezone.utc)
    return back("index", f"welcome, {name}.")


@app.post("/logout")
def logout():
    session.clear()
    return back("index", "goodbye.")


@app.get("/cart")
def cart():
    return render_template("cart.html", shop=SHOP)


@app.post("/cart/add")
def add_to_cart():
    item = request.form.get("item")
    if item not in SHOP:
        abort(400)
    lines = session.setdefault("cart", {"lines": []})["lines"]
    line = next((l for l in lines if l["item"] == item), None)
    if line is None:
        lines.append({"item": item, "count": 1})
    else:
        line["count"] += 1
    session.modified = True  # Flask doesn't notice a change inside of a value
    return back("cart", f"one more {item} in the cart.")


@app.post("/cart/empty")
def empty_cart():
    session.pop("cart", None)
    return back("cart", "the cart is empty.")
