/** One visitor's conversation: holds the state, speaks over the line, and keeps what a reload must not lose. */
import { isLanguage, type Language } from "../languages";
import type { Memory } from "../memory";
import { Files } from "./files";
import { Http } from "./http";
import { Line, type Outgoing } from "./line";
import { Ratings, type Rating } from "./ratings";
import { advance, EMPTY, underWay, withHistory, type Event, type Message, type State, type UserMessage } from "./state";
import { recognise, type Visitor } from "./visitor";
import type { Attachment, BotUttered, Button } from "./wire";

export interface Listener {
  changed(state: State): void;
  /** A finished reply: announced once, counted when the panel is shut. */
  replied(uttered: BotUttered): void;
  /** The host page's token has run out: it may bring a new one. */
  expired(): void;
}

const KEPT_MESSAGES = 200;
const WAITING_MS = 90_000; // after this the typing sign goes; a late reply is still shown
const OFFLINE_MS = 10_000; // after this a message that can't be sent says so

export class Conversation {
  state: State = EMPTY;
  readonly http: Http;
  readonly files: Files;
  readonly ratings: Ratings;
  private readonly line: Line;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private readonly unwatch: () => void;
  private readonly since = Date.now();

  constructor(
    server: string,
    key: string,
    token: string | null,
    private readonly memory: Memory,
    private readonly listener: Listener,
  ) {
    recognise(memory, token);
    this.state = { ...EMPTY, messages: interrupted(recall(memory.read("messages"))) };
    this.unwatch = memory.watch("messages", (value) => this.follow(value));
    const bookmark = { session: memory.read("session"), seq: Number(memory.read("seq")) || null };
    this.http = new Http(server, key, memory, token);
    this.files = new Files(this.http.destination, (files) => this.move({ type: "files", files }));
    this.ratings = new Ratings(memory, (body) => this.http.post("feedback", body), () => listener.changed(this.state));
    this.line = new Line(server, key, token, bookmark, {
      connection: (connection) => {
        this.move({ type: "connection", connection });
        if (connection === "expired") listener.expired();
      },
      session: (id) => void this.begin(id),
      uttered: (uttered) => this.hear(uttered),
      streamed: (delta) => this.move({ type: "streamed", delta, at: Date.now() }, false),
      typing: (typing) => this.move({ type: "typing", typing }),
      refused: (id, challenge) => this.move({ type: "failed", id, challenge }),
      passed: () => this.goOn(),
    });
  }

  open(): void {
    this.line.open();
  }

  close(): void {
    clearTimeout(this.waiting);
    this.unwatch();
    this.line.close();
  }

  /** Send what the visitor typed, with the files that are ready. */
  ask(text: string): void {
    this.say(text, "", this.files.take());
  }

  /** Send a button's payload; the bubble shows its title. */
  press(button: Button): void {
    this.say(button.title, button.payload, []);
  }

  /** No more of the answer that is being made. */
  stop(): void {
    const id = underWay(this.state);
    if (!id) return;
    this.line.stop(id);
    this.move({ type: "stopped", id }, false);
  }

  /** What the form before the chat was told; kept until the server has it. */
  introduce(visitor: Visitor): void {
    this.memory.write("introduced", "1");
    this.memory.write("visitor", JSON.stringify(visitor));
    void this.introduceNow();
    this.listener.changed(this.state);
  }

  /** The host page says who its visitor is; without a token a stranger, who finds nothing of the one before. */
  identify(token: string | null): void {
    this.http.token = token;
    recognise(this.memory, token);
    this.state = { ...this.state, messages: recall(this.memory.read("messages")), awaited: [], typing: false };
    this.listener.changed(this.state);
    this.line.identify(token);
  }

  rate(answerId: string, rating: Rating): void {
    void this.ratings.give(answerId, rating);
  }

  /** Send a failed message again, under its own id, so that the server answers it once. */
  retry(id: string): void {
    const message = this.state.messages.find((other) => other.id === id);
    if (message?.from !== "user") return;
    if (!this.line.ready) this.line.hurry();
    this.move({ type: "retried", id });
    void this.send(message);
  }

  /** The challenge is passed: what it had held goes out. */
  private goOn(): void {
    const held = this.state.challenged;
    this.move({ type: "challenge passed" });
    for (const id of held) this.retry(id);
  }

  /** Try now instead of at the next step of the back-off. */
  reconnect(): void {
    this.line.hurry();
  }

