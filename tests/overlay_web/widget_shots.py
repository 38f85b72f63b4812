"""Every kind of widget, with what it would show on a good evening."""

from __future__ import annotations

from typing import Final

import segno

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core import widget_states as states
from streamer_app.core.placing import Anchor, Place

MODULES: Final = tuple(
    "".join("1" if dark else "0" for dark in row) for row in segno.make("https://contoh.id/budi", error="m").matrix
)
GOOD: Final[dict[str, states.WidgetState]] = {
    "goal": states.GoalState(
        title="Mikrofon baru",
        shape=states.GoalShape.BAR,
        raised_text="Rp1.275.000",
        target_text="Rp2.000.000",
        percent_text="63 %",
        fraction=0.6375,
        left_text="kurang Rp725.000",
    ),
    "ring": states.GoalState(
        title="Sahur bareng",
        shape=states.GoalShape.RING,
        raised_text="Rp620.000",
        target_text="Rp500.000",
        percent_text="124 %",
        fraction=1.24,
    ),
    "top": states.TopDonorsState(
        title="Top donatur bulan ini",
        rows=(
            states.DonorRow(rank=1, name="Sari Wulandari", amount_text="Rp1.250.000"),
            states.DonorRow(rank=2, name="kucing_oren", amount_text="Rp300.000"),
            states.DonorRow(rank=2, name="Ahmad Fauzi yang namanya panjang sekali", amount_text="Rp300.000"),
        ),
        empty_text="Jadilah yang pertama!",
    ),
    "latest": states.LatestState(
        title="Donasi terbaru",
        rows=(
            states.DonationRow(name="Budi", amount_text="Rp25.000", message="semangat terus streamnya kak"),
            states.DonationRow(name="Seseorang", amount_text="Rp10.000"),
        ),
        empty_text="Belum ada",
    ),
    "ticker": states.TickerState(
        items=(
            states.DonationRow(name="Budi", amount_text="Rp25.000"),
            states.DonationRow(name="Sari Wulandari", amount_text="Rp1.250.000"),
        ),
        speed=90,
        empty_text="Jadilah yang pertama!",
    ),
    "next": states.NextUpState(
        title="Berikutnya",
        rows=(states.DonationRow(name="Mbak Rini", amount_text="Rp50.000"),),
        more_text="+4 lagi",
        paused_text="Antrean dijeda",
    ),
    "media": states.MediaNowState(
        donor_text="Video dari Budi", title="Tulus - Hati-Hati di Jalan", left_ms=25_000, total_ms=60_000
    ),
    "timer": states.TimerState(
        title="Donathon", left_ms=442_000_000, running=False, over_text="Selesai!", rate_text="Rp10.000 = 1 menit"
    ),
    "qr": states.QrState(title="Dukung stream ini", modules=MODULES, caption="contoh.id/budi"),
}
PLACES: Final[dict[str, Place]] = {
    "goal": Place(anchor=Anchor.TOP_LEFT),
    "ring": Place(anchor=Anchor.TOP_RIGHT),
    "top": Place(anchor=Anchor.LEFT, y=-40),
    "latest": Place(anchor=Anchor.BOTTOM_LEFT, y=-90),
    "ticker": Place(anchor=Anchor.BOTTOM),
    "next": Place(anchor=Anchor.BOTTOM_RIGHT, y=-90),
    "media": Place(anchor=Anchor.TOP),
    "timer": Place(anchor=Anchor.CENTRE, y=-60),
    "qr": Place(anchor=Anchor.BOTTOM, y=-90, scale=0.8),
}


def update(
    name: str,
    state: states.WidgetState | None,
    *,
    revision: int = 1,
    theme: str = "lampion",
    place: Place | None = None,
) -> protocol.WidgetUpdate:
    """What the server says of a widget."""
    return protocol.WidgetUpdate(widget=name, revision=revision, theme=theme, place=place or Place(), state=state)
