"""Moments as people type them: local time of the admin, where an hour can be missing or double."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from shop_content.workflow.errors import Invalid

FIRST, SECOND = "first", "second"


def moment(text: str, which: str = "") -> datetime:
    """Return the moment of a local time like `2026-12-01T06:00`, in the time zone of the admin.

    `which`: `first` or `second`, where the clocks are put back and the time comes twice. Raises
    Invalid when the text is no time, when it comes twice and nobody says which, and when it does
    not exist because the clocks are put forward over it.
    """
    try:
        local = parse_datetime(text)
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None:
        raise Invalid(_("This is not a date with a time."), field="at")
    zone = timezone.get_current_timezone()
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    try:
        exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    except OverflowError as error:
        raise Invalid(_("This is not a date with a time."), field="at") from error
    if not exists:
        raise Invalid(
            _("%(time)s does not exist that night: the clocks are put forward (%(zone)s).")
            % {"time": local.strftime("%H:%M"), "zone": zone},
            field="at",
        )
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if which not in (FIRST, SECOND):
        raise Invalid(
            _("%(time)s comes twice that night, in %(first)s and in %(second)s: choose one.")
            % {
                "time": local.strftime("%H:%M"),
                "first": first.tzname(),
                "second": second.tzname(),
            },
            field="which",
        )
    return (first if which == FIRST else second).astimezone(UTC)


def shown(at: datetime) -> str:
    """Return a moment with the name of its time, e.g. `2026-10-25 02:30 CEST`."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M %Z")


def next_full_hour() -> str:
    """Return what a field for a moment starts with."""
    ahead = timezone.localtime(timezone.now() + timedelta(hours=1))
    return ahead.replace(minute=0).strftime("%Y-%m-%dT%H:%M")
