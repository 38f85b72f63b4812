import { describe, expect, it } from "vitest";
import { LONGEST_WAIT_MS, Orders, uuid } from "../src/control/orders";
import type { Order, PageMessage } from "../src/control/protocol.gen";

class Wire {
  now = 1000;
  open = true;
  readonly sent: Order[] = [];
  readonly orders = new Orders(
    (message: PageMessage) => {
      if (this.open && message.type === "command") {
        this.sent.push(message);
      }
      return this.open;
    },
    () => this.now,
  );

  get ids(): string[] {
    return this.sent.map((order) => order.command.id);
  }
}

const PAUSE = { type: "queue.pause" } as const;
const PANIC = { type: "queue.panic" } as const;

describe("Orders", () => {
  it("sends a press once, however often it is pressed before it is answered", () => {
    const wire = new Wire();
    expect(wire.orders.press("pause", PAUSE)).toBe(true);
    expect(wire.orders.press("pause", PAUSE)).toBe(false);
    expect(wire.orders.press("panic", PANIC)).toBe(true);
    expect(wire.sent.map((order) => order.command.action.type)).toEqual(["queue.pause", "queue.panic"]);
    expect(wire.orders.count).toBe(2);
  });

  it("sends everything unanswered again, in its order and under its own id", () => {
    const wire = new Wire();
    wire.orders.press("pause", PAUSE);
    wire.open = false;
    wire.orders.press("panic", PANIC);
    wire.open = true;
    const first = wire.ids[0];
    wire.orders.resend();
    expect(wire.sent.map((order) => order.command.action.type)).toEqual(["queue.pause", "queue.pause", "queue.panic"]);
    expect(wire.ids[1]).toBe(first);
    wire.orders.answered(first ?? "");
    wire.orders.resend();
    expect(wire.sent).toHaveLength(4);
  });

  it("stays marked after its answer until a picture shows it, or for a moment", () => {
    const wire = new Wire();
    wire.orders.press("pause", PAUSE);
    expect(wire.orders.answered(wire.ids[0] ?? "")?.key).toBe("pause");
    expect(wire.orders.answered(wire.ids[0] ?? "")).toBeNull();
    expect(wire.orders.isPending("pause")).toBe(true);
    wire.orders.settled();
    expect(wire.orders.isPending("pause")).toBe(false);
    wire.orders.press("pause", PAUSE);
    wire.orders.answered(wire.ids[1] ?? "");
    wire.now += 1000;
    expect(wire.orders.isPending("pause")).toBe(false);
  });

  it("gives up what nobody means any more", () => {
    const wire = new Wire();
    wire.open = false;
    wire.orders.press("panic", PANIC);
    wire.now += LONGEST_WAIT_MS;
    expect(wire.orders.expire()).toEqual([]);
    wire.now += 1;
    expect(wire.orders.expire().map((order) => order.key)).toEqual(["panic"]);
    wire.open = true;
    wire.orders.resend();
    expect(wire.sent).toEqual([]);
  });
});

describe("uuid", () => {
  it("is a random UUID of version 4", () => {
    const made = Array.from({ length: 200 }, uuid);
    expect(new Set(made).size).toBe(200);
    for (const each of made) {
      expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
