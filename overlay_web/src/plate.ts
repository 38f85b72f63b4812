import type { Alert } from "./protocol.gen";
import { cleanText } from "./text";

const MAX_DONOR = 120;
const MAX_LINE = 80;
const MAX_MESSAGE = 500;

/** The parts that every theme's alert has, in reading order. Text stands in the light DOM, only ever as text. */
export interface Plate {
  readonly alert: HTMLElement;
  readonly box: HTMLElement;
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
  headline.append(donor, " ", donated("span", "lead", cleanText(content.lead, MAX_LINE)));
  const amount = donated("p", "amount", cleanText(content.amount_text, MAX_LINE));
  const messageText = cleanText(content.message, MAX_MESSAGE);
  const message = donated("p", "message", messageText);
  const pages = element("p", "pages");
  pages.hidden = true;
  message.hidden = messageText === "";

  box.append(headline, amount, message, pages);
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
