/** The conversation as the visitor sees it: plain data, and one pure function that moves it on. */
import type { Language } from "../languages";
import type { PendingFile } from "./files";
import type { Attachment, BotUttered, Button, Delta, Remembered, Source } from "./wire";

export type Delivery = "sending" | "sent" | "failed";
export type Connection = "connecting" | "online" | "reconnecting" | "offline" | "refused" | "expired";

export interface UserMessage {
  from: "user";
  id: string;
  at: number;
  text: string;
  /** What goes to the server instead of the text, for a pressed button. */
  payload: string;
  attachments: Attachment[];
  delivery: Delivery;
}

export interface BotMessage {
  from: "bot";
  id: string;
  at: number;
  text: string;
  replyTo: string;
  language: Language | null;
  sources: Source[];
  buttons: Button[];
  image: string;
  answerId: string;
  stopped: boolean;
  /** Text is still coming; `parts` holds it by sequence number, for deltas may overtake one another. */
  parts?: (string | undefined)[];
}

export type Message = UserMessage | BotMessage;

export interface State {
  messages: readonly Message[];
  /** Ids of the visitor's messages that nothing has answered yet. */
  awaited: readonly string[];
  typing: boolean;
  connection: Connection;
  /** Where the visitor must show that a person is there, or "", and the messages that wait for that. */
  challenge: string;
  challenged: readonly string[];
  /** Chosen, and not sent yet. */
  files: readonly PendingFile[];
}

export type Event =
  | { type: "asked"; message: UserMessage }
  | { type: "retried"; id: string }
  | { type: "emitted"; id: string }
  | { type: "delivered"; id: string }
  | { type: "failed"; id: string; challenge?: string }
  | { type: "challenge passed" }
  | { type: "streamed"; delta: Delta; at: number }
  | { type: "uttered"; uttered: BotUttered; at: number }
  | { type: "typing"; typing: boolean }
  | { type: "stopped"; id: string }
  | { type: "gave up waiting" }
  | { type: "files"; files: readonly PendingFile[] }
  | { type: "connection"; connection: Connection }
  | { type: "restored"; messages: readonly Message[] };

export const EMPTY: State = { messages: [], awaited: [], typing: false, connection: "connecting", challenge: "", challenged: [], files: [] };

export function advance(state: State, event: Event): State {
  switch (event.type) {
    case "asked":
      return { ...state, messages: [...state.messages, event.message] };
    case "retried":
      return deliver(state, event.id, "sending");
    case "emitted":
      return { ...deliver(state, event.id, "sending"), awaited: [...without(state.awaited, event.id), event.id] };
    case "delivered":
      return deliver(state, event.id, "sent");
    case "failed":
      return fail(state, event.id, event.challenge ?? "");
    case "challenge passed":
      return { ...state, challenge: "", challenged: [] };
    case "streamed":
      return stream({ ...state, typing: false }, event.delta, event.at);
    case "uttered":
      return utter(state, event.uttered, event.at);
    case "typing":
      // either sign proves that what was sent has arrived; the second, that nothing more will be said to it
      return { ...state, typing: event.typing, awaited: event.typing ? state.awaited : [], messages: arrived(state) };
    case "gave up waiting":
      return { ...state, typing: false, awaited: [] };
    case "stopped":
      return stop({ ...state, typing: false, awaited: without(state.awaited, event.id) }, event.id);
    case "files":
      return { ...state, files: event.files };
    case "connection":
      return { ...state, connection: event.connection, typing: event.connection === "online" && state.typing };
    case "restored":
      return { ...state, messages: event.messages };
  }
}

/** The server's record of the conversation, and after it what this browser has that came later or never arrived. */
export function withHistory(kept: readonly Message[], history: readonly Remembered[]): Message[] {
  const known = new Set(history.map((entry) => entry.id));
  const lastKnown = kept.reduce((last, message, index) => (known.has(message.id) ? index : last), -1);
  const restored = history.map(({ from, id, at, uttered, attachments }): Message =>
    from === "bot" ? { ...uttered, from, id, at } : { from, id, at, text: uttered.text, payload: "", attachments, delivery: "sent" },
  );
  const later = kept.filter(
    (message, index) =>
      !known.has(message.id) && (index > lastKnown || (message.from === "user" && message.delivery !== "sent")),
  );
  return [...restored, ...later];
}

/** Buttons are offered only while they are the last thing said. */
export function offeredButtons(state: State): readonly Button[] {
  const last = state.messages.at(-1);
  return last?.from === "bot" ? last.buttons : [];
}

