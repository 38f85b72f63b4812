import { backoffMs } from "./backoff";
import { type PageMessage, PING_INTERVAL_SECONDS, type ServerMessage } from "./protocol.gen";

const SILENCE_MS = 3 * PING_INTERVAL_SECONDS * 1000;

/**
 * One WebSocket that comes back for ever. A silent one is dropped: a half-open connection looks alive for minutes.
 * What cannot be sent is dropped too; `Identify.resume` tells the server what it missed.
 */
export class Connection {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #retryTimer = 0;
  #silenceTimer = 0;
  readonly #url: string;
  readonly #onMessage: (message: ServerMessage) => void;

  constructor(url: string, onMessage: (message: ServerMessage) => void) {
    this.#url = url;
    this.#onMessage = onMessage;
  }

  open(): void {
    window.clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = (event) => {
      this.#awaitNext();
      const message = parse(event.data);
      if (message !== null) {
        this.#onMessage(message);
      }
    };
    socket.onclose = () => this.#lost(socket);
    this.#awaitNext();
  }

  send(message: PageMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  /** The server has accepted the page: the next loss starts again with short waits. */
  accepted(): void {
    this.#attempt = 0;
  }

  /** Ends the wait for the next attempt: timers of a page that was hidden may be minutes late. */
  hurry(): void {
    if (this.#retryTimer !== 0) {
      this.open();
    }
  }

  #awaitNext(): void {
    window.clearTimeout(this.#silenceTimer);
    this.#silenceTimer = window.setTimeout(() => {
      const socket = this.#socket;
      if (socket !== null) {
        // close() alone waits for an answer that a dead server never gives.
        socket.close();
        this.#lost(socket);
      }
    }, SILENCE_MS);
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) {
      return;
    }
    socket.onmessage = null;
    socket.onclose = null;
    this.#socket = null;
    window.clearTimeout(this.#silenceTimer);
    this.#retryTimer = window.setTimeout(() => this.open(), backoffMs(this.#attempt));
    this.#attempt += 1;
  }
}

/** `/overlay/<key>` is the page, `/overlay/<key>/socket` its socket. */
export function socketUrl(page: Location): string {
  const scheme = page.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${page.host}${page.pathname.replace(/\/+$/, "")}/socket`;
}

function parse(data: unknown): ServerMessage | null {
  if (typeof data !== "string") {
    return null;
  }
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}
