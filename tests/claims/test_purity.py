"""The engine runs anywhere: importing it loads no framework."""

import subprocess
import sys

FRAMEWORKS = ("django", "celery", "rest_framework", "parler", "simplemma")


def test_import_loads_no_framework():
    code = (
        f"import sys, shop_content.claims; print([m for m in {FRAMEWORKS!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
