import { fileIn } from "./page_kind";
import type { AlertShow, Channel, SoundKind } from "./protocol.gen";
import { Sound } from "./sound";
import type { Video, VideoHost } from "./youtube";

const SPEECH_GRACE_MS = 10_000;
/** About as long as a chime is: what a page reckons with that did not hear it. */
const CHIME_MS = 1500;
const GAP_MS = 300;
const AFTER_SPEECH_MS = 1000;

export interface Volumes {
  readonly alert: number;
  readonly speech: number;
  readonly media: number;
}

/** What of a message was heard already, when it comes back after an interruption. */
interface Heard {
  readonly messageId: string;
  speech: boolean;
  videoMs: number;
}

interface Step {
  readonly kind: SoundKind;
  start(): void;
  isOver(): boolean;
}

/** The order of sound of one alert: chime, speech, video, a pause between them, never two at once. */
export class Sequence {
  /** The stage has something to decide. */
  onChange: () => void = () => undefined;
  readonly #folder: string;
  readonly #chime = new Sound();
  #speech: Sound | null = null;
  #video: Video | null = null;
  #volumes: Volumes = { alert: 1, speech: 1, media: 1 };
  #muted: ReadonlySet<Channel> = new Set();
  #speaks = false;
  #show: AlertShow | null = null;
  #steps: Step[] = [];
  #running: Step | null = null;
  #dueAt = 0;
  #overAt = 0;
  #timer = 0;
  #heardBefore: Heard | null = null;
  #audible = false;
  #lastClock = 0;
  #troubles: string[] = [];

  /** Speech is found in `folder`, the page's own. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#chime.onOver = () => this.onChange();
  }

  /** `host` is where a video is shown. The pages that do not speak take the time and make no sound. */
  begin(show: AlertShow, speaks: boolean, host: VideoHost): void {
    this.stop();
    this.#show = show;
    this.#speaks = speaks;
    const { chime, afterMs } = this.#remember(show);
    if (chime && speaks && show.alert.sound_url !== null) {
      this.#steps.push(this.#chimeStep(show.alert.sound_url, show.alert.volume));
    }
    if (this.#heardBefore?.speech !== true) {
      this.#addSpeech(show, speaks);
    }
    this.#addVideo(show, host, this.#heardBefore?.videoMs ?? afterMs);
    this.tick();
  }

  /** Silent at once, every kind of sound. */
  stop(): void {
    window.clearTimeout(this.#timer);
    this.#keepVideoTime();
    this.#steps = [];
    this.#running = null;
    this.#show = null;
    this.#chime.stop();
    this.#speech?.stop();
    this.#video?.remove();
    this.#video = null;
    this.#audible = false;
    this.#lastClock = 0;
    this.#dueAt = 0;
    this.#overAt = 0;
    this.#troubles = [];
  }

  setVolumes(volumes: Volumes): void {
    this.#volumes = volumes;
    this.#chime.setMasterVolume(volumes.alert);
    this.#speech?.setMasterVolume(volumes.speech);
    this.#video?.setVolume(volumes.media);
  }

  /** Everything goes on and takes its time; what is muted is not heard. */
  setMuted(channels: readonly Channel[]): void {
    this.#muted = new Set(Array.isArray(channels) ? channels : []);
    this.#chime.setMuted(this.#muted.has("alert"));
    this.#speech?.setMuted(this.#muted.has("speech"));
    this.#video?.setMuted(this.#muted.has("media") || !this.#speaks);
  }

  /** A mirror whose speaker is gone makes the video heard that it has been showing. */
  setSpeaking(speaks: boolean): void {
    this.#speaks = speaks;
    this.#video?.setMuted(this.#muted.has("media") || !speaks);
  }

  /** Begins what is due. The stage asks for it whenever anything has happened. */
  tick(): void {
    const running = this.#running;
    if (running !== null) {
      if (!running.isOver()) {
        return;
      }
      this.#finish(running);
    }
    const next = this.#steps[0];
    const wait = (next === undefined ? this.#overAt : this.#dueAt) - performance.now();
    if (wait > 0) {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.onChange(), Math.ceil(wait));
    } else if (next !== undefined) {
      this.#steps.shift();
      this.#running = next;
      next.start();
    }
  }

  /** Whether everything was heard, and the pause after speech has passed. */
  isOver(): boolean {
    if (this.#running?.isOver() === true) {
      this.#finish(this.#running);
      this.tick();
    }
    return this.#running === null && this.#steps.length === 0 && performance.now() >= this.#overAt;
  }

  get audible(): boolean {
    return this.#audible || this.#chime.audible || this.#speech?.audible === true || this.#video?.audible === true;
  }

  /** What is playing now; null in the pauses, and while it is still awaited. */
  get heard(): SoundKind | null {
    const kind = this.#running?.kind ?? null;
    return this.#clockOf(kind) > 0 && this.#running?.isOver() === false ? kind : null;
  }

  /** Of what is playing, or played last. */
  get clockMs(): number {
    return this.#running === null ? this.#lastClock : this.#clockOf(this.#running.kind);
  }

  get videoLeftMs(): number | null {
    return this.#running?.kind === "media" ? (this.#video?.leftMs ?? null) : null;
  }

  get troubles(): readonly string[] {
    const now = this.#video?.trouble ?? null;
    return now === null ? this.#troubles : [...this.#troubles, now];
  }

  /** The alert has another place or size. */
  place(): void {
    this.#video?.place();
  }

  #finish(step: Step): void {
    const { speech_gap_ms = GAP_MS, after_speech_ms = AFTER_SPEECH_MS } = this.#show?.timing ?? {};
    const now = performance.now();
    this.#lastClock = this.#clockOf(step.kind);
    this.#audible = this.audible;
    this.#running = null;
    this.#dueAt = now + speech_gap_ms;
    if (step.kind === "speech") {
      this.#overAt = now + after_speech_ms;
      this.#note({ speech: true });
    } else if (step.kind === "media") {
      this.#note({ videoMs: Number.POSITIVE_INFINITY });
      this.#dropVideo();
    }
  }

