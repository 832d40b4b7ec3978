"""Asking for rights, in one place."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def demand(request: HttpRequest, *rights: str) -> None:
    """Refuse whoever lacks one of the rights of this application; asking for none refuses all.

    `User.has_perms([])` is true for everybody: a view that forgot to name its right would be open.
    """
    if not rights or not request.user.has_perms([f"shop_content.{right}" for right in rights]):
        raise PermissionDenied
