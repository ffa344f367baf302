/** The socket to the server: Rasa's protocol, with acknowledged sends and a session that survives reconnects. */
import { io, type Socket } from "socket.io-client";
import type { Connection } from "./state";
import type { Visitor } from "./visitor";
import { parseDelta, parseRefused, parseUttered, type BotUttered, type Delta } from "./wire";

export interface LineEvents {
  connection(connection: Connection): void;
  /** The session stands: what waits may be sent. */
  session(id: string): void;
  uttered(uttered: BotUttered): void;
  streamed(delta: Delta): void;
  typing(typing: boolean): void;
  /** The server won't take a message: too many of them, or a session that isn't ours. */
  refused(messageId: string, challenge: string): void;
  /** The visitor has shown that a person is there. */
  passed(): void;
}

/** Where the conversation stood: the server sends what came after `seq`. */
export interface Bookmark {
  session: string | null;
  seq: number | null;
}

export interface Outgoing {
  message: string;
  metadata: { message_id: string; button?: true; title?: string; attachments?: { id: string; name: string }[] };
}

/** How long the server may take to show that it has a message. */
const DELIVERY_MS = 20_000;

export class Line {
  private readonly socket: Socket;
  private confirmed = false;

  constructor(
    server: string,
    private readonly key: string,
    token: string | null,
    private readonly bookmark: Bookmark,
    private readonly events: LineEvents,
  ) {
    const { origin, pathname } = new URL(server);
    this.socket = io(origin, {
      path: `${pathname.replace(/\/$/, "")}/webhooks/web/socket.io`,
      auth: { key, token },
      transports: ["websocket", "polling"], // one connection where it can be had; proxies that forbid it get polling
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 8_000,
      autoConnect: false,
      forceNew: true,
    });
    this.listen();
  }

  open(): void {
    addEventListener("online", this.hurry);
    addEventListener("offline", this.lost);
    this.socket.connect();
  }

  close(): void {
    removeEventListener("online", this.hurry);
    removeEventListener("offline", this.lost);
    this.socket.disconnect();
  }

  get ready(): boolean {
    return this.confirmed && this.socket.connected;
  }

  /** Resolves when the server has the message; rejects when that can't be known in time. */
  async send(outgoing: Outgoing): Promise<void> {
    if (!this.ready) throw new Error("not connected");
    const session_id = this.bookmark.session;
    const answer: unknown = await this.socket.timeout(DELIVERY_MS).emitWithAck("user_uttered", { ...outgoing, session_id });
    if (typeof answer === "object" && answer !== null && "error" in answer) throw new Error("refused");
  }

  /** Ask for no more of the answer to a message. */
  stop(message_id: string): void {
    this.socket.emit("stop", { session_id: this.bookmark.session, message_id });
  }

  /** Resolves when the server has kept what the visitor told. */
  async introduce(visitor: Visitor): Promise<void> {
    await this.socket.timeout(DELIVERY_MS).emitWithAck("visitor", { ...visitor, session_id: this.bookmark.session });
  }

  /** From now on the visitor is whom `token` names, or a stranger. */
  identify(token: string | null): void {
    this.socket.auth = { key: this.key, token };
    this.bookmark.session = this.bookmark.seq = null;
    this.confirmed = false;
    this.socket.disconnect().connect();
  }

  /** Try now instead of at the next step of the back-off. */
  readonly hurry = (): void => {
    if (!this.socket.connected) this.socket.disconnect().connect();
  };

  /** The browser lost its network: a socket would notice a minute later, so it is closed and tried anew. */
  private readonly lost = (): void => {
    this.events.connection("offline");
    this.socket.io.engine?.close();
  };

  private listen(): void {
    const { socket, events, bookmark } = this;
    socket.on("connect", () => socket.emit("session_request", { session_id: bookmark.session, last_seq: bookmark.seq }));
    socket.on("session_confirm", (answer: unknown) => {
      const id = typeof answer === "string" ? answer : (answer as { session_id?: unknown } | null)?.session_id;
      if (typeof id !== "string" || !id) return;
      if (id !== bookmark.session) bookmark.seq = null;
      bookmark.session = id;
      this.confirmed = true;
      events.connection("online");
      events.session(id);
    });
    socket.on("disconnect", (reason) => {
      this.confirmed = false;
      if (reason === "io client disconnect") return;
      events.connection(navigator.onLine ? "reconnecting" : "offline");
      if (reason === "io server disconnect") setTimeout(this.hurry, 2_000); // socket.io leaves this one to us
    });
    socket.on("connect_error", (error: Error & { data?: { code?: string } }) => {
      if (error.data?.code === "token_expired") return events.connection("expired");
      // an inactive socket was turned away by the server itself: a wrong key or a foreign site
      events.connection(!socket.active ? "refused" : navigator.onLine ? "reconnecting" : "offline");
    });
    socket.on("bot_uttered", (payload: unknown) => {
      const uttered = parseUttered(payload);
      bookmark.seq = uttered.seq ?? bookmark.seq;
      events.uttered(uttered);
    });
    socket.on("user_refused", (payload: unknown) => {
      const { id, code, challenge } = parseRefused(payload);
      events.refused(id, challenge);
      if (code === "token_expired") events.connection("expired");
    });
    socket.on("challenge_passed", () => events.passed());
    socket.on("bot_stream", (payload: unknown) => {
      const delta = parseDelta(payload);
      if (delta) events.streamed(delta);
    });
    socket.on("bot_typing", (payload: unknown) => {
      events.typing((payload as { typing?: boolean } | null)?.typing !== false);
    });
  }
}
