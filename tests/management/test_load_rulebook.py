"""manage.py load_rulebook tells how far the re-check is when asked to wait."""

import threading
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from shop_content.models import CheckRun, RulebookVersion
from shop_content.models.states import CheckState
from shop_content.workflow.check import check
from tests.factories import make_article, make_released

RULE = """
[[rules]]
id = "de.test.glass"
category = "DIS_TREAT"
phrases = ["Glas"]
carrier = "none"
must_hit = ["Die Dose ist aus Glas."]
must_not_hit = ["Die Lieferung dauert zwei Tage."]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Path(copytree(settings.FIXTURES_ROOT, tmp_path / "fixtures"))
    german = made / "rulebook" / "de.toml"
    german.write_text(german.read_text("utf-8") + RULE, "utf-8")
    return made


@pytest.mark.django_db
def test_full_activation_queues_everything(
    alice: User, rulebook: RulebookVersion, folder: Path
) -> None:
    wood = "<p>Die Kiste ist aus Holz.</p>"
    make_released(make_article(by=alice, body=wood, title="Kiste", teaser=""), by=alice)
    call_command("load_rulebook", folder=folder, activate=True, full=True, stdout=StringIO())
    newest = CheckRun.objects.latest("pk")
    assert (newest.state, newest.carried_from) == (CheckState.QUEUED, None)


@pytest.mark.django_db(transaction=True)
def test_wait_prints_progress_until_all_is_judged(
    alice: User, rulebook: RulebookVersion, folder: Path
) -> None:
    make_released(make_article(by=alice), by=alice)
    out, told = StringIO(), threading.Event()

    def work() -> None:
        try:
            told.wait(60)
            check(CheckRun.objects.get(state=CheckState.QUEUED).pk)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()

    class Out(StringIO):
        def write(self, text: str) -> int:
            out.write(text)
            if "of 1 judged" in text:
                told.set()
            return len(text)

    call_command("load_rulebook", folder=folder, activate=True, wait=True, stdout=Out())
    worker.join()
    lines = out.getvalue().splitlines()
    ends = "withdrawn, 0 live to decide, 0 failed"
    assert lines[1] == f"0 of 1 judged, 0 carried over, 0 blocked, 0 {ends}"
    assert lines[-1] == f"1 of 1 judged, 0 carried over, 1 blocked, 1 {ends}"
