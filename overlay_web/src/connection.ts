import { backoffMs } from "./backoff";
import { PING_INTERVAL_SECONDS } from "./protocol.gen";

const SILENCE_MS = 3 * PING_INTERVAL_SECONDS * 1000;

/**
 * One WebSocket that comes back for ever. A silent one is dropped: a half-open connection looks alive for minutes.
 * What cannot be sent is dropped too; what the page says first on the next socket tells the server what it missed.
 */
export class Connection<Received, Sent> {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #retryTimer = 0;
  #silenceTimer = 0;
  readonly #url: string;
  readonly #onMessage: (message: Received) => void;
  readonly #onLost: (closeCode: number | null) => void;

  /** `onLost` hears the server's close code, or null where the connection only broke; `end` within it ends it all. */
  constructor(
    url: string,
    onMessage: (message: Received) => void,
    onLost: (closeCode: number | null) => void = () => undefined,
  ) {
    this.#url = url;
    this.#onMessage = onMessage;
    this.#onLost = onLost;
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
        this.#onMessage(message as Received);
      }
    };
    socket.onclose = (event) => this.#lost(socket, event.code);
    this.#awaitNext();
  }

  /** Whether it was handed to an open socket; that it arrived only an answer can tell. */
  send(message: Sent): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** No further attempt. */
  end(): void {
    window.clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
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
        this.#lost(socket, null);
      }
    }, SILENCE_MS);
  }

  #lost(socket: WebSocket, closeCode: number | null): void {
    if (this.#socket !== socket) {
      return;
    }
    socket.onmessage = null;
    socket.onclose = null;
    this.#socket = null;
    window.clearTimeout(this.#silenceTimer);
    this.#retryTimer = window.setTimeout(() => this.open(), backoffMs(this.#attempt));
    this.#attempt += 1;
    this.#onLost(closeCode);
  }
}

/** `/overlay/<key>` is the page, `/overlay/<key>/socket` its socket; the control page's alike. */
export function socketUrl(page: Location): string {
  const scheme = page.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${page.host}${page.pathname.replace(/\/+$/, "")}/socket`;
}

function parse(data: unknown): object | null {
  if (typeof data !== "string") {
    return null;
  }
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" ? message : null;
  } catch {
    return null;
  }
}
