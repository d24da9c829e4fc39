# Makes and verifies tokens with PyJWT, as a service would: one question as a line of
# JSON on standard input, one answer on standard output.
import json
import sys

import jwt

question = json.load(sys.stdin)


def verifying_key(token):
    if question.get("secret"):
        return bytes.fromhex(question["secret"])
    return jwt.PyJWKClient(question["jwks"]).get_signing_key_from_jwt(token).key


def verify():
    token = question["token"].partition("~")[0]
    try:
        if jwt.get_unverified_header(token)["typ"] != "coatcheck+jwt":
            return {"error": "typ"}
        claims = jwt.decode(
            token,
            verifying_key(token),
            algorithms=[question["alg"]],
            issuer=question["issuer"],
            audience=question["audience"],
            options={"require": ["exp", "iat", "nbf", "iss", "aud"]},
        )
    except jwt.PyJWTError as e:
        return {"error": type(e).__name__}
    return {"claims": claims}


def sign():
    key = bytes.fromhex(question["secret"]) if question.get("secret") else question["pem"]
    headers = {"kid": question["kid"], "typ": "coatcheck+jwt"}
    return {"token": jwt.encode(question["claims"], key, algorithm=question["alg"], headers=headers)}


json.dump({"verify": verify, "sign": sign}[question["do"]](), sys.stdout)
