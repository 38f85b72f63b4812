"""The library keeps what can be shown and played, made anew, and refuses the rest in words."""

from __future__ import annotations

import io
import json
import struct
import threading
import wave
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from streamer_app.core import library_files
from streamer_app.core.errors import CommandRefusedError, DataFolderError
from streamer_app.core.library_files import FileKind, is_file_id
from streamer_app.services import library as library_module
from streamer_app.services import library_content, library_pictures
from streamer_app.services.library import Library

NOW = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
SCRIPT = b"<script>alert(1)</script>"
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
OGG_HEAD = b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + bytes(60)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04\x18\x53\x80\x67\x01" + bytes(64)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", lambda: NOW)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def a_picture(kind: str = "PNG", size: tuple[int, int] = (32, 20), mode: str = "RGB") -> bytes:
    return encoded(Image.new(mode, size, 128), kind)


def frames(count: int = 4, size: tuple[int, int] = (16, 16)) -> list[Image.Image]:
    return [Image.new("RGB", size, (60 * index % 256, 10, 10)) for index in range(count)]


def moving(kind: str, count: int = 4, size: tuple[int, int] = (16, 16), **options: object) -> bytes:
    first, *rest = frames(count, size)
    return encoded(
        first, kind, save_all=True, append_images=rest, duration=[50 + 10 * n for n in range(count)], **options
    )


