"""Both groups see what is planned; who may plan it are those who may do it."""

from typing import Any, ClassVar

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = ("Marketing", "Compliance")


def give(apps: Apps, schema_editor: Any) -> None:
    """Add the right to the groups that exist."""
    config: Any = apps.get_app_config("shop_content")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    right = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="shop_content", codename="view_schedule"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(right)


def take(apps: Apps, schema_editor: Any) -> None:
    """Take it from the groups again."""
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="shop_content", codename="view_schedule"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    """Who may see what is planned."""

    dependencies: ClassVar = [("shop_content", "0011_schedule")]

    operations: ClassVar = [migrations.RunPython(give, take)]
