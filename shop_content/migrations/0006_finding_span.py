"""A span of a finding has both ends or none: a missing end slipped through as NULL."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop_content", "0005_groups_get_rights"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="finding",
            name="finding_span_is_whole",
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end__isnull", True), ("start__isnull", True)),
                    models.Q(
                        ("end__gt", models.F("start")),
                        ("end__isnull", False),
                        ("start__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finding_span_is_whole",
            ),
        ),
    ]
