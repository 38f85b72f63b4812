declare global {
  interface Window {
    readonly obsstudio?: { readonly pluginVersion?: string };
  }
}

/** Where the page runs, and whether anybody can see it: what OBS tells a browser source, and the browser a tab. */
export class SourceState {
  readonly inObs = window.obsstudio !== undefined;
  readonly obsVersion = /OBS\/([\w.-]{1,32})/.exec(navigator.userAgent)?.[1] ?? null;
  /** In OBS's program; null until OBS has said so, and for ever in a browser. */
  active: boolean | null = null;
  #shownInObs = true;

  constructor(onChange: () => void) {
    // OBS announces changes only; there is no way to ask for the state at load.
    window.addEventListener("obsSourceActiveChanged", (event) => {
      this.active = detailFlag(event, "active");
      onChange();
    });
    window.addEventListener("obsSourceVisibleChanged", (event) => {
      this.#shownInObs = detailFlag(event, "visible") ?? true;
      onChange();
    });
    document.addEventListener("visibilitychange", onChange);
  }

  get visible(): boolean {
    return this.#shownInObs && document.visibilityState === "visible";
  }
}

function detailFlag(event: Event, name: string): boolean | null {
  const detail: unknown = event instanceof CustomEvent ? event.detail : null;
  const value: unknown = typeof detail === "object" && detail !== null ? Reflect.get(detail, name) : null;
  return typeof value === "boolean" ? value : null;
}
