import "./control.css";
import "./parts.css";
import { reloadFor, shouldReloadFor } from "../asset_version";
import { Connection, socketUrl } from "../connection";
import type { Action, Desk } from "./desk";
import { Button } from "./elements";
import { Orders } from "./orders";
import { Page } from "./page";
import {
  ControlClose,
  type ControlPicture,
  type Hello,
  type PageMessage,
  type Right,
  type ServerMessage,
} from "./protocol.gen";
import { refusal } from "./sentences";
import { type LinkState, StatusBar } from "./status_bar";
import { languageOf, WORDS } from "./words";

const TICK_MS = 1000;
const NO_SUCH_KEY = 404;

class Control {
  readonly #language = languageOf(location.search, navigator.language);
  readonly #words = WORDS[this.#language];
  readonly #money = new Button("money", () => this.#switchMoney());
  readonly #status = new StatusBar(this.#words, this.#money.element);
  readonly #connection: Connection<ServerMessage, PageMessage>;
  readonly #orders: Orders;
  /** What is said once a command is done, by its id's order key. */
  readonly #done = new Map<string, string>();
  #page: Page | null = null;
  #desk: Desk | null = null;
  #rights: readonly Right[] = [];
  #skewMs = 0;
  #mark: string | null = null;
  #picture: ControlPicture | null = null;
  #greeted = false;
  #showsMoney = false;

  constructor() {
    document.documentElement.lang = this.#language;
    document.title = this.#words.title;
    this.#connection = new Connection<ServerMessage, PageMessage>(
      socketUrl(location),
      (message) => this.#receive(message),
      (code) => this.#lost(code),
    );
    this.#orders = new Orders(
      (message) => this.#greeted && this.#connection.send(message),
      () => performance.now(),
    );
    this.#money.element.hidden = true;
    this.#status.onForgotten = () => this.#refresh();
    document.body.append(this.#status.element);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") {
        this.#connection.hurry();
      }
    });
    window.addEventListener("online", () => this.#connection.hurry());
    window.setInterval(() => this.#tick(), TICK_MS);
    this.#refresh();
    this.#connection.open();
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "hello":
        this.#greet(message);
        break;
      case "picture":
        this.#mark = message.mark;
        this.#picture = message.picture;
        this.#orders.settled();
        this.#showsMoney = message.picture.money;
        this.#page?.show(message.picture);
        break;
      case "result":
      case "refused":
      case "problem":
        this.#answer(message);
        break;
      case "ping":
        this.#connection.send({ type: "pong", n: message.n });
        return;
    }
    this.#refresh();
  }

  #greet(hello: Hello): void {
    if (this.#orders.count === 0 && shouldReloadFor(hello.asset_version)) {
      reloadFor(hello.asset_version, null);
      return;
    }
    this.#skewMs = Date.parse(hello.now) - Date.now();
    this.#connection.accepted();
    this.#status.greet(hello);
    this.#status.setLink("open");
    if (this.#page === null || hello.rights.join() !== this.#rights.join()) {
      this.#build(hello.rights);
    }
    this.#greeted = true;
    this.#connection.send({ type: "resume", mark: this.#mark, language: this.#language, money: this.#showsMoney });
    this.#orders.resend();
  }

  #build(rights: readonly Right[]): void {
    this.#rights = rights;
    this.#desk = {
      language: this.#language,
      words: this.#words,
      orders: this.#orders,
      now: () => Date.now() + this.#skewMs,
      may: (right) => rights.includes(right),
      press: (key, action, done) => this.#press(key, action, done),
    };
    this.#page = new Page(this.#desk);
    this.#money.element.hidden = !rights.includes("money");
    document.body.replaceChildren(this.#status.element, this.#page.main, this.#page.foot, this.#page.voice);
    if (this.#picture !== null) {
      this.#page.show(this.#picture);
    }
  }

  #press(key: string, action: Action, done: string): void {
    if (this.#orders.press(key, action)) {
      this.#done.set(key, done);
      this.#refresh();
    }
  }

  #answer(message: Extract<ServerMessage, { readonly command_id: string }>): void {
    const order = this.#orders.answered(message.command_id);
    if (order === null) {
      return;
    }
    const done = this.#done.get(order.key) ?? this.#words.done;
    this.#done.delete(order.key);
    if (message.type === "result") {
      this.#status.tell(done, false);
    } else {
      this.#status.tell(refusal(message, this.#language), true);
    }
  }

  #lost(code: number | null): void {
    const wasGreeted = this.#greeted;
    this.#greeted = false;
    this.#setLink("lost");
    if (code === ControlClose.KEY_REVOKED) {
      this.#shutOut();
    } else if (!wasGreeted) {
      void this.#askWhetherKeyIsKnown();
    }
  }

  /** A browser does not say why it got no socket; the page's own address does. */
  async #askWhetherKeyIsKnown(): Promise<void> {
    try {
      const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
      if (answer.status === NO_SUCH_KEY && !this.#greeted) {
        this.#shutOut();
      }
    } catch {
      // Nobody answers: the connection goes on trying.
    }
  }

  #shutOut(): void {
    this.#connection.end();
    this.#setLink("revoked");
    this.#page?.main.remove();
    this.#page?.foot.remove();
    this.#page = null;
  }

  #setLink(link: LinkState): void {
    this.#status.setLink(link);
    this.#refresh();
  }

  #switchMoney(): void {
    this.#showsMoney = !this.#showsMoney;
    this.#connection.send({ type: "money", shown: this.#showsMoney });
    this.#refresh();
  }

  #tick(): void {
    if (this.#orders.expire().length > 0) {
      this.#status.tell(this.#words.expired, true);
    }
    this.#refresh();
  }

  #refresh(): void {
    const words = this.#words;
    this.#money.show("money", words.money, this.#showsMoney ? words.moneyHide : words.moneyShow);
    this.#money.set({ pressed: this.#showsMoney });
    // What was on the page already goes at once, whoever answers.
    document.body.classList.toggle("no-money", !this.#showsMoney);
    this.#status.show(this.#picture, this.#desk);
    this.#page?.refresh();
  }
}

new Control();
