"""Both groups may have failed checks run again; Compliance reads the audit of a text."""

from typing import Any, ClassVar

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN = {"Marketing": ["retry_check"], "Compliance": ["retry_check", "audit_text"]}


def give(apps: Apps, schema_editor: Any) -> None:
    """Add the rights to the groups that exist."""
    config: Any = apps.get_app_config("shop_content")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="shop_content"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GIVEN):
        for codename in GIVEN[group.name]:
            group.permissions.add(rights.get(codename=codename))


def take(apps: Apps, schema_editor: Any) -> None:
    """Take them from the groups again."""
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="shop_content"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GIVEN):
        group.permissions.remove(*rights.filter(codename__in=GIVEN[group.name]))


class Migration(migrations.Migration):
    """Who may do what, continued."""

    dependencies: ClassVar = [("shop_content", "0004_rights")]

    operations: ClassVar = [migrations.RunPython(give, take)]
