"""Celery: each task loads by id and makes one workflow call."""

from celery import shared_task

from shop_content.workflow.check import check
from shop_content.workflow.encode import encode
from shop_content.workflow.rendering import refresh


@shared_task(name="shop_content.tasks.check_run")
def check_run(run_id: int) -> None:
    """Run one check. The message may come twice, late or never: the row knows."""
    check(run_id)


@shared_task(name="shop_content.tasks.refresh_renderings")
def refresh_renderings() -> None:
    """Render what is stale. The message may come twice, late or never: the rows know."""
    while refresh():
        pass


@shared_task(name="shop_content.tasks.encode_image")
def encode_image(image_id: int) -> None:
    """Make the files of an image. The message may come twice, late or never: the rows know."""
    encode(image_id)
