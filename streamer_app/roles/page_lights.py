"""The overlay's light: what the hub knows of its pages, in the window's words."""

from __future__ import annotations

from streamer_app.core.events import Light, LightReason, LightState, PageLine
from streamer_app.core.overlay_protocol import Role
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.pages import PageInfo
from streamer_app.overlay.server import ServerAddress
from streamer_app.services.studio import PageLight


def page_light(hub: Hub, address: ServerAddress | None) -> PageLight:
    """Why alerts are or are not seen, and on which pages."""
    speaker = hub.speaker
    where = f"127.0.0.1:{address.port}" if address else ""
    if address is not None and address.changed:
        light = Light(state=LightState.ATTENTION, reason=LightReason.PORT_CHANGED, detail=where)
    elif speaker is None:
        light = Light(state=LightState.ATTENTION, reason=LightReason.NO_PAGE, detail=where)
    elif not speaker.on_air:
        light = Light(state=LightState.ATTENTION, reason=LightReason.SOURCE_INACTIVE, detail=where)
    elif any(page.frozen and page.role is Role.SPEAKER for page in hub.pages):
        light = Light(state=LightState.ATTENTION, reason=LightReason.PAGE_FROZEN, detail=where)
    else:
        light = Light(state=LightState.OK, reason=LightReason.READY, detail=where)
    name = None if speaker is None else "OBS" if speaker.in_obs else "Browser"
    lines = tuple(_line(page) for page in hub.pages)
    return PageLight(light, sum(line.alerts for line in lines), name, lines)


def _line(page: PageInfo) -> PageLine:
    return PageLine(
        page_instance=page.page_instance,
        name=f"OBS {page.obs_version or ''}".strip() if page.in_obs else "Browser",
        speaks=page.role is Role.SPEAKER,
        on_air=page.on_air,
        frozen=page.frozen,
        pinned=page.pinned,
        alerts=page.shows_alerts,
    )
