"""Widgets that need no figure: what waits, the video that plays, the code for the donation link."""

from __future__ import annotations

from streamer_app.core import widget_texts
from streamer_app.core.donations import Item, QueueView
from streamer_app.core.presentation import donor_on_stage
from streamer_app.core.qr_codes import link_trouble, modules_of
from streamer_app.core.widget_settings import (
    MediaNowSettings,
    NextUpSettings,
    QrSettings,
    WidgetSettings,
)
from streamer_app.core.widget_states import DonationRow, MediaNowState, NextUpState, QrState, WidgetState


def needs_figures(settings: WidgetSettings) -> bool:
    """Whether the database has to be asked what this widget shows."""
    return not isinstance(settings, NextUpSettings | MediaNowSettings | QrSettings)


def state_without_figures(
    settings: WidgetSettings, queue: QueueView, media: MediaNowState, language: str
) -> WidgetState | None:
    """What such a widget shows; None where there is nothing to be shown."""
    if isinstance(settings, NextUpSettings):
        return next_up_state(settings, queue, language)
    if isinstance(settings, MediaNowSettings):
        return media
    return qr_state(settings, language) if isinstance(settings, QrSettings) else None


def next_up_state(settings: NextUpSettings, queue: QueueView, language: str) -> NextUpState:
    """What waits, in its order. Messages are not told before they are on stage."""
    shown = queue.waiting[: settings.rows]
    return NextUpState(
        title=widget_texts.title(language, "next", settings.title),
        rows=tuple(_waiting_row(item, language, with_amount=settings.with_amount) for item in shown),
        more_text=widget_texts.more_text(language, queue.waiting_count - len(shown)),
        paused_text=widget_texts.text(language, "paused") if queue.paused else "",
    )


def _waiting_row(item: Item, language: str, *, with_amount: bool) -> DonationRow:
    amount = widget_texts.amount_text(item.amount, item.currency) if with_amount else ""
    return DonationRow(name=donor_on_stage(item, language), amount_text=amount)


def qr_state(settings: QrSettings, language: str) -> QrState | None:
    """The code; None without a link, or with one that was kept by another program and is none."""
    if not settings.link or link_trouble(settings.link) is not None:
        return None
    return QrState(
        title=widget_texts.title(language, "qr", settings.title),
        modules=modules_of(settings.link),
        caption=settings.caption,
    )
