"""What is read aloud is words a voice can say, whatever donors write."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.donations import Item, ItemState, MediaRequest
from streamer_app.core.overlay_settings import MediaKind, SpeechSettings
from streamer_app.core.pronunciation import Pronunciation, Slang, entries
from streamer_app.core.rules import Ruling, Verdict
from streamer_app.core.spoken import (
    spoken_donation,
    spoken_message,
    spoken_text,
    voice_wish,
    wants_speech,
)

LISTS = Path(__file__).resolve().parents[2] / "resources" / "speech"
SLANG = {path.stem: Slang(entries(path.read_text(encoding="utf-8"))) for path in LISTS.glob("*.txt")}
NOBODY = Pronunciation({})


def said(message: str, language: str = "id") -> str:
    return spoken_message(message, language, NOBODY, SLANG[language])


def whole(donor: str, message: str, language: str = "id", settings: SpeechSettings | None = None) -> str:
    return spoken_text(
        donor,
        25_000,
        "IDR",
        message,
        language=language,
        settings=settings or SpeechSettings(),
        slang=SLANG[language],
    )


def item(**fields: object) -> Item:
    plain: dict[str, object] = {
        "donation_message_id": uuid4(),
        "transaction_id": uuid4(),
        "donor_name": "Budi",
        "is_anonymous": False,
        "message": "Halo bang",
        "amount": 25_000,
        "net_amount": 25_000,
        "currency": "IDR",
        "state": ItemState.WAITING,
        "paid_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Item(**{**plain, **fields})  # type: ignore[arg-type]


def test_the_headline_comes_before_the_message() -> None:
    assert whole("Budi", "Semangat!") == "Budi mengirim dua puluh lima ribu rupiah. Semangat!"
    assert whole("Budi", "Go!", "en") == "Budi sent twenty five thousand rupiah. Go!"
    assert whole("Budi", "") == "Budi mengirim dua puluh lima ribu rupiah"
    assert whole("Budi", "Semangat!", settings=SpeechSettings(say_headline=False)) == "Semangat!"


def test_a_name_of_which_nothing_can_be_said_is_someone() -> None:
    assert whole("😀🎉", "hai") == "Seseorang mengirim dua puluh lima ribu rupiah. hai"
    assert whole("••••", "hi", "en").startswith("Someone sent")
    assert whole("budi_123", "").startswith("budi seratus dua puluh tiga mengirim")


def test_an_anonymous_donor_s_name_is_never_read() -> None:
    verdict = Verdict(ruling=Ruling.PLAY, speech="Halo bang")
    text = spoken_donation(item(is_anonymous=True, verdict=verdict), SpeechSettings(), SLANG)
    assert text == "Seseorang mengirim dua puluh lima ribu rupiah. Halo bang"


def test_what_the_rules_left_of_the_message_is_read_and_not_the_message() -> None:
    verdict = Verdict(ruling=Ruling.MASK, speech="kamu hebat", name="Bu••")
    text = spoken_donation(item(message="kamu kasar hebat", verdict=verdict), SpeechSettings(), SLANG)
    assert text == "Bu mengirim dua puluh lima ribu rupiah. kamu hebat"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Rp25.000", "dua puluh lima ribu rupiah"),
        ("25rb", "dua puluh lima ribu"),
        ("25k", "dua puluh lima ribu"),
        ("1,5 jt", "satu juta lima ratus ribu"),
        ("Rp 1.000.000", "satu juta rupiah"),
        ("rp. 10.000,-", "sepuluh ribu rupiah"),
        ("Rp5M", "lima miliar rupiah"),
        ("Rp10.000 rupiah", "sepuluh ribu rupiah"),
        ("$5", "lima dollar"),
        ("Rp99999999999999999999", "angka panjang rupiah"),
        ("ada 7 orang", "ada tujuh orang"),
        ("3,5", "tiga koma lima"),
        ("3.14", "tiga koma satu empat"),
        ("1.234.567", "satu juta dua ratus tiga puluh empat ribu lima ratus enam puluh tujuh"),
        ("50%", "lima puluh persen"),
        ("2x", "dua kali"),
        ("007", "nol nol tujuh"),
        ("ID 12345670", "ID satu dua tiga empat lima enam tujuh nol"),
        ("rekening 1234567890", "rekening angka panjang"),
        ("15000000", "lima belas juta"),
        ("12:30", "dua belas tiga puluh"),
        ("jam 08.05", "jam delapan nol lima"),
        ("mp3", "mp tiga"),
        ("0812-3456-7890", "nomor telepon"),
        ("+62 812 3456 7890", "nomor telepon"),
        ("1234567890123456", "angka panjang"),
        ("٣ kali", "tiga kali"),
    ],
)
def test_figures_are_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_english_figures() -> None:
    assert said("25k and 1.5 million, call +1 202 555 0175", "en") == (
        "twenty five thousand and one million five hundred thousand, call phone number"
    )


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("wkwkwkwkwk gpp", "weka weka enggak apa apa"),
        ("YG bgt dll.", "yang banget dan lain lain."),
        ("hati2 anak2nya", "hati hati anak anaknya"),
        ("woooooooow kereeeen!!!!!", "woow kereen!"),
        ("hahahahahahahaha", "hahaha"),
        ("SEMANGAT", "semangat"),
        ("lihat https://contoh.com/a?b=1 dan t.me/x ya", "lihat tautan dan tautan ya"),
        ("😀 halo 👨‍👩‍👧 🇮🇩 :D <3 xD", "halo"),
        ("\N{MATHEMATICAL BOLD SCRIPT CAPITAL H}i ⓗⓐⓘ", "Hi hai"),
        ("halo Привет 你好 dunia", "halo dunia"),
        ("-halo --option", "halo option"),
        ("hidup " * 9 + "bang", "hidup hidup hidup bang"),
        ("ayo maju " * 7, "ayo maju ayo maju ayo maju"),
        ("[[slnc 9000]] halo \\x1b[2J", "slnc sembilan ribu halo x satu b dua J"),
        ("kopi & susu", "kopi dan susu"),
        ("<speak>halo</speak> $(ls) `id`", "speak halo speak ls id"),
    ],
)
def test_words_are_said_as_people_say_them(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_a_streamer_s_own_pronunciation_has_the_last_word() -> None:
    settings = SpeechSettings(pronunciation={"gg": "ji ji ji", "Rupiah": "perak", "25K": "selawe", "mas bro": "mabro"})
    text = whole("GG", "GG mas  bro ggg 25k", settings=settings)
    assert text == "ji ji ji mengirim dua puluh lima ribu perak. ji ji ji mabro ji ji ji selawe"


def test_the_message_is_cut_at_a_word() -> None:
    settings = SpeechSettings(say_headline=False, longest=10)
    assert whole("Budi", "satu dua tiga empat", settings=settings) == "satu dua"
    assert whole("Budi", "abcdefghijklmnop", settings=settings) == "abcdefghij"


def test_what_a_message_asks_for_goes_first() -> None:
    settings = SpeechSettings(voice="id+f2", engine="espeak-ng", speed=1.5)
    wish = voice_wish(settings, MediaRequest(kind="TTS", tts_language="en-US", tts_voice=" Joanna "))
    assert (wish.language, wish.asked, wish.voice, wish.speed) == ("en", "Joanna", "id+f2", 1.5)
    assert voice_wish(settings, MediaRequest(kind="TTS", tts_language="?")).language == "id"
    assert voice_wish(settings).asked == ""


@pytest.mark.parametrize(
    ("kind", "only_tts", "read"),
    [
        (None, False, True),
        (MediaKind.NONE, True, False),
        (MediaKind.TTS, True, True),
        (MediaKind.TTS, False, True),
        (MediaKind.YOUTUBE, False, False),
        (MediaKind.YOUTUBE, True, False),
    ],
)
def test_which_donations_are_read(kind: str | None, only_tts: bool, read: bool) -> None:  # noqa: FBT001
    settings = SpeechSettings(only_tts=only_tts)
    verdict = Verdict(ruling=Ruling.PLAY, speech="hai")
    assert wants_speech(settings, verdict, kind) is read
    assert not wants_speech(settings, Verdict(ruling=Ruling.PLAY), kind)
    assert not wants_speech(settings, None, kind)
    assert not wants_speech(SpeechSettings(enabled=False), verdict, kind)


MISCHIEF = st.text() | st.text(
    alphabet="0123456789.,:-+() Rprbkjt%x$&<'ak\u0301\u200d\ufe0f😀\ud800\x00\n", max_size=60
)


@given(MISCHIEF, MISCHIEF, st.sampled_from(["id", "en", "ja"]), st.integers(-(2**63), 2**63))
def test_no_text_makes_it_fail(donor: str, message: str, language: str, amount: int) -> None:
    settings = SpeechSettings(longest=50, pronunciation={"a": "", "ak": "k"})
    slang = SLANG.get(language, Slang({}))
    text = spoken_text(donor, amount, "IDR", message, language=language, settings=settings, slang=slang)
    tail = spoken_text(
        donor,
        1,
        "IDR",
        message,
        language=language,
        settings=SpeechSettings(longest=50, say_headline=False),
        slang=slang,
    )
    assert text.isprintable()
    assert not any(sign.isdecimal() for sign in text)
    assert len(tail) <= 50
    assert not tail.startswith("-")


@pytest.mark.parametrize(
    "piece",
    ["a", "ab ", "1", "1.", "1,000", "0 ", "0812-", "Rp1 ", "x.id ", "1 k", "wk", "\u0301", "' ", "http://", "1:"],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size] + "a"
        began = time.process_time()
        spoken_message(text, "id", NOBODY, SLANG["id"])
        return time.process_time() - began

    seconds(1_000)
    short, long = min(seconds(12_500) for _ in range(2)), seconds(100_000)
    assert long < 8 * 4 * max(short, 0.005), (short, long)
