"""Behind a real caching proxy, Debian's nginx: 5,000 requests with mutated headers.

Nothing of another language, no foreign host, no withdrawn text from its cache.
"""

import http.client
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.auth.models import User
from django.db import connection

from shop_content import embedded
from shop_content.front.application import Front
from shop_content.models import Event, RulebookVersion
from shop_content.workflow.draft import write_draft
from shop_content.workflow.rendering import refresh
from shop_content.workflow.withdraw import withdraw
from shop_content.wsgi import django_application
from tests.factories import NEUTRAL, make_article, make_released
from tests.front.wire import MUTATIONS, UNPACK

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(NGINX is None, reason="nginx is missing: apt-get install nginx-light"),
]
REQUESTS = 5_000
# The key is what a proxy takes that was told nothing: scheme, host of its own, path and query.
CONFIGURATION = """
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  large_client_header_buffers 4 32k;
  proxy_cache_path {folder}/cache keys_zone=shop:1m;
  server {{
    listen 127.0.0.1:{port}; server_name _;
    location / {{
      proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_cache shop; proxy_cache_methods GET HEAD; proxy_cache_lock on;
      proxy_cache_use_stale error timeout updating http_500 http_502 http_503;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


class Quiet(WSGIRequestHandler):
    """Says nothing; HTTP/1.1."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be quiet."""


@pytest.fixture
def articles(alice: User, rulebook: RulebookVersion, settings: Any) -> list[Any]:
    settings.STOREFRONT_ORIGIN = "https://shop.test"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "shop.test"]
    settings.FRONT_PUSH = False
    made = []
    for number in range(4):
        article = make_article(by=alice, slug=f"dose-{number}", title=f"Deutsch {number}")
        make_released(article, by=alice)
        fields = {"title": f"English {number}", "slug": f"tin-{number}", "body": NEUTRAL}
        write_draft(article, locale="en", fields=fields, by=alice, version=None)
        make_released(article, by=alice, locale="en")
        made.append(article)
    while refresh():
        pass
    return made


@pytest.fixture
def proxy(articles: list[Any], tmp_path: Path) -> Iterator[int]:
    """The port of nginx before a front that runs in a thread of this process."""
    front = Front(django_application)

    def application(environ: Any, start_response: Any) -> Any:
        try:
            return front(environ, start_response)
        finally:
            connection.close()

    server = make_server("127.0.0.1", 0, application, WSGIServer, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = embedded.free_port()
    configuration = tmp_path / "nginx.conf"
    text = CONFIGURATION.format(
        # else its worker is nobody, who may not write here
        user="user root;" if os.getuid() == 0 else "",
        folder=tmp_path,
        port=port,
        behind=server.server_port,
    )
    configuration.write_text(text)
    assert NGINX is not None
    nginx = subprocess.Popen([NGINX, "-c", str(configuration), "-p", str(tmp_path)])
    try:
        for _attempt in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        nginx.terminate()
        nginx.wait()
        server.shutdown()
        server.server_close()
        thread.join()


def purge(cache: Path) -> int:
    """Do what a CDN does with the tags of an event, which nginx itself cannot; return how many."""
    tags = {tag for event in Event.objects.filter(verb="withdrawn") for tag in event.data["purge"]}
    purged = 0
    for kept in [one for one in cache.rglob("*") if one.is_file()]:
        told = kept.read_bytes().partition(b"Cache-Tag: ")[2].partition(b"\r\n")[0].decode()
        if tags & set(told.split(",")):
            kept.unlink()
            purged += 1
    return purged


def test_proxy_serves_nobody_what_another_asked_for(
    articles: list[Any], proxy: int, alice: User, tmp_path: Path
) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)) as reader:
        hits, withdrawn, dropped = ask(reader, articles, alice, tmp_path / "cache")
    assert hits > REQUESTS // 4
    assert withdrawn > 0
    assert dropped < REQUESTS // 5


def ask(
    reader: http.client.HTTPConnection, articles: list[Any], alice: User, cache: Path
) -> tuple[int, int, int]:
    """Send all requests and look at every answer; return hits, 410s and connections dropped."""
    chance = random.Random(5)  # noqa: S311
    names = sorted(set(MUTATIONS) - {"connection", "content_type"})
    paths = [f"/api/v1/de/articles/dose-{n}/" for n in range(4)]
    paths += [f"/api/v1/en/articles/tin-{n}/" for n in range(4)]
    paths += ["/api/v1/de/articles/", "/api/v1/en/articles/"]
    hits = withdrawn = dropped = 0
    gone: set[str] = set()
    answered = 0
    while answered < REQUESTS:
        if answered == REQUESTS // 2 and not gone:
            for live in articles[0].releases.filter(is_live=True):
                withdraw(live, by=alice, reason="Rückruf.")
            gone = {paths[0], paths[4]}
            assert purge(cache) > 0
        path = chance.choice(paths)
        headers = {
            name.replace("_", "-"): chance.choice(MUTATIONS[name]).encode("latin-1", "replace")
            for name in chance.sample(names, chance.randrange(5))
        }
        reader.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        reader.putheader("Host", headers.pop("host", b"shop.test") or b"shop.test")
        for name, value in headers.items():
            reader.putheader(name, value)
        reader.endheaders()
        try:
            answer = reader.getresponse()
        except ConnectionError:  # nginx had ended the kept connection: not one of the 5,000
            reader.close()
            dropped += 1
            continue
        answered += 1
        body = UNPACK.get(answer.headers.get("Content-Encoding", ""), bytes)(answer.read())
        hits += answer.headers.get("X-Cache") == "HIT"
        if answer.status != 200:
            withdrawn += answer.status == 410
            continue
        assert path not in gone
        locale = path.split("/")[3]
        assert answer.headers["Content-Language"] == locale
        assert (b"Deutsch" in body, b"English" in body) == (locale == "de", locale == "en")
        assert b"evil" not in body
        if gone:
            assert b"dose-0" not in body
            assert b"tin-0" not in body
    return hits, withdrawn, dropped
