"""Marketing adds images and words to them; both groups see them. Nobody deletes one."""

from typing import Any, ClassVar

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN = {"Marketing": ["add_image", "change_image", "view_image"], "Compliance": ["view_image"]}


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
        content_type__app_label="shop_content", codename__endswith="_image"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GIVEN):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    """Who may do what, continued."""

    dependencies: ClassVar = [("shop_content", "0017_images")]

    operations: ClassVar = [migrations.RunPython(give, take)]
