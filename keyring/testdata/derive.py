"""The derivation of docs/formats.md, with Python's standard library alone; sealed/testdata/vectors.py
uses it. Run by itself it prints the constants of known_test.go:

python3 keyring/testdata/derive.py
"""
import hmac


def secret(n):
    return bytes((i * i * 7 + i * n + n * 41 + (i >> 2) * n) % 256 for i in range(32))


def varint(n):
    out = b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def text(s):
    return varint(len(s)) + s


def expand(prk, info, size):
    out, block = b"", b""
    while len(out) < size:
        block = hmac.digest(prk, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


def subkey(secret, size, *parts):
    prk = hmac.digest(bytes(32), secret, "sha256")
    return expand(prk, b"coatcheck/v1" + b"".join(map(text, parts)), size)


if __name__ == "__main__":
    print("package keyring_test\n\n// Made by testdata/derive.py.\nconst (")
    print(f'\tknownID     = "{subkey(secret(5), 4, b"key id").hex()}"')
    print(f'\tknownSubkey = "{subkey(secret(5), 48, b"purpose", b"context", b"").hex()}"\n)')
