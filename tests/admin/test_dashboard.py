"""The start page says what waits, for whom."""

import pytest
from django.contrib.auth.models import User

from shop_content.models import RulebookVersion
from tests.admin.test_desks import enter
from tests.factories import VIOLATING, make_article, make_checked, make_released, make_user

pytestmark = pytest.mark.django_db


def test_start_page_says_what_is_next(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    make_released(make_article(by=alice, title="Veröffentlicht"), by=alice)
    make_checked(make_article(by=alice, title="Sauber"), by=alice)
    make_checked(make_article(by=alice, title="Strittig", body=VIOLATING), by=alice)
    answer = enter(alice).get("/admin/")
    assert "Sauber" in answer.content.decode()
    shown = answer.context
    assert [(one.revision.title, one.word) for one in shown["waiting"]] == [
        ("Sauber", "clean"),
        ("Strittig", "in_review"),
    ]
    assert [number for _, number, _ in enter(bob).get("/admin/").context["tiles"]] == [1, 0, 1]


def test_start_page_shows_a_guest_nothing(alice: User, rulebook: RulebookVersion) -> None:
    make_checked(make_article(by=alice, title="Sauber"), by=alice)
    answer = enter(make_user("guest")).get("/admin/")
    assert (answer.context["waiting"], answer.context["tiles"]) == ([], [])
    assert "Sauber" not in answer.content.decode()


def test_side_bar_leads_where_one_may_go(alice: User, bob: User) -> None:
    marketing = enter(alice).get("/admin/").content.decode()
    compliance = enter(bob).get("/admin/").content.decode()
    assert "/admin/shop_content/article/" in marketing
    assert "/admin/auth/user/" not in marketing + compliance
    assert "/admin/shop_content/rulebookversion/" in compliance