def a_wav(seconds: float = 0.1, channels: int = 1, rate: int = 22_050) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(range(200)) * int(seconds * rate * channels * 2 / 200))
    return file.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A head that promises a huge picture, with almost nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("raw", "ending", "kind"),
    [
        (a_picture("PNG"), "png", FileKind.PICTURE),
        (a_picture("JPEG"), "jpg", FileKind.PICTURE),
        (a_picture("GIF"), "gif", FileKind.PICTURE),
        (a_picture("WEBP"), "webp", FileKind.PICTURE),
        (a_picture("PNG", mode="LA"), "png", FileKind.PICTURE),
        (a_picture("PNG", mode="I;16"), "png", FileKind.PICTURE),
        (a_picture("JPEG", mode="CMYK"), "jpg", FileKind.PICTURE),
        (WEBM, "webm", FileKind.VIDEO),
        (a_wav(), "wav", FileKind.SOUND),
        (a_wav(channels=2), "wav", FileKind.SOUND),
        (MP3_FRAME * 3, "mp3", FileKind.SOUND),
        (OGG_HEAD, "ogg", FileKind.SOUND),
    ],
)
def test_what_alerts_can_show_or_play_is_kept_by_its_content(
    library: Library, raw: bytes, ending: str, kind: FileKind
) -> None:
    kept = library.add(raw, f"whatever.{'exe' if ending != 'png' else 'svg'}")
    path = library.path(kept.id)
    assert path is not None
    assert is_file_id(kept.id)
    assert (path.suffix, kept.kind, kept.added_at) == (f".{ending}", kind, NOW)
    assert kept.id.partition(".")[0] == sha256(path.read_bytes()).hexdigest()[:32]
    assert kept.size == path.stat().st_size
    assert library.files() == [kept]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"hello", "no kind of file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "SVG"),
        (b"<!doctype html><script>", "no kind of file"),
        (b"\0\0\0\x20ftypisom" + bytes(100), "mp4"),
        (b"\0\0\0\x20ftypavif" + bytes(100), "avif"),
        (b"BM" + bytes(100), "no kind of file"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (a_picture("PNG")[:-20], "broken"),
        (a_picture("PNG")[:60] + b"\0\0\0\0" + a_picture("PNG")[64:], "broken"),
        (encoded(Image.effect_noise((64, 64), 60), "JPEG")[:600], "broken"),
        (b"GIF89a" + bytes(20), "broken"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + bytes(10), "broken"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(10), "wav"),
        (a_wav(0), "no sound"),
        (a_wav(channels=2)[:22] + b"\x06\0" + a_wav(channels=2)[24:], "wav"),
        (b"RIFF\x24\0\0\0AVI " + bytes(10), "no kind of file"),
        (WEBM.replace(b"webm", b"mkv\0"), "Matroska"),
        (WEBM[:20], "not whole"),
        (b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x80theora" + bytes(60), "Vorbis"),
        (b"OggS", "Vorbis"),
        (MP3_FRAME, "mp3"),
        (b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + MP3_FRAME * 2, "mp3"),
        (b"ID3" * 100, "mp3"),
        (b"\xff\xfe" + "text".encode("utf-16-le"), "no kind of file"),
        (b"%PDF-1.7", "no kind of file"),
        (b"PK\3\4" + bytes(50), "no kind of file"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_leaves_nothing(library: Library, raw: bytes, said: str) -> None:
    with pytest.raises(CommandRefusedError, match=said) as refused:
        library.add(raw, "x.png")
    assert refused.value.remedy.startswith("Nothing was kept.")
    assert library.files() == []


@pytest.mark.parametrize("size", [(8193, 10), (10, 8193), (7000, 7000), (65_000, 65_000), (2**31 - 1, 1)])
def test_a_picture_that_would_burst_the_memory_is_refused_by_its_head(library: Library, size: tuple[int, int]) -> None:
    with pytest.raises(CommandRefusedError, match="too large"):
        library.add(png_of_size(*size), "bomb.png")


def test_a_picture_that_unpacks_to_less_than_it_says_is_broken_or_plain_but_small(library: Library) -> None:
    with pytest.raises(CommandRefusedError, match="broken"):
        library.add(png_of_size(6000, 6000), "hollow.png")


def test_animations_stay_animated_with_their_times(library: Library) -> None:
    for kind in ("GIF", "WEBP"):
        kept = library.add(moving(kind, loop=0), "moving")
        path = library.path(kept.id)
        assert path is not None
        assert kept.moving
        with Image.open(path) as image:
            assert image.n_frames == 4  # type: ignore[attr-defined]
            image.seek(1)
            image.load()
            assert image.info["duration"] == 60


def test_of_a_moving_png_the_first_picture_is_kept_and_that_is_said(library: Library) -> None:
    kept = library.add(moving("PNG"), "moving.png")
    assert not kept.moving
    assert "first picture" in kept.note


def test_animations_are_bounded(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_pictures, "MOST_FRAMES", 3)
    with pytest.raises(CommandRefusedError, match="animation"):
        library.add(moving("GIF"), "long.gif")
    monkeypatch.setattr(library_pictures, "MOST_FRAMES", 600)
    monkeypatch.setattr(library_pictures, "MOST_MOVING_PIXELS", 4 * 16 * 16 - 1)
    with pytest.raises(CommandRefusedError, match="animation"):
        library.add(moving("WEBP"), "large.webp")


def test_a_gif_that_grows_with_a_later_frame_is_refused(library: Library) -> None:
    raw = bytearray(moving("GIF"))
    second = raw.index(b"\x2c", raw.index(b"\x2c") + 1)
    raw[second + 5 : second + 9] = struct.pack("<HH", 30_000, 30_000)
    with pytest.raises(CommandRefusedError):
        library.add(bytes(raw), "grows.gif")


def test_metadata_and_what_hides_behind_the_picture_are_dropped(library: Library) -> None:
    text = PngInfo()
    text.add_text("comment", SCRIPT.decode(), zip=False)
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    noise = Image.effect_noise((40, 40), 50).convert("RGB")
    for raw in (
        encoded(noise, "PNG", pnginfo=text),
        encoded(noise, "PNG") + SCRIPT,
        encoded(noise, "JPEG", exif=exif, comment=SCRIPT),
        encoded(noise, "JPEG") + SCRIPT,
        encoded(noise, "WEBP", exif=exif, xmp=SCRIPT),
        encoded(noise, "GIF", comment=SCRIPT),
        moving("GIF", comment=SCRIPT),
        moving("WEBP", exif=exif, xmp=SCRIPT, icc_profile=SCRIPT),
        a_wav() + b"LIST" + struct.pack("<I", len(SCRIPT)) + SCRIPT,
    ):
        assert SCRIPT in raw
        path = library.path(library.add(raw, "polyglot").id)
        assert path is not None
        assert SCRIPT not in path.read_bytes()


def test_tags_of_an_mp3_are_dropped_with_the_pictures_in_them(library: Library) -> None:
    tag = b"ID3\x04\0\0" + bytes([0, 0, 0, len(SCRIPT)]) + SCRIPT
    path = library.path(library.add(tag + tag + MP3_FRAME * 2, "song.mp3").id)
    assert path is not None
    assert path.read_bytes() == MP3_FRAME * 2


def test_what_could_not_be_made_anew_says_so(library: Library) -> None:
    for raw in (WEBM, OGG_HEAD, MP3_FRAME * 2):
        assert library.add(raw, "x").note == library_content.NOT_MADE_ANEW
    assert library.add(a_wav(), "x").note == ""


def test_a_photo_stands_upright_after_its_orientation_is_dropped(library: Library) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = library.add(encoded(Image.new("RGB", (30, 10)), "JPEG", exif=exif), "photo.jpg")
    assert (kept.width, kept.height) == (10, 30)


def test_transparency_stays(library: Library) -> None:
    for kind in ("PNG", "WEBP", "GIF"):
        kept = library.add(encoded(Image.new("RGBA", (4, 4), (255, 0, 0, 0)), kind), "glass")
        path = library.path(kept.id)
        assert path is not None
        with Image.open(path) as image:
            assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\x.png", "x.png"),
        ("a\x00b\n.png", "ab.png"),
        ("", "file"),
        ("/", "file"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 500, "x" * 120),
        ("kucing lucu \U0001f431.gif", "kucing lucu \U0001f431.gif"),
    ],
)
def test_names_are_only_names(library: Library, name: str, shown: str) -> None:
    kept = library.add(a_picture(), name)
    assert kept.name == shown
    assert library.path(kept.id) is not None


@pytest.mark.parametrize(
    "file_id",
    [
        "",
        ".",
        "..",
        "index.json",
        "../machine.json",
        "/etc/passwd",
        "0" * 32,
        "0" * 32 + ".svg",
        "0" * 32 + ".png\n",
        "0" * 32 + ".png/..",
        "0" * 32 + ".PNG",
        "\u0660" * 32 + ".png",
        "0" * 32 + "\0.png",
    ],
)
def test_nothing_but_an_id_leads_to_a_file(library: Library, file_id: str, tmp_path: Path) -> None:
    library.add(a_picture(), "x")
    (tmp_path / "machine.json").write_text("{}")
    assert library.path(file_id) is None
    with pytest.raises(CommandRefusedError, match="no such file"):
        library.remove(file_id, forced=True)


def test_a_link_in_the_folder_is_no_file_of_the_library(library: Library, tmp_path: Path) -> None:
    library.add(a_picture(), "x")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "library" / ("0" * 32 + ".png")).symlink_to(tmp_path / "secret")
    assert library.path("0" * 32 + ".png") is None
    assert len(library.files()) == 1


