"""Both groups read and moderate comments; what is blocked stays with those who decide on texts."""

from typing import Any, ClassVar

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = ["view_comment", "moderate_comment"]
GROUPS = ["Marketing", "Compliance"]


def give(apps: Apps, schema_editor: Any) -> None:
    """Add the rights to the groups that exist."""
    config: Any = apps.get_app_config("shop_content")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="shop_content", codename__in=RIGHTS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*rights)


def take(apps: Apps, schema_editor: Any) -> None:
    """Take them from the groups again."""
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="shop_content", codename__in=RIGHTS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    """Who may moderate."""

    dependencies: ClassVar = [("shop_content", "0007_comments")]

    operations: ClassVar = [migrations.RunPython(give, take)]
