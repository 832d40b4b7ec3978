"""The guide "Build your blog page" does what it says: its commands run, its code is the code."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from shop_content.models import RulebookVersion
from tests.factories import make_article, make_released

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "build-your-blog-page.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
CURL = [text for kind, text in CODE if kind == "sh" and text.startswith("curl ")]
SLUG = "was-ueber-magnesium-gesagt-werden-darf"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing")
@pytest.mark.django_db(transaction=True)
def test_commands_answer(live_server: Any, alice: User, rulebook: RulebookVersion) -> None:
    body = "<h2>Das Glas</h2><p>Die Dose ist aus Glas.</p>"
    make_released(make_article(by=alice, slug=SLUG, body=body), by=alice)
    assert len(CURL) == 6
    for command in CURL:
        ours = command.replace("http://127.0.0.1:8000", live_server.url)
        done = subprocess.run(["sh", "-c", ours], capture_output=True, text=True, check=True)
        if " -D - " in command:
            assert " 200 " in done.stdout
            assert "cache-tag: article:" in done.stdout.lower()
            continue
        document = json.loads(done.stdout)
        assert document.get("code") is None, command
        wanted = {"resolve": "canonical", "comments": "status", f"{SLUG}/": "blocks"}
        key = next((key for place, key in wanted.items() if place in command), "items")
        assert document.get(key) or document.get("status") == "waiting", command


def test_every_demo_address_of_the_guide_is_one() -> None:
    demo = "".join(path.read_text() for path in (ROOT / "fixtures" / "demo").glob("*.toml"))
    assert f'slug = "{SLUG}"' in demo


def test_code_is_the_code_of_the_client() -> None:
    source = "".join(
        path.read_text() for path in (ROOT / "clients/typescript/src").glob("[!s]*.ts")
    )
    shown = [text for kind, text in CODE if kind == "ts"]
    assert len(shown) == 3
    for text in shown:
        assert text in source, text