  #clockOf(kind: SoundKind | null): number {
    switch (kind) {
      case "chime":
        return this.#chime.clockMs;
      case "speech":
        return this.#speech?.clockMs ?? 0;
      case "media":
        return this.#video?.playedMs ?? 0;
      default:
        return 0;
    }
  }

  #chimeStep(url: string, volume: number): Step {
    return {
      kind: "chime",
      start: () => this.#chime.play(url, volume),
      isOver: () => this.#chime.isOver(),
    };
  }

  #addSpeech(show: AlertShow, speaks: boolean): void {
    const speech = show.alert.speech ?? null;
    if (speech === null) {
      return;
    }
    if (!speaks) {
      this.#steps.push(pause("speech", speech.expected_ms, () => this.onChange()));
      return;
    }
    const url = fileIn(this.#folder, speech.url) ?? "";
    const voice = this.#voice();
    // Asked for now, so that it is there when the chime has ended: the server may still be making it.
    voice.prepare(url);
    let failed = false;
    this.#steps.push({
      kind: "speech",
      start: () => voice.play(url, speech.volume),
      isOver: () => {
        if (!failed && voice.isOver() && voice.failed) {
          failed = true;
          this.#troubles.push("speech_failed");
          this.#chime.play(speech.failed_url, show.alert.volume);
        }
        return failed ? this.#chime.isOver() : voice.isOver();
      },
    });
  }

  #voice(): Sound {
    if (this.#speech === null) {
      this.#speech = new Sound(SPEECH_GRACE_MS);
      this.#speech.onOver = () => this.onChange();
      this.#speech.setMasterVolume(this.#volumes.speech);
      this.#speech.setMuted(this.#muted.has("speech"));
    }
    return this.#speech;
  }

  #addVideo(show: AlertShow, host: VideoHost, atMs: number): void {
    const media = show.alert.media ?? null;
    if (media === null || atMs >= media.play_seconds * 1000) {
      return;
    }
    const loading = import("./youtube");
    let given = false;
    const giveUp = (): void => {
      given = true;
      if (this.#show === show) {
        this.#troubles.push("media_timeout");
        this.onChange();
      }
    };
    this.#steps.push({
      kind: "media",
      start: () => {
        void loading.then(({ Video }) => {
          if (this.#show === show && this.#running?.kind === "media") {
            const muted = this.#muted.has("media") || !this.#speaks;
            const options = { atMs, muted, volume: this.#volumes.media, onChange: () => this.onChange() };
            this.#video = new Video(host, media, options);
          }
        }, giveUp);
      },
      isOver: () => given || this.#video?.isOver() === true,
    });
  }

  #dropVideo(): void {
    const trouble = this.#video?.trouble ?? null;
    if (trouble !== null) {
      this.#troubles.push(trouble);
    }
    this.#video?.remove();
    this.#video = null;
  }

  /** What a run that comes back goes on with, by what this page heard of it, or else by the time that has passed. */
  #remember(show: AlertShow): { readonly chime: boolean; readonly afterMs: number } {
    const before = this.#heardBefore;
    const resumed = !show.chime && show.offset_ms > 0;
    const gap = show.timing.speech_gap_ms ?? GAP_MS;
    const speech = show.alert.speech ?? null;
    const chimeMs = show.alert.sound_url === null ? 0 : CHIME_MS + gap;
    const spokenMs = chimeMs + (speech?.expected_ms ?? 0);
    if (!resumed || show.message_id === null || before?.messageId !== show.message_id) {
      const afterMs = resumed ? Math.max(0, show.offset_ms - spokenMs - (speech === null ? 0 : gap)) : 0;
      const spoken = resumed && show.offset_ms > spokenMs;
      this.#heardBefore = { messageId: show.message_id ?? "", speech: spoken, videoMs: afterMs };
      return { chime: show.chime, afterMs };
    }
    return { chime: false, afterMs: before.videoMs };
  }

  #keepVideoTime(): void {
    if (this.#video !== null) {
      this.#note({ videoMs: this.#video.playedMs });
    }
  }

  #note(heard: Partial<Heard>): void {
    if (this.#heardBefore !== null) {
      this.#heardBefore = { ...this.#heardBefore, ...heard };
    }
  }
}

function pause(kind: SoundKind, ms: number, over: () => void): Step {
  let until = 0;
  return {
    kind,
    start: () => {
      until = performance.now() + ms;
      window.setTimeout(over, ms);
    },
    isOver: () => performance.now() >= until,
  };
}
