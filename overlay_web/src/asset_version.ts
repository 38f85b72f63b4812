import type { Resume } from "./protocol.gen";

const RELOADED_FOR = "overlay.reloaded-for";
const HANDED_OVER = "overlay.resume";

/** The name of the build this page belongs to. */
export function ownAssetVersion(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="asset-version"]')?.content ?? "";
}

/**
 * Whether to reload for the server's build. At most once for each of its versions: where a cache keeps answering with
 * the old page, showing alerts with it is better than reloading for ever.
 */
export function shouldReloadFor(serverVersion: string): boolean {
  if (serverVersion === "" || serverVersion === ownAssetVersion()) {
    return false;
  }
  try {
    return sessionStorage.getItem(RELOADED_FOR) !== serverVersion;
  } catch {
    return false;
  }
}

/** Reloads, leaving to the next page what this one last had on stage. */
export function reloadFor(serverVersion: string, resume: Resume | null): void {
  try {
    sessionStorage.setItem(RELOADED_FOR, serverVersion);
    if (resume !== null) {
      sessionStorage.setItem(HANDED_OVER, JSON.stringify(resume));
    }
  } catch {
    return;
  }
  location.reload();
}

/** What the page before the reload last had on stage; given once. */
export function takeHandedOver(): Resume | null {
  try {
    const text = sessionStorage.getItem(HANDED_OVER);
    sessionStorage.removeItem(HANDED_OVER);
    return text === null ? null : (JSON.parse(text) as Resume);
  } catch {
    return null;
  }
}
