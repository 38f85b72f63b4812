import type { Picture } from "./protocol.gen";

/** A picture that is on its way: the plate has it already, so that it is laid out with its size. */
export interface Pending {
  readonly element: HTMLElement;
  /** True when it can be shown, false when there is none. */
  readonly loaded: Promise<boolean>;
}

/** A still or moving picture of the streamer's library. A video is silent and loops while it is on stage. */
export function loadPicture(url: string, picture: Picture): Pending {
  const pending = picture.kind === "video" ? loadVideo(url) : loadImage(url);
  pending.element.className = "picture";
  pending.element.setAttribute("aria-hidden", "true");
  return pending;
}

function loadImage(url: string): Pending {
  const element = new Image();
  element.alt = "";
  element.decoding = "async";
  element.src = url;
  const loaded = element.decode().then(
    () => true,
    () => false,
  );
  return { element, loaded };
}

function loadVideo(url: string): Pending {
  const element = document.createElement("video");
  element.muted = true;
  element.defaultMuted = true;
  element.loop = true;
  element.autoplay = true;
  element.playsInline = true;
  element.disablePictureInPicture = true;
  const loaded = new Promise<boolean>((resolve) => {
    element.oncanplay = () => resolve(true);
    element.onerror = () => resolve(false);
  });
  element.src = url;
  return { element, loaded };
}

/** Lets go of what a video still loads: an element that is only removed goes on. */
export function dropPicture(element: HTMLElement): void {
  element.remove();
  if (element instanceof HTMLVideoElement) {
    element.oncanplay = null;
    element.onerror = null;
    element.pause();
    element.removeAttribute("src");
    element.load();
  }
}
