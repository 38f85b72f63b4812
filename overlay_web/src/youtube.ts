import type { Media } from "./protocol.gen";
import { placeVideo } from "./video_place";

const PLAYER = "https://www.youtube-nocookie.com";
const VIDEO_ID = /^[A-Za-z0-9_-]{6,20}$/;
const ASK_MS = 250;
const SECOND_MS = 1000;
const PATIENCE_MS = 8000;
const MUTE_PATIENCE_MS = 150;
/** A recording has told its length by the time that so much of it has played. */
const LENGTH_KNOWN_MS = 1500;

const ENDED = 0;
const PLAYING = 1;
const PAUSED = 2;

export interface VideoHost {
  readonly root: HTMLElement;
  /** The alert's box, which the video never covers. */
  readonly box: HTMLElement;
  readonly donor: string;
}

export interface VideoOptions {
  /** How much of it was played before. */
  readonly atMs: number;
  readonly muted: boolean;
  readonly volume: number;
  readonly onChange: () => void;
}

/**
 * A YouTube video in a frame of its own. Its player is spoken to by messages, so that no script of another house runs
 * in a page whose address is a key. It begins muted: the player knows its volume only after its first sound.
 */
export class Video {
  readonly #panel = document.createElement("div");
  readonly #left = document.createElement("span");
  readonly #host: VideoHost;
  readonly #media: Media;
  readonly #id = `video-${crypto.getRandomValues(new Uint32Array(1)).join("")}`;
  readonly #onChange: () => void;
  #frame: HTMLIFrameElement | null = null;
  #timers: number[] = [];
  #muteTimer = 0;
  #state = -1;
  #answered = false;
  #live = false;
  #length = 0;
  #playedMs: number;
  #countedAt: number;
  #movedAt: number;
  #volume: number;
  #muted: boolean;
  #isMuted = true;
  #audible = false;
  #over = false;
  #trouble: string | null = null;

  constructor(host: VideoHost, media: Media, options: VideoOptions) {
    this.#host = host;
    this.#media = media;
    this.#onChange = options.onChange;
    this.#playedMs = options.atMs;
    this.#countedAt = performance.now();
    this.#movedAt = this.#countedAt;
    this.#volume = options.volume;
    this.#muted = options.muted;
    if (VIDEO_ID.test(String(media.video_id))) {
      this.#open();
    } else {
      this.#fail("media_2");
    }
  }

