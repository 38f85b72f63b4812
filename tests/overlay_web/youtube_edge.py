"""YouTube's side of the browser's network edge: an embed page with the player's messages and a real sound."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, Route

HOST: Final = "https://www.youtube-nocookie.com"


@dataclass
class YouTube:
    """How the player behaves, and what it was asked."""

    sound: Path
    duration: float = 60.0
    error: int | None = None
    silent: bool = False
    """Does not answer at all."""
    stubborn: bool = False
    """Hears no command to be mute."""
    live: bool = False
    addresses: list[str] = field(default_factory=list)
    referers: list[str | None] = field(default_factory=list)

    def answer_for(self, page: Page) -> None:
        """Answer whatever this page asks of YouTube."""
        page.route(f"{HOST}/**", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.url.endswith("/sound.wav"):
            route.fulfill(body=self.sound.read_bytes(), content_type="audio/wav")
            return
        self.addresses.append(route.request.url)
        self.referers.append(route.request.header_value("referer"))
        behaviour = json.dumps(
            {
                "duration": self.duration,
                "error": self.error,
                "silent": self.silent,
                "stubborn": self.stubborn,
                "live": self.live,
            }
        )
        route.fulfill(body=_EMBED.replace("BEHAVIOUR", behaviour), content_type="text/html")


_EMBED: Final = """<!doctype html><title>player</title><body><script>
const behaviour = BEHAVIOUR;
const sound = new Audio("/sound.wav");
sound.loop = true;
sound.muted = new URLSearchParams(location.search).get("mute") === "1";
window.sound = sound;
window.commands = [];
let id = null;
let state = -1;
const say = (event, info) => parent.postMessage(JSON.stringify({ event, info, id, channel: "widget" }), "*");
const facts = () => ({
  playerState: state, currentTime: sound.currentTime, duration: behaviour.live ? 0 : behaviour.duration,
  volume: Math.round(sound.volume * 100), muted: sound.muted,
  videoData: { video_id: "x", isLive: behaviour.live },
});
const play = () => sound.play().then(() => { state = 1; say("onStateChange", 1); say("infoDelivery", facts()); });
window.addEventListener("message", (event) => {
  const message = JSON.parse(event.data);
  if (behaviour.silent) return;
  if (message.event === "listening" && id === null) {
    id = message.id;
    say("initialDelivery", facts());
    say("onReady", null);
    setInterval(() => say("infoDelivery", facts()), 100);
    if (behaviour.error !== null) setTimeout(() => say("onError", behaviour.error), 50);
  }
  if (message.event !== "command" || id === null) return;
  window.commands.push(message.func);
  if (behaviour.error !== null) return;
  if (message.func === "playVideo") void play();
  if (message.func === "mute" && !behaviour.stubborn) { sound.muted = true; say("infoDelivery", facts()); }
  if (message.func === "unMute") { sound.muted = false; say("infoDelivery", facts()); }
  if (message.func === "setVolume" && !(behaviour.stubborn && message.args[0] === 0)) {
    sound.volume = message.args[0] / 100;
    say("infoDelivery", facts());
  }
  if (message.func === "pauseVideo") { sound.pause(); state = 2; say("onStateChange", 2); }
});
</script>"""
