"""What is said before Qt could abort the process."""

from __future__ import annotations

import ctypes
import sys

import pytest

from streamer_app.core.errors import ActionableError
from streamer_app.roles import desktop
from streamer_app.settings import Settings


@pytest.fixture
def on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":97")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)


@pytest.mark.usefixtures("on_x11")
def test_missing_x11_libraries_are_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def load(name: str) -> None:
        if name == "libxcb-icccm.so.4":
            raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert desktop.missing_on_x11() == ["libxcb-icccm4"]
    with pytest.raises(ActionableError) as refused:
        desktop.desktop(Settings(data_dir=tmp_path_factory.mktemp("desktop")))
    assert "apt install libxcb-icccm4" in refused.value.remedy


def test_elsewhere_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert desktop.missing_on_x11() == []


@pytest.mark.parametrize(
    ("variables", "display"), [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)]
)
def test_a_display_is_one_that_people_can_look_at(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, display: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert desktop.has_display() is display
