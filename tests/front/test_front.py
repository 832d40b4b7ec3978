"""The front: what Django would answer, from memory, and never a moment longer than it is true."""

import itertools
import os
import random
import signal
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from shop_content.front.application import Front
from shop_content.front.channel import NAME, Channel
from shop_content.models import Article, ArticleProduct, Release, RulebookVersion
from shop_content.queries import serving
from shop_content.workflow.rendering import refresh
from shop_content.workflow.withdraw import withdraw
from shop_content.wsgi import django_application
from tests.factories import make_article, make_product, make_released
from tests.front.wire import MUTATIONS, UNPACK

pytestmark = pytest.mark.django_db(transaction=True)
DOSE = "/api/v1/de/articles/dose/"
PATHS = [
    "/api/v1/de/articles/",
    "/api/v1/de/articles/?limit=1&product=MG-1",
    "/api/v1/de/articles/?q=dose&fields=slug,highlight&include=toc",
    "/api/v1/de/articles/dose/?fields=toc,title",
    DOSE,
    "/api/v1/en/articles/dose/?fallback=chain",
    "/api/v1/de/products/",
    "/api/v1/de/products/komplex/",
    "/api/v1/de/products/MG-1/",
    "/api/v1/locales/",
]


class Answer:
    """What a WSGI application answered."""

    def __init__(
        self, application: Any, path: str, *, method: str = "GET", **headers: str
    ) -> None:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "HTTP_HOST": "testserver"}
        setup_testing_defaults(environ)
        environ["PATH_INFO"], _mark, environ["QUERY_STRING"] = path.partition("?")
        environ["wsgi.input"] = BytesIO()
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        self.body = b"".join(application(environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], *rest: Any) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = dict(headers)
        assert len(self.headers) == len(headers)

    @property
    def text(self) -> bytes:
        """The body, unpacked."""
        return UNPACK[self.headers.get("Content-Encoding", "")](self.body)


