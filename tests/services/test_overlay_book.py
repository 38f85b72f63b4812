"""Overlay settings are kept as they were set; unreadable fields have their defaults, impossible ones are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import structlog

from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.overlay_settings import MediaSettings, OverlaySettings, SpeechSettings, Variation
from streamer_app.services import overlay_book
from streamer_app.services.library import Library
from streamer_app.store import database, streamer_settings
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()
FILE = "0123456789abcdef0123456789abcdef.png"
EVERYTHING = OverlaySettings(
    theme="struk",
    volume=0.1,
    speech_volume=0.2,
    media_volume=0.3,
    reduced_motion=True,
    variations=(Variation(name="Sultan", at_least=250_000, headline="{name}!", picture=FILE, seconds=9.5),),
    speech=SpeechSettings(enabled=False, engine="piper", pronunciation={"gg": "ji ji"}),
    media=MediaSettings(price_per_second=5, most_seconds=9),
    custom_css=".donor { color: red }",
    time_zone="Asia/Makassar",
)


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def kept(conn: Connection, value: object) -> overlay_book.StoredOverlay:
    streamer = uuid4()
    await streamer_settings.add(conn, streamer, "overlay", value, "cli")
    return await overlay_book.read_overlay(conn, streamer)


async def test_settings_are_kept_as_they_were_set(conn: Connection) -> None:
    assert await overlay_book.load_overlay(conn, STREAMER) == OverlaySettings()
    assert await overlay_book.save_overlay(conn, STREAMER, EVERYTHING, "window") == 1
    assert await overlay_book.read_overlay(conn, STREAMER) == overlay_book.StoredOverlay(EVERYTHING, 1)
    assert all(getattr(EVERYTHING, field.name) != field.default for field in msgspec.structs.fields(OverlaySettings))
    assert await overlay_book.save_overlay(conn, STREAMER, OverlaySettings(), "window") == 2
    assert await overlay_book.load_overlay(conn, STREAMER) == OverlaySettings()


async def test_fields_of_another_program_are_passed_over_and_missing_ones_have_their_defaults(conn: Connection) -> None:
    value = {"volume": 0.5, "a_field_of_tomorrow": [1], "speech": {"speed": 1.5, "mood": "new"}}
    stored = await kept(conn, value)
    assert stored.settings == OverlaySettings(volume=0.5, speech=SpeechSettings(speed=1.5))
    assert stored.unreadable == ()


@pytest.mark.parametrize(
    ("value", "unreadable"),
    [
        ({"volume": 2}, ("volume",)),
        ({"volume": "loud", "theme": "neon"}, ("theme", "volume")),
        ({"reduced_motion": "no"}, ("reduced_motion",)),
        ({"speech": {"speed": 9, "longest": "x"}}, ("speech.longest", "speech.speed")),
        ({"speech": 5}, ("speech",)),
        ({"media": {"most_seconds": 0}}, ("media.most_seconds",)),
        ({"time_zone": "Mars/Olympus"}, ("time_zone",)),
        ({"time_zone": "../../etc/passwd"}, ("time_zone",)),
        ({"custom_css": "@import 'x';"}, ("custom_css",)),
        ({"variations": "none"}, ("variations",)),
        ({"variations": [{"name": "a"}, {"name": "b", "weight": 0}, 5]}, ("variations[1]", "variations[2]")),
        ({"variations": [{"name": "a"}, {"name": "b", "theme": "neon"}]}, ("variations[1].theme",)),
        ([], ("everything",)),
        (None, ("everything",)),
    ],
)
async def test_what_cannot_be_read_has_its_default_and_is_logged(
    conn: Connection, value: object, unreadable: tuple[str, ...]
) -> None:
    with structlog.testing.capture_logs() as logs:
        stored = await kept(conn, value)
    assert stored.unreadable == unreadable
    variations = (Variation(name="a"),) if isinstance(value, dict) and isinstance(value.get("variations"), list) else ()
    assert stored.settings == OverlaySettings(variations=variations)
    assert [entry["fields"] for entry in logs] == [",".join(unreadable)]


async def test_what_could_be_read_beside_it_is_used(conn: Connection) -> None:
    stored = await kept(conn, {"volume": 9, "media_volume": 0.1, "speech": {"speed": 9, "say_headline": False}})
    assert stored.settings == OverlaySettings(media_volume=0.1, speech=SpeechSettings(say_headline=False))


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        (OverlaySettings(theme="neon"), "theme", "lampion, batik, struk, kaset"),
        (OverlaySettings(volume=2), "volume", "<= 1.0"),
        (OverlaySettings(speech=SpeechSettings(speed=9)), "speech.speed", "<= 2.0"),
        (OverlaySettings(time_zone="Mars"), "time_zone", "Asia/Jakarta"),
        (OverlaySettings(custom_css="\n@import 'x';"), "custom_css", "line 2: @import"),
        (
            OverlaySettings(variations=(Variation(name="a", at_least=9, less_than=9),)),
            "variations[0].less_than",
            "above",
        ),
        (OverlaySettings(variations=(Variation(name="a", accent="red"),)), "variations[0].accent", "regex"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_field_and_what_is_allowed(
    conn: Connection, settings: OverlaySettings, field: str, said: str
) -> None:
    streamer = uuid4()
    with pytest.raises(CommandRefusedError) as refused:
        await overlay_book.save_overlay(conn, streamer, settings, "cli")
    assert f"{field}: " in refused.value.title
    assert said in refused.value.title
    assert refused.value.remedy.startswith("Nothing was changed.")
    assert refused.value.facts["fields"].split(",")[0] == field
    assert await streamer_settings.newest(conn, streamer, "overlay") is None


async def test_files_that_are_not_in_the_library_are_refused(conn: Connection, tmp_path: Path) -> None:
    with pytest.raises(CommandRefusedError, match=FILE):
        await overlay_book.save_overlay(conn, uuid4(), EVERYTHING, "cli", Library(tmp_path))
    (tmp_path / FILE).write_bytes(b"x")
    assert await overlay_book.save_overlay(conn, uuid4(), EVERYTHING, "cli", Library(tmp_path)) == 1


def test_of_hundreds_of_faults_the_first_are_said() -> None:
    found = overlay_book.all_problems(OverlaySettings(custom_css="@import 'x';\n" * 300))
    assert len(found) == 300
