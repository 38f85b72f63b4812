const EVERYTHING = "*";
const ALERTS = "alerts";

/** What a page is, by its address. */
export interface PageKind {
  /** The folder that files of the page's key stand in: `/overlay/<key>/`. */
  readonly folder: string;
  readonly socketUrl: string;
  /** As `identify` names them. */
  readonly widgets: readonly string[];
  /** A page without alerts plays no sound and reports none. */
  readonly alerts: boolean;
  /** Whether it shows anything but alerts. */
  readonly others: boolean;
}

/** `/overlay/<key>` shows alerts, `.../canvas` everything, `.../widget/<name>` one widget; `/preview/<key>` alike. */
export function pageKind(page: Pick<Location, "protocol" | "host" | "pathname">): PageKind {
  const [root = "", key = "", part, name] = page.pathname.split("/").filter((piece) => piece !== "");
  const folder = `/${root}/${key}/`;
  const scheme = page.protocol === "https:" ? "wss:" : "ws:";
  const widgets = [ALERTS];
  if (part === "canvas") {
    widgets.splice(0, 1, EVERYTHING);
  } else if (part === "widget" && name !== undefined) {
    widgets.splice(0, 1, decoded(name));
  }
  return {
    folder,
    socketUrl: `${scheme}//${page.host}${folder}socket`,
    widgets,
    alerts: part !== "widget" || widgets[0] === ALERTS,
    others: widgets[0] !== ALERTS,
  };
}

/** The address of a file in the page's own folder; null for what would lead out of it. */
export function fileIn(folder: string, name: unknown): string | null {
  const inside = typeof name === "string" && /^[a-z]+\/[\w-][\w.-]{0,199}$/.test(name);
  return inside ? folder + name : null;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