  get playedMs(): number {
    return Math.round(this.#playedMs);
  }

  get leftMs(): number {
    return Math.max(0, Math.round(this.#media.play_seconds * 1000 - this.#playedMs));
  }

  get audible(): boolean {
    return this.#audible;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** Whether it has ended. Asking also counts its time, and notices one that does not play. */
  isOver(): boolean {
    if (!this.#over) {
      this.#count();
    }
    return this.#over;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#sound();
  }

  /** A player that does not say within a moment that it is silent is taken away, and its time goes on. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#sound();
    window.clearTimeout(this.#muteTimer);
    if (muted && !this.#isMuted && this.#frame !== null) {
      this.#muteTimer = window.setTimeout(() => {
        if (this.#muted && !this.#isMuted) {
          this.#closeFrame();
          this.#state = PLAYING;
          this.#panel.remove();
        }
      }, MUTE_PATIENCE_MS);
    }
  }

  place(): void {
    placeVideo(this.#panel, this.#host.box, this.#host.root);
  }

  /** Silent at once: a frame that is gone makes no sound. */
  remove(): void {
    this.#over = true;
    window.removeEventListener("message", this.#receive);
    for (const timer of [...this.#timers, this.#muteTimer]) {
      window.clearInterval(timer);
    }
    this.#timers = [];
    this.#closeFrame();
    this.#panel.remove();
  }

  #open(): void {
    const frame = document.createElement("iframe");
    frame.className = "player";
    frame.allow = "autoplay; encrypted-media";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.title = "YouTube";
    frame.onload = () => this.#listen();
    frame.src = this.#address();
    this.#frame = frame;
    this.#panel.className = "video";
    const bar = document.createElement("p");
    bar.className = "video-bar";
    const donor = document.createElement("bdi");
    donor.className = "video-donor";
    donor.textContent = this.#host.donor;
    this.#left.className = "video-left";
    bar.append(donor, this.#left);
    this.#panel.append(frame, bar);
    this.#host.root.append(this.#panel);
    this.place();
    this.#writeLeft();
    window.addEventListener("message", this.#receive);
    this.#timers.push(window.setInterval(() => this.#count(), ASK_MS));
  }

  #address(): string {
    const first = Math.floor(this.#media.start_seconds + this.#playedMs / SECOND_MS);
    const asked = new URLSearchParams({
      enablejsapi: "1",
      origin: location.origin,
      autoplay: "1",
      mute: "1",
      controls: "0",
      rel: "0",
      playsinline: "1",
      start: String(first),
      end: String(Math.ceil(this.#media.start_seconds + this.#media.play_seconds)),
    });
    return `${PLAYER}/embed/${this.#media.video_id}?${asked}`;
  }

  #listen(): void {
    const ask = (): void => {
      if (!this.#answered) {
        this.#post({ event: "listening" });
      }
    };
    ask();
    this.#timers.push(window.setInterval(ask, ASK_MS));
  }

  #post(message: object): void {
    this.#frame?.contentWindow?.postMessage(JSON.stringify({ ...message, id: this.#id, channel: "widget" }), PLAYER);
  }

  #command(func: string, ...args: readonly unknown[]): void {
    this.#post({ event: "command", func, args });
  }

  readonly #receive = (event: MessageEvent): void => {
    if (event.origin !== PLAYER || this.#frame === null || event.source !== this.#frame.contentWindow) {
      return;
    }
    const message = read(event.data);
    if (message === null) {
      return;
    }
    if (!this.#answered) {
      this.#answered = true;
      this.#command("addEventListener", "onStateChange");
      this.#command("addEventListener", "onError");
      this.#sound();
      this.#command("playVideo");
    }
    const info = message["info"];
    if (message["event"] === "onError") {
      this.#fail(`media_${/^\d{1,3}$/.test(String(info)) ? info : "error"}`);
    } else if (message["event"] === "onStateChange" && typeof info === "number") {
      this.#turnTo(info);
    } else if (typeof info === "object" && info !== null) {
      this.#learn(info as Record<string, unknown>);
    }
  };

  #learn(info: Record<string, unknown>): void {
    const { playerState, duration, volume, muted, videoData } = info;
    if (typeof muted === "boolean" || typeof volume === "number") {
      this.#isMuted = muted === true || volume === 0 || (muted !== false && this.#isMuted);
    }
    if (typeof duration === "number") {
      this.#length = duration;
    }
    if (typeof videoData === "object" && videoData !== null && Reflect.get(videoData, "isLive") === true) {
      this.#live = true;
    }
    if (typeof playerState === "number") {
      this.#turnTo(playerState);
    }
    this.#count();
  }

  #turnTo(state: number): void {
    this.#count();
    if (this.#over) {
      return;
    }
    const before = this.#state;
    this.#state = state;
    if (state === PLAYING) {
      this.#panel.classList.add("playing");
    } else if (state === ENDED && before !== -1) {
      this.#end();
    } else if (state === PAUSED && before === PLAYING) {
      this.#command("playVideo");
    }
  }

  /** Our own clock: it runs while the player plays. */
  #count(): void {
    const now = performance.now();
    const passed = now - this.#countedAt;
    this.#countedAt = now;
    if (this.#over) {
      return;
    }
    if (this.#state === PLAYING) {
      this.#playedMs += passed;
      this.#movedAt = now;
      this.#audible ||= this.#frame !== null && !this.#isMuted && this.#volume * this.#media.volume > 0;
      this.#writeLeft();
    }
    if (this.#live || (this.#frame !== null && this.#playedMs > LENGTH_KNOWN_MS && this.#length === 0)) {
      this.#fail("media_live");
    } else if (now - this.#movedAt > PATIENCE_MS) {
      this.#fail("media_timeout");
    } else if (this.#playedMs >= this.#media.play_seconds * SECOND_MS) {
      this.#end();
    }
  }

  #sound(): void {
    const volume = this.#muted ? 0 : Math.round(100 * Math.min(1, Math.max(0, this.#volume * this.#media.volume || 0)));
    if (volume === 0) {
      this.#command("mute");
    }
    this.#command("setVolume", volume);
    if (volume > 0) {
      this.#command("unMute");
    }
  }

  #writeLeft(): void {
    const seconds = Math.ceil(this.leftMs / SECOND_MS);
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (this.#left.textContent !== text) {
      this.#left.textContent = text;
    }
  }

  #closeFrame(): void {
    this.#frame?.remove();
    this.#frame = null;
  }

  #fail(trouble: string): void {
    this.#trouble = trouble;
    this.#end();
  }

  #end(): void {
    if (!this.#over) {
      this.remove();
      window.setTimeout(this.#onChange);
    }
  }
}

function read(data: unknown): Record<string, unknown> | null {
  if (typeof data !== "string") {
    return null;
  }
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null ? (message as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
