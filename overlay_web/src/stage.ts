import { pageAt } from "./fit";
import { Frames } from "./frames";
import { layOut, showPage } from "./layout";
import { applyLook, lookFonts, scaleOf } from "./look";
import { fileIn } from "./page_kind";
import { buildPlate, type Plate } from "./plate";
import type { AlertShow, Fence, PageMessage, Resume } from "./protocol.gen";
import type { Sequence } from "./sequence";
import { themeNamed } from "./themes/registry";
import type { Ornaments, Theme } from "./themes/theme";

const PROGRESS_MS = 1000;
/** How long an alert waits for its fonts and its picture. */
const GRACE_MS = 1500;

const NO_ORNAMENTS: Ornaments = { begin: () => undefined, end: () => undefined };

type State = "idle" | "entering" | "showing" | "leaving";

interface OnStage {
  runId: string;
  fence: Fence;
  readonly show: AlertShow;
  readonly theme: Theme;
  readonly plate: Plate;
  ornaments: Ornaments;
  pages: readonly string[];
  page: number;
  paintedAt: number | null;
  progressAt: number;
  leftAt: number | null;
  picture: HTMLElement | null;
  /** Told to leave: its end is not news to anybody. */
  stopped: boolean;
}

/** One alert at a time: idle, entering, showing, leaving, idle. Time decides; animation only follows. */
export class Stage {
  reducedMotion = false;
  language = "id";
  /** The stage is empty again. */
  onIdle: () => void = () => undefined;
  #speaks = false;
  #now: OnStage | null = null;
  #last: Resume | null;
  #timer = 0;
  readonly #frames = new Frames();
  readonly #root: HTMLElement;
  readonly #sound: Sequence;
  readonly #folder: string;
  readonly #report: (message: PageMessage) => void;
  readonly #isVisible: () => boolean;

  constructor(
    root: HTMLElement,
    folder: string,
    sound: Sequence,
    isVisible: () => boolean,
    report: (message: PageMessage) => void,
    last: Resume | null,
  ) {
    this.#root = root;
    this.#folder = folder;
    this.#sound = sound;
    this.#isVisible = isVisible;
    this.#report = report;
    this.#last = last;
    sound.onChange = () => this.tick();
    window.addEventListener("resize", () => this.#layOut());
  }

  /** True on the speaker. A mirror shows the same without a sound or a report. */
  get speaks(): boolean {
    return this.#speaks;
  }

  set speaks(speaks: boolean) {
    this.#speaks = speaks;
    this.#sound.setSpeaking(speaks);
  }

  get idle(): boolean {
    return this.#now === null;
  }

  /** What is on stage, or was last seen to its end; null when the server itself ended it. */
  get resume(): Resume | null {
    const now = this.#now;
    if (now === null || now.stopped) {
      return this.#last;
    }
    const seen = { run_id: now.runId, shown_ms: this.#shownMs(now), ended: false };
    return { ...seen, audible: this.#sound.audible };
  }

  show(message: AlertShow): void {
    const now = this.#now;
    if (now !== null && !now.stopped && [message.run_id, message.continues_run_id].includes(now.runId)) {
      this.#continueAs(now, message);
      return;
    }
    this.#clear();
    this.#guard(message, () => this.#enter(message));
  }

  #guard(message: AlertShow, work: () => void): void {
    try {
      work();
    } catch {
      this.#clear();
      this.#say({ type: "alert.failed", run_id: message.run_id, fence: message.fence, reason: "show_failed" });
    }
  }

  stop(runId: string): void {
    const now = this.#now;
    if (now !== null && now.runId === runId) {
      now.stopped = true;
      this.#last = null;
      this.#sound.stop();
      if (now.paintedAt === null) {
        this.#end(now);
      } else {
        this.#leave(now);
        this.tick();
      }
    }
  }

  /** Does whatever is due. Timers of a hidden page are late, so the server's pings come here as well. */
  tick(): void {
    const now = this.#now;
    if (now === null) {
      return;
    }
    this.#sound.tick();
    if (now !== this.#now || now.paintedAt === null) {
      return;
    }
    const clock = performance.now();
    const { enter_ms, on_stage_ms, leave_ms } = now.show.timing;
    if (now.leftAt !== null) {
      if (clock - now.leftAt >= leave_ms) {
        this.#end(now);
        return;
      }
    } else if (this.#shownMs(now) >= on_stage_ms && this.#sound.isOver()) {
      this.#leave(now);
      this.tick();
      return;
    } else if (this.#state === "entering" && clock - now.paintedAt >= enter_ms) {
      this.#state = "showing";
    }
    this.#turnPage(now);
    if (clock >= now.progressAt) {
      now.progressAt = clock + PROGRESS_MS;
      this.#reportProgress(now);
    }
    this.#wakeIn(this.#nextDue(now, clock));
  }

  get #state(): State {
    return this.#root.dataset["state"] as State;
  }

  set #state(state: State) {
    this.#root.dataset["state"] = state;
  }