class Alone:
    """Stands where Django is and counts how often it was needed."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.calls += 1
        return django_application(environ, start_response)


@pytest.fixture
def article(alice: User, bob: User, rulebook: RulebookVersion) -> Article:
    product = make_product(by=alice, sku="MG-1", slug="komplex", title="Komplex")
    make_released(product, by=alice, reviewer=bob)
    made = make_article(by=alice, slug="dose")
    ArticleProduct.objects.create(article=made, product=product)
    make_released(made, by=alice, reviewer=bob)
    while refresh():
        pass
    return made


@pytest.fixture
def front(settings: Any) -> Front:
    """A front that asks at every request."""
    settings.FRONT_PUSH = False
    return Front(Alone())


@pytest.fixture
def pushed(settings: Any, retrying: Any) -> Iterator[Front]:
    """A front with an open channel."""
    settings.FRONT_PUSH = True
    made = Front(Alone())
    assert isinstance(made.channel, Channel)
    assert retrying(lambda: made.channel.generation() is not None, 10)
    yield made
    made.channel.stop()


def end(article: Article, alice: User) -> None:
    withdraw(article.releases.get(is_live=True), by=alice, reason="Rückruf.")


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
@pytest.mark.parametrize("path", PATHS)
def test_front_answers_what_django_answers(
    article: Article, front: Front, path: str, coding: str
) -> None:
    for method, known in itertools.product(("GET", "HEAD"), ("", "*", '"other"', "etag")):
        asked: dict[str, str] = {"method": method, "accept_encoding": coding}
        if known:
            etag = f'"x", W/{Answer(front, path).headers["ETag"]}'
            asked["if_none_match"] = etag if known == "etag" else known
        theirs = Answer(django_application, path, **asked)
        if theirs.status == 304:
            del theirs.headers["Content-Length"]  # Django's middleware counts no body as well
        body = b"" if method == "HEAD" else theirs.body  # else the server's to leave out
        for _first_and_kept in range(2):
            ours = Answer(front, path, **asked)
            assert (ours.status, ours.body) == (theirs.status, body)
            assert ours.headers == theirs.headers
    assert front.django.calls == 0


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/v1/de/articles/nie/", "GET"),
        ("/api/v1/en/articles/dose/", "GET"),
        ("/api/v1/DE/articles/dose/", "GET"),
        ("/api/v1/de/articles/dose/?fallback=perhaps", "GET"),
        ("/api/v1/de/articles/?limit=0", "GET"),
        ("/api/v1/de/articles/?topic=%00", "GET"),
        ("/api/v1/de/articles/?fields=nie", "GET"),
        ("/api/v1/de/articles/dose/?fields=nie", "GET"),
        ("/api/v1/de/articles/a\x00b/", "GET"),
        ("/api/v1/de/articles/\xff/", "GET"),
        ("/api/v1/de/articles/dose", "GET"),
        (DOSE, "POST"),
        (DOSE, "OPTIONS"),
        ("/healthz", "GET"),
    ],
)
def test_everything_else_is_for_django(
    article: Article, front: Front, path: str, method: str
) -> None:
    ours = Answer(front, path, method=method)
    theirs = Answer(django_application, path, method=method)
    assert (ours.status, ours.body) == (theirs.status, theirs.body)
    assert front.django.calls == 1
    assert len(front.memory) == 0


def test_kept_answer_costs_one_question(
    article: Article, front: Front, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        Answer(front, DOSE)
    with django_assert_num_queries(1):
        Answer(front, DOSE)


def test_pushed_generation_costs_nothing(
    article: Article, pushed: Front, django_assert_num_queries: Any
) -> None:
    Answer(pushed, DOSE)
    assert pushed.channel is not None
    if pushed.channel.generation() is not None:  # else this machine stood still just now
        with django_assert_num_queries(0):
            assert Answer(pushed, DOSE).status == 200


def test_withdrawn_text_is_not_served_again(article: Article, front: Front, alice: User) -> None:
    etag = Answer(front, DOSE).headers["ETag"]
    end(article, alice)
    for known in ("", etag, "*"):
        assert Answer(front, DOSE, if_none_match=known).status == 410
    assert b"dose" not in Answer(front, "/api/v1/de/articles/").body
    linked = Answer(front, "/api/v1/de/products/komplex/")
    assert b"dose" not in linked.body


def test_withdrawal_is_pushed(article: Article, pushed: Front, alice: User, retrying: Any) -> None:
    assert Answer(pushed, DOSE).status == 200
    end(article, alice)
    assert retrying(lambda: Answer(pushed, DOSE).status == 410, 5)
    assert Answer(pushed, DOSE).status == 410


def listener() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = %s",
            [NAME],
        )
        return int(cursor.fetchone()[0])


def test_silent_channel_is_not_believed(
    article: Article, pushed: Front, alice: User, retrying: Any
) -> None:
    """Connected, but nothing comes any more: no error tells, only the missing proof does."""
    assert pushed.channel is not None
    assert Answer(pushed, DOSE).status == 200
    pid = listener()
    os.kill(pid, signal.SIGSTOP)
    try:
        assert retrying(lambda: pushed.channel.generation() is None, 5)
        end(article, alice)
        assert Answer(pushed, DOSE).status == 410
    finally:
        os.kill(pid, signal.SIGCONT)
    assert retrying(lambda: pushed.channel.generation() is not None, 5)


def test_believing_a_silent_channel_would_serve_what_is_withdrawn(
    article: Article, pushed: Front, alice: User, monkeypatch: pytest.MonkeyPatch, retrying: Any
) -> None:
    """The twin: without an end to the proof."""
    Answer(pushed, DOSE)
    pid = listener()
    os.kill(pid, signal.SIGSTOP)
    try:
        monkeypatch.setattr("shop_content.front.channel.PROOF_SECONDS", 3600)
        end(article, alice)
        assert Answer(pushed, DOSE).status == 200
    finally:
        os.kill(pid, signal.SIGCONT)


def test_cut_channel_is_opened_again_and_nothing_kept_survives(
    article: Article, pushed: Front, alice: User, retrying: Any
) -> None:
    assert pushed.channel is not None
    Answer(pushed, DOSE)
    assert len(pushed.memory) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [listener()])
    assert retrying(lambda: len(pushed.memory) == 0, 5)
    assert retrying(lambda: pushed.channel.generation() is not None, 5)
    end(article, alice)
    assert retrying(lambda: Answer(pushed, DOSE).status == 410, 5)


class Slow(Front):
    """Something happens between finding an answer and keeping it."""

    def __init__(self, happens: Callable[[], Any]) -> None:
        super().__init__(Alone())
        self.happens = happens

    def find(self, asked: Any, coding: Any) -> Any:
        found = super().find(asked, coding)
        if found:
            self.happens()
        return found


class Careless(Slow):
    """The twin: keeps an answer under the generation of afterwards."""

    def _ready(self, asked: Any, coding: Any) -> Any:
        ready = super()._ready(asked, coding)
        if ready:
            self.memory.put((asked, coding), serving.generation(), ready)
        return ready


@pytest.mark.parametrize(("kind", "status"), [(Slow, 410), (Careless, 200)])
def test_answer_found_before_a_withdrawal_is_not_kept_after_it(
    article: Article, alice: User, settings: Any, kind: type[Slow], status: int
) -> None:
    settings.FRONT_PUSH = False
    front = kind(lambda: end(article, alice))
    assert Answer(front, DOSE).status == 200  # it was, when it was asked for
    assert Answer(front, DOSE).status == status


def test_memory_is_bounded_and_forgets_the_oldest(
    article: Article, alice: User, settings: Any
) -> None:
    settings.FRONT_PUSH = False
    front = Front(Alone())
    front.memory.limit = 60_000
    Answer(front, DOSE)
    for limit in range(1, 101):
        Answer(front, f"/api/v1/de/articles/?limit={limit}")
        if limit % 5 == 0:
            Answer(front, DOSE)
        assert front.memory.size <= 60_000
    assert 5 < len(front.memory) < 40
    assert front.memory.get((front._remembered(DOSE, ""), "body"), serving.generation())
    front.memory.limit = 8
    front.memory.clear()
    assert Answer(front, DOSE).status == 200
    assert (len(front.memory), front.memory.size) == (0, 0)


def test_endless_variety_is_not_kept(article: Article, front: Front) -> None:
    cursors = ["MQ", "OTk5", "OTk4"]
    queries = [f"cursor={one}" for one in cursors]
    queries += ["topic=nie", "tag=nie", "updated_since=2020-01-01T00:00:00Z"]
    queries += ["ids=00000000-0000-0000-0000-000000000000", "author=9"]
    queries += [
        "q=dose",
        "q=dose&fields=slug",
        "fields=slug",
        "include=toc",
        "include=toc&limit=1",
    ]
    for query in queries:
        assert Answer(front, f"/api/v1/de/articles/?{query}").status == 200
    assert Answer(front, "/api/v1/de/products/?skus=MG-1,MG-2").status == 200
    assert Answer(front, f"{DOSE}?fields=title").status == 200
    assert len(front.memory) == 0
    for number in range(50):
        Answer(front, f"{DOSE}?utm_source={number}&fallback=strict&x{number}")
    assert len(front.memory) == 1


def test_no_header_changes_what_others_get(article: Article, front: Front) -> None:
    chance = random.Random(4)  # noqa: S311
    right = {path: Answer(front, path) for path in PATHS}
    names = sorted(MUTATIONS)
    for _time in range(400):
        path = chance.choice(PATHS)
        headers = {
            name: chance.choice(MUTATIONS[name])
            for name in chance.sample(names, chance.randrange(1, 6))
        }
        mutated = Answer(front, path, **headers)
        ours = headers.get("host", "testserver").lower() in ("testserver", "testserver:99")
        assert mutated.status == (200 if ours else 400), headers
        if ours:
            assert mutated.text == right[path].body, headers
        again = Answer(front, path)
        assert (again.body, again.headers) == (right[path].body, right[path].headers)


def test_plain_http_is_for_django_where_https_is_wanted(article: Article, settings: Any) -> None:
    settings.FRONT_PUSH = False
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 100
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    front = Front(Alone())
    for proto, calls in (("", 1), ("http", 2), ("http, https", 3)):
        Answer(front, DOSE, x_forwarded_proto=proto)
        assert front.django.calls == calls
    answer = Answer(front, DOSE, x_forwarded_proto="https")
    assert front.django.calls == 3
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=100"


def test_connection_cut_between_requests_is_made_again(article: Article, front: Front) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [own])
    other.close()
    assert Answer(front, DOSE).status == 200


def test_without_a_database_nobody_can_say_what_is_live(
    article: Article, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    Answer(front, DOSE)
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", "1")
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        answer = Answer(front, DOSE)
    assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
    assert Answer(front, DOSE).status == 200


def test_every_thread_of_every_front_agrees(
    article: Article, front: Front, settings: Any, alice: User
) -> None:
    fronts = [front, Front(Alone()), Front(Alone())]
    assert {Answer(one, DOSE).body for one in fronts} == {Client().get(DOSE).content}
    make_released(make_article(by=alice, slug="neu"), by=alice)
    bodies = {Answer(one, "/api/v1/de/articles/").body for one in fronts}
    assert len(bodies) == 1
    assert b'"slug":"neu"' in bodies.pop()
    assert Release.objects.live().count() == 3
