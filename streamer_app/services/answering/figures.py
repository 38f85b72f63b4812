"""Income in bars, today's sum, and who gave most. A refund leaves all of them; a payout is in none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from streamer_app.core import periods
from streamer_app.core.answers import Bar, Donor, Donors, IncomeBars, TodaySum
from streamer_app.core.donor_names import name_key
from streamer_app.core.errors import ActionableError
from streamer_app.core.questions import Income, Step, Today, TopDonors
from streamer_app.store import donation_pages, money
from streamer_app.store.database import Connection
from streamer_app.store.donation_pages import DonorSum

MOST_BARS: Final = 1_000
_HOURS: Final = 24
_CURRENCY: Final = "IDR"


async def income(conn: Connection, user: UUID, asked: Income) -> IncomeBars:
    """Every bar of the period. `ActionableError` for more bars than anybody sees."""
    if (asked.until - asked.since).days > MOST_BARS and asked.by is Step.DAY:
        raise ActionableError("That is too many days for one chart", "Choose a shorter period, or weeks or months.")
    period = periods.days(asked.since, asked.until, asked.time_zone)
    currency = await _currency(conn, user)
    known = await donation_pages.income(conn, user, asked.by, period, currency)
    if asked.by is Step.HOUR:
        bars = [known.get(hour, Bar(start=asked.since, hour=hour)) for hour in range(_HOURS)]
    else:
        bars = [known.get(start, Bar(start=start)) for start in starts(asked.by, asked.since, asked.until)]
    return IncomeBars(by=asked.by, currency=currency, bars=tuple(bars))


def starts(by: Step, since: date, until: date) -> list[date]:
    """The first day of each bar. The first may begin before the period: a week is a week."""
    first = since
    if by is Step.WEEK:
        first = since - timedelta(days=since.weekday())
    elif by is Step.MONTH:
        first = since.replace(day=1)
    found = []
    while first <= until:
        found.append(first)
        first = _after(by, first)
    return found


def _after(by: Step, day: date) -> date:
    if by is Step.MONTH:
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if by is Step.WEEK else 1)


async def today(conn: Connection, user: UUID, asked: Today, now: datetime) -> TodaySum:
    """Since local midnight."""
    day = now.astimezone(periods.zone_named(asked.time_zone)).date()
    currency = await _currency(conn, user)
    known = await donation_pages.income(conn, user, Step.DAY, periods.days(day, day, asked.time_zone), currency)
    bar = known.get(day, Bar(start=day))
    return TodaySum(day=day, currency=currency, gross=bar.gross, net=bar.net, count=bar.count)


async def top_donors(conn: Connection, user: UUID, asked: TopDonors) -> Donors:
    """An account is one donor whatever it is called; without one, names that look alike are one."""
    currency = await _currency(conn, user)
    period = periods.days(asked.since, asked.until, asked.time_zone)
    by_donor: dict[object, list[DonorSum]] = {}
    for found in await donation_pages.donor_sums(conn, user, period, currency):
        key = found.payer_user_id or name_key(found.name)
        if key:
            by_donor.setdefault(key, []).append(found)
    donors = [
        Donor(
            name=max(ways, key=lambda way: way.latest).name,
            gross=sum(way.gross for way in ways),
            count=sum(way.count for way in ways),
        )
        for ways in by_donor.values()
    ]
    donors.sort(key=lambda donor: (-donor.gross, -donor.count, donor.name))
    return Donors(currency=currency, donors=tuple(donors[: asked.limit]))


async def _currency(conn: Connection, user: UUID) -> str:
    """The currency of the streamer's wallets: sums of two would be no sum."""
    return next((wallet.currency for wallet in await money.wallets(conn, [user])), _CURRENCY)