  #enter(message: AlertShow): void {
    const { alert, timing } = message;
    const times = [message.offset_ms, timing.enter_ms, timing.on_stage_ms, timing.leave_ms];
    if (!times.every((ms) => Number.isFinite(ms))) {
      throw new TypeError("times that are none");
    }
    const theme = themeNamed(alert.theme);
    if (!Object.keys(theme.message).includes(alert.tier)) {
      throw new TypeError("a tier that is none");
    }
    const plate = buildPlate(alert, this.language);
    applyLook(plate.alert, alert, theme.anchor ?? "top");
    const entering = message.offset_ms === 0;
    const now: OnStage = {
      runId: message.run_id,
      fence: message.fence,
      show: message,
      theme,
      plate,
      ornaments: NO_ORNAMENTS,
      pages: [],
      page: -1,
      paintedAt: null,
      progressAt: Number.POSITIVE_INFINITY,
      leftAt: null,
      picture: null,
      stopped: false,
    };
    this.#now = now;
    this.#last = null;
    Object.assign(this.#root.dataset, { theme: theme.name, tier: alert.tier, run: message.run_id });
    this.#root.style.setProperty("--enter", `${timing.enter_ms}ms`);
    this.#root.style.setProperty("--leave", `${timing.leave_ms}ms`);
    this.#root.append(plate.alert);
    // The text stands in the document; measuring it is the next thing, before anything else is heard.
    queueMicrotask(() => {
      if (this.#now === now) {
        this.#guard(message, () => this.#prepare(now, entering));
      }
    });
  }

