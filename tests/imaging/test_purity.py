"""Reading and writing pictures needs no Django."""

import subprocess
import sys

CODE = """
import sys
import shop_content.imaging
loaded = {name.split(".")[0] for name in sys.modules}
sys.exit(bool(loaded & {"django", "celery", "rest_framework", "parler"}))
"""


def test_pictures_load_no_framework() -> None:
    assert subprocess.run([sys.executable, "-c", CODE], check=False).returncode == 0