/** The visitor's message that is being answered now, or "". */
export function underWay(state: State): string {
  const coming = state.messages.find((message) => message.from === "bot" && message.parts && !message.stopped);
  if (coming?.from === "bot") return coming.replyTo;
  return state.connection === "online" ? (state.awaited.at(-1) ?? "") : "";
}

/** Not an answer of which nothing can be read yet, or of which what could be was taken away again. */
export function isShown(message: Message): boolean {
  return message.from === "user" || !message.parts || message.stopped || message.text.trim() !== "";
}

export function isAwaiting(state: State): boolean {
  const streaming = state.messages.some((message) => message.from === "bot" && message.parts && !message.stopped && isShown(message));
  return !streaming && (state.typing || state.awaited.length > 0) && state.connection === "online";
}

function utter(state: State, uttered: BotUttered, at: number): State {
  const next = { ...state, messages: arrived(state), awaited: answeredBy(uttered, state.awaited), typing: false };
  const streaming = next.messages.findIndex((message) => message.from === "bot" && message.parts && matches(message, uttered));
  const id = uttered.id || `${uttered.replyTo || "said"}/${at}`;
  const message: BotMessage = { ...uttered, from: "bot", id, at };
  if (streaming >= 0) return { ...next, messages: replaced(next.messages, streaming, message) };
  return next.messages.some((known) => known.from === "bot" && isSame(known, message))
    ? next // a retried message brings its earlier replies again
    : { ...next, messages: [...next.messages, message] };
}

function isSame(known: BotMessage, message: BotMessage): boolean {
  if (known.id === message.id) return true;
  return message.replyTo !== "" && known.replyTo === message.replyTo && known.text === message.text && known.image === message.image;
}

function matches(message: BotMessage, uttered: BotUttered): boolean {
  return !uttered.replyTo || message.replyTo === uttered.replyTo || message.replyTo === uttered.id;
}

function answeredBy(uttered: BotUttered, awaited: readonly string[]): readonly string[] {
  return uttered.replyTo ? without(awaited, uttered.replyTo) : [];
}

function stream(state: State, { id, seq, delta }: Delta, at: number): State {
  const index = state.messages.findIndex((message) => message.from === "bot" && message.parts && message.replyTo === id);
  const before = state.messages[index];
  const parts = before?.from === "bot" ? [...(before.parts ?? [])] : [];
  if (index < 0 && state.messages.some((message) => message.from === "bot" && id && message.replyTo === id)) return state;
  if (before?.from === "bot" && before.stopped) return state; // late pieces of what the visitor has stopped
  parts[seq] = delta;
  const message: BotMessage = {
    from: "bot", id: before?.id ?? `stream/${id}`, at: before?.at ?? at, replyTo: id, parts,
    text: contiguous(parts), language: null, sources: [], buttons: [], image: "", answerId: "", stopped: false,
  };
  const messages = arrived(state);
  return { ...state, messages: index < 0 ? [...messages, message] : replaced(messages, index, message) };
}

/** What has come stays, until the server tells how far the answer went. */
function stop(state: State, id: string): State {
  const messages = state.messages.map((message) =>
    message.from === "bot" && message.parts && message.replyTo === id ? { ...message, stopped: true } : message,
  );
  return { ...state, messages };
}

/** What can be read so far: up to the first part that hasn't come; numbering starts at 0 or 1. */
function contiguous(parts: readonly (string | undefined)[]): string {
  let text = "";
  let at = parts[0] === undefined ? 1 : 0;
  while (parts[at] !== undefined) text += parts[at++];
  return text;
}

/** Any word from the server shows that what was sent has arrived. */
function arrived(state: State): readonly Message[] {
  if (!state.awaited.length) return state.messages;
  return state.messages.map((message) =>
    message.from === "user" && message.delivery === "sending" && state.awaited.includes(message.id)
      ? { ...message, delivery: "sent" as const }
      : message,
  );
}

function deliver(state: State, id: string, delivery: Delivery): State {
  const messages = state.messages.map((message) =>
    message.from === "user" && message.id === id ? { ...message, delivery } : message,
  );
  return { ...state, messages };
}

function fail(state: State, id: string, challenge: string): State {
  const next = { ...deliver(state, id, "failed"), awaited: without(state.awaited, id) };
  return challenge ? { ...next, challenge, challenged: [...without(state.challenged, id), id] } : next;
}

function replaced(messages: readonly Message[], index: number, message: Message): readonly Message[] {
  return messages.map((old, at) => (at === index ? message : old));
}

function without(ids: readonly string[], id: string): readonly string[] {
  return ids.filter((other) => other !== id);
}
