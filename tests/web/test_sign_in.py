"""Signing in through the city's own OpenID Connect service: a real exchange with a provider on this machine."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from builders import QUZHOU
from chengzai.web.models import Account, Grant

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(BaseHTTPRequestHandler):
    """The few addresses that a sign-in needs; `person` is who it says has signed in."""

    person = "zhangsan"

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        told = {
            "/.well-known/openid-configuration": {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/jwks": {
                "keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "k", "use": "sig"}]
            },
            "/userinfo": {"sub": f"id-{self.person}", "preferred_username": self.person},
        }
        self._answer(told.get(urlsplit(self.path).path, {}))

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        asked = parse_qs(self.rfile.read(length).decode())
        base = f"http://127.0.0.1:{self.server.server_port}"
        now = int(time.time())  # noqa: TID251 -- a token is of this moment
        claims = {
            "iss": base, "aud": "chengzai", "sub": f"id-{self.person}", "iat": now, "exp": now + 60,
            "preferred_username": self.person,
        }  # fmt: skip
        signed = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k"})
        right = asked.get("code") == ["the-code"]
        self._answer({"access_token": "t", "token_type": "Bearer", "id_token": signed} if right else {"error": "bad"})

    def _answer(self, told):
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def provider(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path))
    monkeypatch.setenv("CHENGZAI_CONTENT", str(QUZHOU))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    city = {"provider_id": "city", "name": "统一身份认证", "client_id": "chengzai", "secret": "s"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{**city, "settings": {"server_url": address}}]}}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    yield Provider
    server.shutdown()
    server.server_close()


def sign_in():
    """Go to the provider and come back, as a browser would; return the client and the last answer."""
    client = Client()
    assert "统一身份认证" in client.get("/accounts/login/").content.decode()
    away = client.post("/accounts/oidc/city/login/")
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert urlsplit(away.headers["Location"]).path == "/authorize"
    back = client.get("/accounts/oidc/city/login/callback/", {"code": "the-code", "state": asked["state"][0]})
    return client, back


def test_a_person_known_here_is_let_in_by_the_name_the_city_s_service_gives(provider):
    account = Account.objects.create(username="zhangsan", person="张三")
    Grant.objects.create(account=account, role="auditor", unit="3308")

    for _ in range(2):
        client, back = sign_in()
        assert back.headers["Location"] == "/office/home.html"
        assert client.get("/office/home.json").json()["person"] == "张三"


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_else_is_and_no_account_is_made(provider, closed):
    Account.objects.create(username="lisi" if not closed else "zhangsan", person="李四", is_active=not closed)

    client, _ = sign_in()

    assert client.get("/office/home.json").status_code == 401
    assert Account.objects.count() == 1


@pytest.mark.parametrize("spoil", [{"state": "made-up"}, {"code": "another"}])
def test_an_answer_nobody_asked_for_or_a_wrong_code_lets_nobody_in(provider, spoil):
    Account.objects.create(username="zhangsan", person="张三")
    client = Client()
    asked = parse_qs(urlsplit(client.post("/accounts/oidc/city/login/").headers["Location"]).query)
    client.get("/accounts/oidc/city/login/callback/", {"code": "the-code", "state": asked["state"][0], **spoil})

    assert client.get("/office/home.json").status_code == 401


@pytest.mark.parametrize(("issuer", "taken"), [("http://id.city.gov", False), ("https://id.city.gov", True)])
def test_the_city_s_service_is_reached_over_an_encrypted_line(issuer, taken, tmp_path):
    """The token comes straight from the service, so the line is what vouches for it (OpenID Connect Core 3.1.3.7)."""
    environment = {**os.environ, "CHENGZAI_OIDC_ISSUER": issuer, "CHENGZAI_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", "import chengzai.web.settings"], env=environment, capture_output=True)

    assert (done.returncode == 0) == taken
