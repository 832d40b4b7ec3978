import subprocess
import sys

FORBIDDEN = ("django", "celery", "rest_framework", "parler", "shop_content.claims")


def test_content_imports_no_framework_and_no_claims() -> None:
    code = "import sys, shop_content.content; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in loaded if name.startswith(FORBIDDEN)] == []
