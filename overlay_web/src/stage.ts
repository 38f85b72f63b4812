import { pageAt } from "./fit";
import { Frames } from "./frames";
import { layOut, showPage } from "./layout";
import { buildPlate, type Plate } from "./plate";
import type { AlertShow, Fence, PageMessage, Resume } from "./protocol.gen";
import type { Sound } from "./sound";
import { loadFonts, themeNamed } from "./themes/registry";
import type { Ornaments, Theme } from "./themes/theme";

const PROGRESS_MS = 1000;
const FONT_GRACE_MS = 1500;

type State = "idle" | "entering" | "showing" | "leaving";

interface OnStage {
  runId: string;
  fence: Fence;
  readonly show: AlertShow;
  readonly theme: Theme;
  readonly plate: Plate;
  readonly ornaments: Ornaments;
  pages: readonly string[];
  page: number;
  paintedAt: number | null;
  progressAt: number;
  leftAt: number | null;
  /** Told to leave: its end is not news to anybody. */
  stopped: boolean;
}

/** One alert at a time: idle, entering, showing, leaving, idle. Time decides; animation only follows. */
export class Stage {
  /** True on the speaker. A mirror shows the same without a sound or a report. */
  speaks = false;
  reducedMotion = false;
  language = "id";
  /** The stage is empty again. */
  onIdle: () => void = () => undefined;
  #now: OnStage | null = null;
  #last: Resume | null;
  #timer = 0;
  readonly #frames = new Frames();
  readonly #root: HTMLElement;
  readonly #sound: Sound;
  readonly #report: (message: PageMessage) => void;
  readonly #isVisible: () => boolean;

  constructor(
    root: HTMLElement,
    sound: Sound,
    isVisible: () => boolean,
    report: (message: PageMessage) => void,
    last: Resume | null,
  ) {
    this.#root = root;
    this.#sound = sound;
    this.#isVisible = isVisible;
    this.#report = report;
    this.#last = last;
    sound.onOver = () => this.tick();
    window.addEventListener("resize", () => this.#layOut());
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
    try {
      this.#enter(message);
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
    if (now === null || now.paintedAt === null) {
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
    const theme = themeNamed(alert.theme);
    const plate = buildPlate(alert, this.language);
    const entering = message.offset_ms === 0;
    const ornaments = theme.decorate(plate, { tier: alert.tier, reducedMotion: this.reducedMotion, entering });
    const now: OnStage = {
      runId: message.run_id,
      fence: message.fence,
      show: message,
      theme,
      plate,
      ornaments,
      pages: [],
      page: -1,
      paintedAt: null,
      progressAt: Number.POSITIVE_INFINITY,
      leftAt: null,
      stopped: false,
    };
    this.#now = now;
    this.#last = null;
    Object.assign(this.#root.dataset, { theme: theme.name, tier: alert.tier, run: message.run_id });
    this.#root.style.setProperty("--enter", `${timing.enter_ms}ms`);
    this.#root.style.setProperty("--leave", `${timing.leave_ms}ms`);
    this.#root.append(plate.alert);
    this.#layOut();
    const fonts = loadFonts(theme);
    if (fonts === null) {
      this.#raise(now, entering);
      return;
    }
    const grace = new Promise((resolve) => window.setTimeout(resolve, FONT_GRACE_MS));
    void Promise.race([fonts, grace]).then(() => {
      if (this.#now === now) {
        this.#layOut();
        this.#raise(now, entering);
      }
    });
  }

  #raise(now: OnStage, entering: boolean): void {
    const { alert, chime } = now.show;
    this.#state = entering ? "entering" : "showing";
    if (chime && alert.sound_url !== null && this.speaks && !now.stopped) {
      this.#sound.play(alert.sound_url, alert.volume);
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
    const audible = this.#sound.audible;
    this.#clear();
    if (!now.stopped) {
      this.#last = { ...seen, ended: true, audible };
      this.#say({ type: "alert.finished", ...seen, fence: now.fence, audible });
    }
    this.onIdle();
  }

  #clear(): void {
    window.clearTimeout(this.#timer);
    this.#frames.stop();
    this.#sound.stop();
    this.#now?.ornaments.end();
    this.#now?.plate.alert.remove();
    this.#now = null;
    this.#state = "idle";
    for (const name of ["theme", "tier", "run"]) {
      delete this.#root.dataset[name];
    }
  }

  #layOut(): void {
    const now = this.#now;
    if (now !== null) {
      now.pages = layOut(now.plate, now.theme.message[now.show.alert.tier], now.show.timing.on_stage_ms);
      now.page = -1;
      this.#turnPage(now);
    }
  }

  #turnPage(now: OnStage): void {
    const page = pageAt(this.#shownMs(now), now.pages.length, now.show.timing.on_stage_ms);
    if (page !== now.page) {
      now.page = page;
      showPage(now.plate, now.pages, page);
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
    });
  }

  #say(message: PageMessage): void {
    if (this.speaks) {
      this.#report(message);
    }
  }
}
