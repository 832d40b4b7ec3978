"""The groups Marketing and Compliance with their rights.

Marketing writes, submits, releases and withdraws. Compliance reads everything, decides, owns the
rulebook and withdraws; it writes no copy, so that four eyes stay four.
"""

from typing import Any, ClassVar

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

COPY = "article product author topic tag citation salt articleproduct articlerelation".split()
TRANSLATIONS = "articletranslation producttranslation".split()
HISTORY = "revision checkrun finding decision release address event rulebookversion".split()

MARKETING = [
    *(f"{act}_{name}" for act in ("add", "change", "view") for name in COPY),
    *(f"delete_{name}" for name in ("citation", "salt", "articleproduct", "articlerelation")),
    *(f"{act}_{name}" for act in ("add", "change", "view") for name in TRANSLATIONS),
    *(f"view_{name}" for name in HISTORY),
    "release_revision",
    "withdraw_release",
]
COMPLIANCE = [
    *(f"view_{name}" for name in (*COPY, *TRANSLATIONS, *HISTORY)),
    "add_rulebookversion",
    "activate_rulebook",
    "decide_revision",
    "release_revision",
    "withdraw_release",
]
GROUPS = {"Marketing": MARKETING, "Compliance": COMPLIANCE}


def create_groups(apps: Apps, schema_editor: Any) -> None:
    """Create both groups; permissions are made first, as `post_migrate` comes later."""
    config: Any = apps.get_app_config("shop_content")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        rights = permission_model.objects.filter(
            content_type__app_label="shop_content", codename__in=codenames
        )
        missing = set(codenames) - set(rights.values_list("codename", flat=True))
        if missing:
            message = f"no such permission: {sorted(missing)}"
            raise LookupError(message)
        group_model.objects.get_or_create(name=name)[0].permissions.set(rights)


def remove_groups(apps: Apps, schema_editor: Any) -> None:
    """Remove both groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    """Who may do what."""

    dependencies: ClassVar = [("shop_content", "0002_guards")]

    operations: ClassVar = [migrations.RunPython(create_groups, remove_groups)]