def test_the_same_file_twice_is_one_under_its_first_name(library: Library) -> None:
    first = library.add(a_picture(), "one.png")
    assert library.add(a_picture(), "two.png") == first
    assert library.files() == [first]


def test_a_file_from_the_disk_is_read_up_to_the_limit(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source.png"
    source.write_bytes(a_picture())
    assert library.add(source, source.name).name == "source.png"
    monkeypatch.setattr(library_module, "MOST_FILE_BYTES", 50)
    with pytest.raises(CommandRefusedError, match="larger than"):
        library.add(source, source.name)
    with pytest.raises(CommandRefusedError, match="larger than"):
        library.add(bytes(51), "x")


def test_the_library_is_bounded_in_all(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = library.add(a_wav(), "one")
    monkeypatch.setattr(library_module, "MOST_LIBRARY_BYTES", kept.size + 10)
    with pytest.raises(CommandRefusedError, match="full"):
        library.add(a_wav(0.2), "two")
    assert library.files() == [kept]
    library.remove(kept.id)
    monkeypatch.setattr(library_module, "MOST_LIBRARY_BYTES", library_files.MOST_LIBRARY_BYTES)
    library.add(a_wav(0.2), "two")


def test_a_file_in_use_is_not_deleted_unless_forced(library: Library) -> None:
    kept = library.add(a_picture(), "x")
    with pytest.raises(CommandRefusedError, match="used by: Sultan"):
        library.remove(kept.id, used_by=("Sultan",))
    assert library.files() == [kept]
    library.remove(kept.id, used_by=("Sultan",), forced=True)
    assert library.files() == []
    assert library.path(kept.id) is None


def test_a_restart_knows_everything_and_a_lost_index_only_names(library: Library, tmp_path: Path) -> None:
    kept = [library.add(a_picture(size=(size, 9)), f"{size}.png") for size in (10, 11)]
    folder = tmp_path / "library"
    assert sorted(file.id for file in Library(folder).files()) == sorted(file.id for file in kept)
    assert {file.name for file in Library(folder).files()} == {"10.png", "11.png"}
    for broken in (b"{", b"[]", b'{"x": 5}', b"\xff"):
        (folder / "index.json").write_bytes(broken)
        assert {file.name for file in Library(folder).files()} == {file.id for file in kept}
    (folder / kept[0].id).unlink()
    assert [file.id for file in Library(folder).files()] == [kept[1].id]


def test_an_index_that_names_another_file_is_not_believed(library: Library, tmp_path: Path) -> None:
    kept = library.add(a_picture(), "x")
    index = tmp_path / "library" / "index.json"
    index.write_text(index.read_text().replace(f'"id": "{kept.id}"', '"id": "../../machine.json"'))
    assert json.loads(index.read_text())[kept.id]["id"] == "../../machine.json"
    assert [file.id for file in library.files()] == [kept.id]


def test_a_crash_in_the_middle_leaves_no_half_file(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = library.add(a_picture(), "x")
    (tmp_path / "library" / ".left.part").write_bytes(b"half")
    real = Path.replace
    calls: list[Path] = []

    def once(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(DataFolderError, match="No space left"):
        library.add(a_wav(), "sound")
    monkeypatch.undo()
    assert not list((tmp_path / "library").glob(".*"))
    assert library.files() == [first]
    assert library.add(a_wav(), "sound").name == "sound"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file where the folder should be")
    library = Library(tmp_path / "library")
    with pytest.raises(DataFolderError, match="cannot be written"):
        library.add(a_picture(), "x")


def test_many_at_once_lose_nothing(library: Library) -> None:
    raws = [a_picture(size=(10 + number, 10)) for number in range(12)]
    threads = [threading.Thread(target=library.add, args=(raw, "x")) for raw in raws]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(library.files()) == 12
