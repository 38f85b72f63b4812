"""Silent within 200 ms, by what comes out of the audio graph and by the audio clock, for every sound of an alert."""

from __future__ import annotations

from typing import Final

import pytest

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.commands import Channel
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import StageServer, eventually, showing
from tests.overlay_web.test_mute import settings
from tests.overlay_web.test_order_of_sound import KEEP_TIMES, SPEECH, sounds, speech
from tests.overlay_web.test_stage import LONG

GRAND: Final = "/sounds/lampion_grand.wav"
LISTEN: Final = """(at) => {
  const graph = new AudioContext();
  const ear = graph.createAnalyser();
  graph.createMediaElementSource(window.sounds[at]).connect(ear).connect(graph.destination);
  const wave = new Float32Array(ear.fftSize);
  window.loudness = () => {
    ear.getFloatTimeDomainData(wave);
    return wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  };
}"""
TOLD_AT: Final = """
const OwnSocket = window.WebSocket;
window.WebSocket = class extends OwnSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener("message", (event) => {
      if (!event.data.includes('"ping"')) window.toldAt = performance.now();
    });
  }
};
"""
"""The page's own clock when it was told: how long the way there took is not the page's."""
SILENT_AFTER: Final = """() => new Promise((done) => {
  const began = performance.now();
  let quietSince = null;
  const look = () => {
    const now = performance.now();
    quietSince = window.loudness() === 0 ? (quietSince ?? now) : null;
    if (quietSince !== null && now - quietSince > 60) done(quietSince - window.toldAt);
    else if (now - began > 8000) done(null);
    else setTimeout(look, 4);
  };
  look();
})"""


@pytest.mark.parametrize("number", [0, 1], ids=["chime", "speech"])
@pytest.mark.parametrize("order", ["stop", "mute"])
def test_nothing_comes_out_200_ms_after_it_was_told(
    server: StageServer, open_page: OpenPage, number: int, order: str
) -> None:
    server.files[SPEECH] = ((sounds() / "lampion_grand.wav").read_bytes(), "audio/wav")
    page = open_page(script=KEEP_TIMES + TOLD_AT)
    shown = showing(on_stage_ms=LONG, speech=speech()) if number else showing(on_stage_ms=LONG, sound_url=GRAND)
    server.send(shown)
    playing = f"window.sounds.length > {number} && window.sounds[{number}].currentTime > 0.05"
    eventually(lambda: bool(page.evaluate(playing)), "nothing was played")
    page.evaluate(LISTEN, number)
    eventually(lambda: float(page.evaluate("window.loudness()")) > 0.01, "nothing came out")
    silent = page.evaluate_handle(f"() => ({{ after: ({SILENT_AFTER})() }})")
    if order == "stop":
        server.send(protocol.AlertStop(run_id=shown.run_id, reason="panic"))
    else:
        server.send(settings(Channel.ALERT, Channel.SPEECH))
    after = silent.evaluate("(box) => box.after")
    assert after is not None
    assert after < 200
    clock = f"window.sounds[{number}].currentTime"
    first = page.evaluate(clock)
    second = page.evaluate(f"new Promise((done) => setTimeout(() => done({clock}), 120))")
    assert (second > first) == (order == "mute"), "a mute lets the time run, a stop does not"
