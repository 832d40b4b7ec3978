"""Two rights of their own: to have failed checks run again, to read the audit of a text."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Declare `retry_check` and `audit_text`."""

    dependencies: ClassVar = [("shop_content", "0003_groups")]

    operations: ClassVar = [
        migrations.AlterModelOptions(
            name="checkrun",
            options={
                "permissions": [("retry_check", "Can have failed checks run again")],
                "verbose_name": "check run",
                "verbose_name_plural": "check runs",
            },
        ),
        migrations.AlterModelOptions(
            name="event",
            options={
                "permissions": [("audit_text", "Can read the audit trail of a text")],
                "verbose_name": "event",
                "verbose_name_plural": "events",
            },
        ),
    ]
