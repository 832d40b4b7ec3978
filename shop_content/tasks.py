"""Celery: each task loads by id and makes one workflow call."""

from celery import shared_task

from shop_content.workflow.check import check


@shared_task(name="shop_content.tasks.check_run")
def check_run(run_id: int) -> None:
    """Run one check. The message may come twice, late or never: the row knows."""
    check(run_id)
