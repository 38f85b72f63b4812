import type { Command, PageMessage } from "./protocol.gen";

type Action = Command["action"];

/** Longer than this nobody means a press any more: a panic that arrives minutes late would be one of its own. */
export const LONGEST_WAIT_MS = 120_000;
/** How long an answered press stays marked when no new picture follows. */
const SETTLING_MS = 700;

export interface Order {
  /** What was pressed: one of it is on its way at a time. */
  readonly key: string;
  readonly command: Command;
  readonly since: number;
}

/**
 * Commands that were pressed and not answered yet. They outlive the connection: each is sent again, under its own id,
 * until an answer names it, so the studio does it once.
 */
export class Orders {
  readonly #send: (message: PageMessage) => boolean;
  readonly #now: () => number;
  readonly #open = new Map<string, Order>();
  readonly #settling = new Map<string, number>();

  constructor(send: (message: PageMessage) => boolean, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  get count(): number {
    return this.#open.size;
  }

  /** False when the same thing is on its way already: the second press of a double click means nothing more. */
  press(key: string, action: Action): boolean {
    if (this.isPending(key)) {
      return false;
    }
    const order: Order = { key, command: { id: uuid(), actor: "", action }, since: this.#now() };
    this.#open.set(order.command.id, order);
    this.#send({ type: "command", command: order.command });
    return true;
  }

  isPending(key: string): boolean {
    const until = this.#settling.get(key);
    if (until !== undefined && until > this.#now()) {
      return true;
    }
    return [...this.#open.values()].some((order) => order.key === key);
  }

  /** A new socket is ready: everything unanswered again, in its order. */
  resend(): void {
    for (const order of this.#open.values()) {
      this.#send({ type: "command", command: order.command });
    }
  }

  /** The order this answer is about; null for one that is not waited for any more. */
  answered(commandId: string): Order | null {
    const order = this.#open.get(commandId) ?? null;
    if (order !== null) {
      this.#open.delete(commandId);
      this.#settling.set(order.key, this.#now() + SETTLING_MS);
    }
    return order;
  }

  /** What was done shows: nothing that was answered is marked any more. */
  settled(): void {
    this.#settling.clear();
  }

  /** Gives up what waits too long, and says what that was. */
  expire(): Order[] {
    const before = this.#now() - LONGEST_WAIT_MS;
    const late = [...this.#open.values()].filter((order) => order.since < before);
    for (const order of late) {
      this.#open.delete(order.command.id);
    }
    return late;
  }
}

/** `crypto.randomUUID` is for https and localhost only; a phone on the local network has neither. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