  /** Gives everything its size, and raises the curtain once fonts and picture are there. */
  #prepare(now: OnStage, entering: boolean): void {
    const { alert } = now.show;
    const { plate, theme } = now;
    now.ornaments = theme.decorate(plate, { tier: alert.tier, reducedMotion: this.reducedMotion, entering });
    this.#layOut();
    const fonts = missingFonts([...theme.fonts, ...lookFonts(alert)]);
    if (fonts === null && (alert.picture ?? null) === null) {
      this.#raise(now, entering);
      return;
    }
    const late = new Promise<null>((resolve) => window.setTimeout(() => resolve(null), GRACE_MS));
    void Promise.all([Promise.race([fonts, late]), Promise.race([this.#pictureOf(now), late])]).then(() => {
      if (this.#now === now) {
        this.#layOut();
        this.#raise(now, entering);
      }
    });
  }

  /** Resolves when the picture is there. One that fails, or has not come when the alert is raised, is left out. */
  async #pictureOf(now: OnStage): Promise<void> {
    const picture = now.show.alert.picture ?? null;
    const url = picture === null ? null : fileIn(this.#folder, picture.url);
    if (picture === null || url === null) {
      return;
    }
    const { dropPicture, loadPicture } = await import("./picture");
    if (this.#now !== now || this.#state !== "idle") {
      return;
    }
    const pending = loadPicture(url, picture);
    const loaded = await pending.loaded;
    if (!loaded || this.#now !== now || this.#state !== "idle") {
      dropPicture(pending.element);
      return;
    }
    now.picture = pending.element;
    now.plate.box.dataset["picture"] = ["beside", "behind"].includes(picture.place ?? "") ? picture.place : "above";
    now.plate.box.prepend(pending.element);
  }

  #raise(now: OnStage, entering: boolean): void {
    this.#state = entering ? "entering" : "showing";
    if (!now.stopped) {
      const { box, donor } = now.plate;
      this.#sound.begin(now.show, this.#speaks, { root: this.#root, box, donor: donor.textContent ?? "" });
    }
    this.#frames.start(this.#isVisible, () => {
      now.paintedAt = performance.now();
      now.progressAt = now.paintedAt + PROGRESS_MS;
      now.ornaments.begin();
      this.#say({ type: "alert.started", run_id: now.runId, fence: now.fence });
      this.tick();
    });
  }

  #continueAs(now: OnStage, message: AlertShow): void {
    now.runId = message.run_id;
    now.fence = message.fence;
    this.#root.dataset["run"] = message.run_id;
    if (now.paintedAt !== null) {
      this.#say({ type: "alert.started", run_id: now.runId, fence: now.fence });
    }
  }

  #leave(now: OnStage): void {
    if (now.leftAt === null) {
      now.leftAt = performance.now();
      now.ornaments.end();
      this.#state = "leaving";
    }
  }

  #end(now: OnStage): void {
    const seen = { run_id: now.runId, shown_ms: this.#shownMs(now) };
    const { audible, troubles } = this.#sound;
    this.#clear();
    if (!now.stopped) {
      this.#last = { ...seen, ended: true, audible };
      this.#say({ type: "alert.finished", ...seen, fence: now.fence, audible, troubles });
    }
    this.onIdle();
  }

  #clear(): void {
    window.clearTimeout(this.#timer);
    this.#frames.stop();
    this.#sound.stop();
    this.#now?.ornaments.end();
    this.#now?.plate.alert.remove();
    const picture = this.#now?.picture ?? null;
    if (picture instanceof HTMLVideoElement) {
      void import("./picture").then(({ dropPicture }) => dropPicture(picture));
    }
    this.#now = null;
    this.#state = "idle";
    for (const name of ["theme", "tier", "run"]) {
      delete this.#root.dataset[name];
    }
  }

  #layOut(): void {
    const now = this.#now;
    if (now !== null) {
      const { alert, timing } = now.show;
      const video = (alert.media ?? null) !== null;
      const room = { onStageMs: timing.on_stage_ms, scale: scaleOf(alert), video };
      now.pages = layOut(now.plate, now.theme.message[alert.tier], room);
      now.page = -1;
      this.#turnPage(now);
      this.#sound.place();
    }
  }

  #turnPage(now: OnStage): void {
    const page = pageAt(this.#shownMs(now), now.pages.length, now.show.timing.on_stage_ms);
    if (page !== now.page) {
      now.page = page;
      showPage(now.plate, now.pages, page);
      this.#sound.place();
    }
  }

  #shownMs(now: OnStage): number {
    const until = now.leftAt ?? performance.now();
    return Math.max(0, Math.round(now.show.offset_ms + until - (now.paintedAt ?? until)));
  }

  #nextDue(now: OnStage, clock: number): number {
    const { enter_ms, on_stage_ms, leave_ms } = now.show.timing;
    if (now.leftAt !== null) {
      return now.leftAt + leave_ms - clock;
    }
    const painted = now.paintedAt ?? clock;
    const due = [now.progressAt, painted + on_stage_ms - now.show.offset_ms];
    if (this.#state === "entering") {
      due.push(painted + enter_ms);
    }
    const coming = due.filter((at) => at > clock);
    return Math.min(...coming) - clock;
  }

  #wakeIn(ms: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.tick(), Math.max(0, Math.ceil(ms)));
  }

  #reportProgress(now: OnStage): void {
    this.#say({
      type: "alert.progress",
      run_id: now.runId,
      fence: now.fence,
      shown_ms: this.#shownMs(now),
      frames: this.#frames.count,
      audio_ms: this.#sound.clockMs,
      heard: this.#sound.heard,
      media_left_ms: this.#sound.videoLeftMs,
    });
  }

  #say(message: PageMessage): void {
    if (this.#speaks) {
      this.#report(message);
    }
  }
}

function missingFonts(fonts: readonly string[]): Promise<unknown> | null {
  const missing = fonts.filter((font) => !document.fonts.check(font));
  return missing.length === 0 ? null : Promise.allSettled(missing.map((font) => document.fonts.load(font)));
}
