"""Times that people name: "this month", "the last 7 days"; always whole local days, the last one included."""

from __future__ import annotations

from datetime import date, timedelta

Days = tuple[date | None, date | None]


def days_of(period: str, today: date) -> Days:
    """The first and last day of a named time; (None, None) for any other name: ever."""
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    named: dict[str, Days] = {
        "today": (today, today),
        "week": (today - timedelta(days=6), today),
        "month": (today - timedelta(days=29), today),
        "this_month": (first, today),
        "last_month": (last_month.replace(day=1), last_month),
        "year": (today.replace(month=1, day=1), today),
    }
    return named.get(period, (None, None))
