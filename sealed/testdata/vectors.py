"""Makes vectors.json: sealed tokens by another implementation of docs/formats.md.

pip install cryptography==48.0.0
python3 sealed/testdata/vectors.py > sealed/testdata/vectors.json

With "check" as its argument it opens the tokens of the standard input, one a
line, instead, sealed with the first vector's secret and names.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sys.path.append(str(pathlib.Path(__file__).parents[2] / "keyring/testdata"))
from derive import subkey, text, varint

PREFIX = "coat2_"


def bound(version, v):
    parts = [bytes([version]), v["cookie"].encode(), v["app"].encode(), b"session"]
    return b"".join(map(text, parts))


def body(v):
    out = bytes([1]) + varint(v["expires"]) + bytes.fromhex(v["handle"])
    out += bytes([1 if v["persistent"] else 0])
    for name in ("created", "started", "saved", "lifetime", "idle", "until"):
        out += varint(v[name])
    out += text(v["subject"].encode()) + text(b"") + text(b"")
    out += varint(len(v["values"]))
    for key, raw in v["values"]:
        out += text(key.encode()) + text(raw.encode())
    return out


def encrypt(v):
    secret, salt, nonce = (bytes.fromhex(v[name]) for name in ("secret", "salt", "nonce"))
    derived = subkey(secret, 48, b"sealed/aes-256-gcm", salt)
    payload = text(bytes.fromhex(v["id"])) + body(v)
    head = b"\x01" + subkey(secret, 4, b"key id") + salt + derived[32:]
    return head + nonce + AESGCM(derived[:32]).encrypt(nonce, payload, bound(1, v))


def sign(v):
    secret = bytes.fromhex(v["secret"])
    raw = b"\x02" + subkey(secret, 4, b"key id") + text(bytes.fromhex(v["id"])) + body(v)
    key = subkey(secret, 32, b"sealed/hmac-sha256")
    return raw + hmac.digest(key, bound(2, v) + raw, "sha256")


def decrypt(v, token):
    raw = base64.urlsafe_b64decode(token[len(PREFIX):] + "==")
    assert token.startswith(PREFIX) and raw[0] == 1
    secret = bytes.fromhex(v["secret"])
    derived = subkey(secret, 48, b"sealed/aes-256-gcm", raw[5:21])
    assert raw[1:5] == subkey(secret, 4, b"key id") and raw[21:37] == derived[32:]
    return AESGCM(derived[:32]).decrypt(raw[37:49], raw[49:], bound(1, v))


def sha(name, size):
    return hashlib.sha256(name.encode()).hexdigest()[: 2 * size]


def vectors():
    now = 1795320954000
    common = {
        "secret": sha("secret 1", 32), "cookie": "__Host-Http-session", "app": "shop",
        "salt": sha("salt", 16), "nonce": sha("nonce", 12), "id": sha("id", 16),
        "handle": sha("handle", 12), "persistent": True, "created": now - 86_400_000,
        "started": now - 3_600_000, "saved": now, "expires": now + 7_200_000,
        "lifetime": 1_209_600_000, "idle": 7_200_000, "until": 0, "subject": "alice",
        "values": [["cart", '{"tea":2}'], ["name", '"Zoë"']],
    }
    bare = {
        "app": "", "cookie": "session", "subject": "", "persistent": False, "idle": 0,
        "expires": now + 1_209_600_000, "until": now + 60_000, "values": [],
    }
    for name, changes in {"usual": {}, "bare": bare, "large": {"values": [["a", "1"], ["b" * 200, '"' + "x" * 2000 + '"']]}}.items():
        for kind, make in {"encrypted": encrypt, "signed": sign}.items():
            v = {"name": f"{name}, {kind}", "signed": kind == "signed", **common, **changes}
            if v["signed"]:
                del v["salt"], v["nonce"]
            token = base64.urlsafe_b64encode(make(v)).decode().rstrip("=")
            yield {**v, "token": PREFIX + token}


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        for line in sys.stdin:
            print(decrypt(next(vectors()), line.strip()).hex())
    else:
        print(json.dumps(list(vectors()), indent="\t", ensure_ascii=False))
