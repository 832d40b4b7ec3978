"""Who gets what from every address of the admin. A route nobody has listed fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, reverse

from shop_content.admin.rights import demand
from shop_content.models import ApiKey, Event, Image, Release, RulebookVersion, Tag, Topic
from shop_content.workflow.record import thing_of
from tests.factories import (
    VIOLATING,
    make_article,
    make_due,
    make_product,
    make_ready_image,
    make_released,
    make_user,
)

pytestmark = pytest.mark.django_db

# For anonymous, staff without a group, Marketing, Compliance, superuser; first GET, then POST.
# L: sent to the login. D: denied (403). M: method refused (405).
# A: answered (an empty POST stores nothing: it shows the form or the refusal). N: not found.
LISTED = {
    # checked while Marketing types, POST only
    "LMMMM LDADA": "shop_content_article_typed shop_content_product_typed",
    # both groups
    "LNAAA LNAAA": """
        app_list
    """,
    # only superusers
    "LDDDA LDDDA": """
        auth_group_add auth_group_change auth_group_changelist auth_group_delete
        auth_group_history auth_user_add auth_user_change auth_user_changelist
        auth_user_delete auth_user_history auth_user_password_change
        shop_content_article_delete shop_content_article_delete_translation
        shop_content_author_delete shop_content_comment_delete shop_content_product_delete
        shop_content_product_delete_translation shop_content_tag_delete
        shop_content_topic_delete shop_content_apikey_add shop_content_apikey_change
        shop_content_apikey_changelist shop_content_apikey_history
    """,
    # only superusers, POST only
    "LMMMM LDDDA": """
        shop_content_apikey_revoke
    """,
    # needs to know for which field
    "LDDDD LMMMM": """
        autocomplete
    """,
    # everybody of the staff
    "LAAAA LAAAA": """
        index password_change search
    """,
    # everybody of the staff
    "LAAAA LMMMM": """
        jsi18n password_change_done
    """,
    # everybody
    "AAAAA AAAAA": """
        login
    """,
    # everybody
    "AMMMM AAAAA": """
        logout
    """,
    # written by Marketing
    "LDADA LDADA": """
        shop_content_article_add shop_content_author_add shop_content_image_add
        shop_content_product_add
        shop_content_tag_add shop_content_topic_add
    """,
    # read by both groups, written by Marketing
    "LDAAA LDADA": """
        shop_content_article_change shop_content_author_change shop_content_image_change
        shop_content_product_change
        shop_content_tag_change shop_content_topic_change
    """,
    # read by both groups; an empty POST is refused or does nothing
    "LDAAA LDAAA": """
        shop_content_article_changelist shop_content_article_history
        shop_content_author_changelist shop_content_author_history
        shop_content_checkrun_changelist shop_content_checkrun_history
        shop_content_comment_changelist shop_content_comment_history
        shop_content_decision_changelist shop_content_decision_history
        shop_content_event_changelist shop_content_event_history
        shop_content_image_changelist shop_content_image_history
        shop_content_product_changelist shop_content_product_history
        shop_content_release_changelist shop_content_release_history
        shop_content_revision_changelist shop_content_revision_history
        shop_content_schedule_changelist shop_content_schedule_history
        shop_content_rulebookversion_changelist shop_content_rulebookversion_history
        shop_content_rulebookversion_try shop_content_tag_changelist
        shop_content_tag_history shop_content_topic_changelist shop_content_topic_history
    """,
    # read by both groups, GET only
    "LDAAA LMMMM": """
        shop_content_article_panel shop_content_article_preview shop_content_image_file
        shop_content_product_panel
        shop_content_product_preview shop_content_rulebookversion_compare
        shop_content_rulebookversion_file shop_content_rulebookversion_progress
        shop_content_rulebookversion_rule shop_content_schedule_text
    """,
    # done by both groups, POST only
    "LMMMM LDAAA": """
        shop_content_article_release shop_content_article_withdraw
        shop_content_checkrun_retry shop_content_comment_decide shop_content_product_release
        shop_content_product_withdraw shop_content_release_withdraw
        shop_content_schedule_cancel shop_content_schedule_plan
    """,
    # these have no second translation, no page on the site
    "LNNNN LNNNN": """
        shop_content_author_delete_translation shop_content_tag_delete_translation
        shop_content_topic_delete_translation view_on_site
    """,
    # nobody, ever
    "LDDDD LDDDD": """
        shop_content_apikey_delete
        shop_content_checkrun_add shop_content_checkrun_delete shop_content_comment_add
        shop_content_decision_add
        shop_content_decision_delete shop_content_event_add shop_content_event_delete
        shop_content_image_delete shop_content_image_delete_translation
        shop_content_release_add shop_content_release_delete
        shop_content_revision_add
        shop_content_revision_delete shop_content_rulebookversion_delete
        shop_content_schedule_add shop_content_schedule_delete
    """,
    # read by both groups, GET only
    "LDAAA LDMMM": """
        shop_content_checkrun_change shop_content_comment_change shop_content_release_change
        shop_content_rulebookversion_change
    """,
    # done by Compliance, POST only
    "LMMMM LDDAA": """
        shop_content_checkrun_decide
    """,
    # read by both groups
    "LDAAA LDDDD": """
        shop_content_decision_change shop_content_event_change
        shop_content_revision_change shop_content_schedule_change
    """,
    # Compliance, GET only
    "LDDAA LMMMM": """
        shop_content_event_trail
    """,
    # Compliance
    "LDDAA LDDAA": """
        shop_content_rulebookversion_activate shop_content_rulebookversion_add
    """,
}
ROUTES = {name: spec for spec, names in LISTED.items() for name in names.split()}
PEOPLE = ("anonymous", "plain", "alice", "bob", "root")


def routes() -> Iterator[tuple[str, Any]]:
    """Yield the name and pattern of every address below /admin/."""

    def walk(resolver: Any) -> Iterator[tuple[str, Any]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern)
            else:
                yield pattern.name or "", pattern

    for resolver in get_resolver().url_patterns:
        if str(resolver.pattern) == "admin/":
            yield from walk(resolver)


NAMES = sorted({name for name, _ in routes() if name})


@pytest.fixture
def addresses(alice: User, bob: User, rulebook: RulebookVersion) -> dict[str, str]:
    """Return an address of an existing thing for every name."""
    live = make_released(make_article(by=alice, body=VIOLATING), by=alice, reviewer=bob)
    return {name: address_of(name, live, make_product(by=alice)) for name in NAMES}


def address_of(name: str, live: Release, product: Any) -> str:
    article = live.article
    assert article is not None
    rule = live.check_run.findings.all()[0].rule
    image = Image.objects.first() or make_ready_image(by=live.released_by)
    keys = {
        "article": article.pk,
        "product": product.pk,
        "author": article.author_id,
        "topic": Topic.objects.get_or_create(slug="t")[0].pk,
        "tag": Tag.objects.get_or_create(slug="t")[0].pk,
        "revision": live.revision_id,
        "decision": live.decision_id,
        "release": live.pk,
        "checkrun": live.check_run_id,
        "rulebookversion": live.rulebook_id,
        "comment": article.comments.create(locale="de", name="Mia", text="Schön.").pk,
        "schedule": make_due(article, by=live.released_by).pk,
        "event": Event.objects.order_by("pk")[0].pk,
        "image": image.pk,
        "user": User.objects.all()[0].pk,
        "group": Group.objects.all()[0].pk,
    }
    fields = {"hash": "0" * 64, "made_by": live.released_by}
    keys["apikey"] = ApiKey.objects.get_or_create(prefix="sc_00000000", defaults=fields)[0].pk
    special: dict[str, list[Any]] = {
        "shop_content_event_trail": [thing_of(article, "de")],
        "shop_content_schedule_text": [thing_of(article, "de")],
        "shop_content_schedule_plan": [thing_of(article, "de")],
        "shop_content_rulebookversion_rule": [live.rulebook_id, "de", rule],
        "shop_content_rulebookversion_file": [live.rulebook_id, "de.toml"],
        "view_on_site": [ContentType.objects.get_for_model(article).pk, article.pk],
        "app_list": ["shop_content"],
        "shop_content_image_file": [image.digest, 320, "webp"],
        "shop_content_article_typed": ["de"],
        "shop_content_product_typed": ["de"],
    }
    if name in special:
        return reverse(f"admin:{name}", args=special[name])
    model = name.removeprefix("shop_content_").removeprefix("auth_").split("_")[0]
    for args in ([], [keys.get(model)], [keys.get(model), "de"]):
        try:
            return reverse(f"admin:{name}", args=args)
        except Exception:  # noqa: S112
            continue
    raise LookupError(name)


def letter(answer: Any) -> str:
    location = answer.get("Location", "")
    if answer.status_code == 302 and location.startswith("/admin/login/"):
        return "L"
    if answer.status_code == 403:
        return "D"
    return {405: "M", 404: "N"}.get(answer.status_code, "A" if answer.status_code < 400 else "?")


def entered(name: str) -> Client:
    client = Client(raise_request_exception=False)
    if name != "anonymous":
        client.force_login(User.objects.get(username=name))
    return client


def test_every_route_is_listed() -> None:
    assert set(ROUTES) == set(NAMES)


def test_routes_without_a_name_only_redirect() -> None:
    unnamed = {str(pattern.pattern) for name, pattern in routes() if not name}
    assert unnamed == {"<path:object_id>/", "(?P<url>.*)$"}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_what_is_theirs(
    addresses: dict[str, str], person: str, method: str
) -> None:
    make_user("plain")
    make_user("root", is_superuser=True)
    column = PEOPLE.index(person)
    expected = {name: spec.split()[method == "post"][column] for name, spec in ROUTES.items()}
    got = {name: letter(getattr(entered(person), method)(addresses[name])) for name in NAMES}
    assert got == expected


@pytest.mark.parametrize("person", PEOPLE[1:])
def test_post_without_a_token_is_refused_everywhere(
    addresses: dict[str, str], person: str
) -> None:
    make_user("plain")
    make_user("root", is_superuser=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username=person))
    for name in NAMES:
        assert client.post(addresses[name]).status_code in (403, 404, 405), name


@pytest.mark.parametrize(("person", "status"), [("plain", 403), ("alice", 200), ("bob", 200)])
def test_tags_are_offered_to_those_who_may_see_them(
    addresses: dict[str, str], person: str, status: int
) -> None:
    make_user("plain")
    query = {"app_label": "shop_content", "model_name": "article", "field_name": "tags"}
    assert entered(person).get(addresses["autocomplete"], query).status_code == status


def test_asking_for_no_right_denies_even_a_superuser() -> None:
    request = RequestFactory().get("/")
    request.user = make_user("root", is_superuser=True)
    with pytest.raises(PermissionDenied):
        demand(request)
    demand(request, "view_release")
