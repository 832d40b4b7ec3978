"""The rules of access load no framework: they stand in the way of every request."""

import subprocess
import sys


def test_access_loads_neither_django_nor_celery() -> None:
    code = (
        "import sys, shop_content.access.clients, shop_content.access.keys, "
        "shop_content.access.limiter, shop_content.access.origins; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'django', 'celery', 'rest_framework'}))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
