import type { Alert, HeadlinePart } from "./protocol.gen";
import { cleanText } from "./text";

const MAX_DONOR = 120;
const MAX_LINE = 80;
const MAX_WORDS = 200;
const MAX_MESSAGE = 500;
const MAX_PARTS = 24;

/** The parts that every theme's alert has, in reading order. Text stands in the light DOM, only ever as text. */
export interface Plate {
  readonly alert: HTMLElement;
  readonly box: HTMLElement;
  /** Nowhere to be seen where a streamer's own headline leaves it out. */
  readonly donor: HTMLElement;
  readonly amount: HTMLElement;
  readonly message: HTMLElement;
  readonly pages: HTMLElement;
  readonly messageText: string;
}

export function buildPlate(content: Alert, language: string): Plate {
  const alert = element("article", "alert");
  const box = element("div", "plate");
  const headline = element("p", "headline");
  const someone = language.startsWith("id") ? "Seseorang" : "Someone";
  const donor = donated("bdi", "donor", cleanText(content.donor, MAX_DONOR) || someone);
  const own = ownParts(content.headline);
  const inline = own.some((part) => part.kind === "amount");
  const amount = donated(inline ? "span" : "p", "amount", cleanText(content.amount_text, MAX_LINE));
  if (own.length > 0) {
    headline.classList.add("own");
    for (const part of own) {
      headline.append(ownPart(part, donor, amount, someone));
    }
  } else {
    headline.append(donor, " ", donated("span", "lead", cleanText(content.lead, MAX_LINE)));
  }
  const messageText = cleanText(content.message, MAX_MESSAGE);
  const message = donated("p", "message", messageText);
  const pages = element("p", "pages");
  pages.hidden = true;
  message.hidden = messageText === "";

  box.append(headline);
  if (!inline) {
    box.append(amount);
  }
  box.append(message, pages);
  const missing = cleanText(content.media_missing, MAX_WORDS);
  if (missing !== "") {
    box.append(donated("p", "media-missing", missing));
  }
  const badge = cleanText(content.badge, MAX_LINE);
  if (badge !== "") {
    box.append(donated("span", "badge", badge));
  }
  alert.append(box);
  return { alert, box, donor, amount, message, pages, messageText };
}

/** An element for show only. */
export function ornament(name: string): HTMLElement {
  const made = element("div", name);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** What can be read of a streamer's own headline; nothing where there is none, or none that shows anything. */
function ownParts(parts: Alert["headline"]): readonly HeadlinePart[] {
  const own = (Array.isArray(parts) ? parts : []).slice(0, MAX_PARTS) as HeadlinePart[];
  return own.some((part) => cleanText(part.text, MAX_WORDS) !== "") ? own : [];
}

/** The first name and the first amount are the plate's own, which are made to fit; words keep the spaces around them. */
function ownPart(part: HeadlinePart, donor: HTMLElement, amount: HTMLElement, someone: string): HTMLElement {
  const words = cleanText(part.text, MAX_WORDS);
  if (part.kind === "name") {
    const name = words || someone;
    donor.textContent = donor.parentNode === null ? name : donor.textContent;
    return donor.parentNode === null ? donor : donated("bdi", "donor", name);
  }
  if (part.kind === "amount") {
    amount.textContent = amount.parentNode === null ? words : amount.textContent;
    return amount.parentNode === null ? amount : donated("span", "amount", words);
  }
  const before = /^\s/.test(part.text) ? " " : "";
  const after = words !== "" && /\s$/.test(part.text) ? " " : "";
  return donated("span", "lead", before + words + after);
}

function donated(tag: "bdi" | "p" | "span", name: string, text: string): HTMLElement {
  const made = element(tag, name);
  made.dir = "auto";
  made.textContent = text;
  return made;
}

function element(tag: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}