  private say(text: string, payload: string, attachments: Attachment[]): void {
    const message: UserMessage = { from: "user", id: newId(), at: Date.now(), text, payload, attachments, delivery: "sending" };
    this.move({ type: "asked", message });
    void this.send(message);
  }

  private async send(message: UserMessage): Promise<void> {
    if (!this.line.ready) {
      setTimeout(() => this.failIfWaiting(message.id), OFFLINE_MS);
      return; // `begin` sends it once the line stands
    }
    this.move({ type: "emitted", id: message.id });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.move({ type: "gave up waiting" }), WAITING_MS);
    try {
      await this.line.send(outgoing(message));
      this.move({ type: "delivered", id: message.id });
    } catch {
      if (this.line.ready && this.isSending(message.id)) this.move({ type: "failed", id: message.id });
    }
  }

  /** After each connect: the session is known, history is fetched once, and what waits is sent in its order. */
  private async begin(session: string): Promise<void> {
    const known = this.memory.read("session");
    this.memory.write("session", session);
    await this.introduceNow();
    if (known !== session) this.keepOnlyUnsent();
    if (this.http.token || (known === session && this.state.messages.length)) await this.fetchHistory(session);
    for (const message of this.state.messages) {
      if (message.from === "user" && message.delivery !== "sent" && message.at >= this.since) await this.send(message);
    }
  }

  private async fetchHistory(session: string): Promise<void> {
    const history = await this.http.history(session); // without one the browser's own copy is shown
    if (history?.length) this.move({ type: "restored", messages: withHistory(this.state.messages, history) });
  }

  private async introduceNow(): Promise<void> {
    const visitor = this.memory.read("visitor");
    if (!visitor || !this.line.ready) return; // `begin` does it
    try {
      await this.line.introduce(JSON.parse(visitor) as Visitor);
      this.memory.forget("visitor");
    } catch {
      // the next connection tries again
    }
  }

  /** The server gave another session: what was said in the one before isn't part of it. */
  private keepOnlyUnsent(): void {
    const messages = this.state.messages.filter((message) => message.from === "user" && message.delivery !== "sent");
    if (messages.length < this.state.messages.length) this.move({ type: "restored", messages });
  }

  /** Another tab wrote: its messages, and what is being streamed into this one. */
  private follow(value: string): void {
    const streaming = this.state.messages.filter((message) => message.from === "bot" && message.parts);
    this.move({ type: "restored", messages: [...recall(value), ...streaming] }, false);
  }

  private hear(uttered: BotUttered): void {
    const before = this.state.messages;
    if (uttered.seq) this.memory.write("seq", String(uttered.seq));
    this.move({ type: "uttered", uttered, at: Date.now() });
    if (this.state.messages !== before) this.listener.replied(uttered);
  }

  private failIfWaiting(id: string): void {
    if (!this.line.ready && this.isSending(id)) this.move({ type: "failed", id });
  }

  private isSending(id: string): boolean {
    return this.state.messages.some((message) => message.id === id && message.from === "user" && message.delivery === "sending");
  }

  private move(event: Event, keep = true): void {
    const before = this.state.messages;
    this.state = advance(this.state, event);
    if (keep && this.state.messages !== before) {
      const finished = this.state.messages.filter((message) => message.from === "user" || !message.parts);
      this.memory.write("messages", JSON.stringify(finished.slice(-KEPT_MESSAGES)));
    }
    this.listener.changed(this.state);
  }
}

/** The language of the last reply that has one. */
export function spokenLanguage(messages: readonly Message[]): Language | null {
  for (const message of [...messages].reverse()) {
    if (message.from === "bot" && isLanguage(message.language)) return message.language;
  }
  return null;
}

/** A message that was under way when the page was left is offered for a retry, not sent behind the visitor's back. */
function interrupted(messages: readonly Message[]): Message[] {
  return messages.map((message) =>
    message.from === "user" && message.delivery === "sending" ? { ...message, delivery: "failed" } : message,
  );
}

export function recall(json: string | null): Message[] {
  try {
    const kept: unknown = JSON.parse(json ?? "[]");
    return (Array.isArray(kept) ? kept : []) as Message[];
  } catch {
    return [];
  }
}

function outgoing({ id, text, payload, attachments }: UserMessage): Outgoing {
  if (payload) return { message: payload, metadata: { message_id: id, button: true, title: text } };
  const named = (attachments ?? []).map((file) => ({ id: file.id, name: file.name }));
  return { message: text, metadata: { message_id: id, ...(named.length && { attachments: named }) } };
}

function newId(): string {
  // randomUUID needs HTTPS, which a test machine on the LAN may not have
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}
