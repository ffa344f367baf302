/** What the server sends, parsed into typed values; anything of another shape is left out rather than shown wrongly. */
import { isLanguage, type Language } from "../languages";

export interface Source {
  number: number;
  title: string;
  url: string;
  text: string;
  page: number | null;
}

export interface Button {
  title: string;
  payload: string;
}

export interface Attachment {
  id: string;
  name: string;
  mediaType: string;
  size: number;
}

export interface BotUttered {
  /** The server's own id of this reply, or "" when it has none. */
  id: string;
  /** Rises with every message of the conversation; null from a server that doesn't number them. */
  seq: number | null;
  /** The visitor's message that this replies to, or "". */
  replyTo: string;
  text: string;
  language: Language | null;
  sources: Source[];
  buttons: Button[];
  image: string;
  /** What a thumb speaks of, or "" for what is no answer. */
  answerId: string;
  /** The visitor had enough of it: it may end early. */
  stopped: boolean;
}

/** A piece of the answer to the visitor's message `id`. */
export interface Delta {
  id: string;
  seq: number;
  delta: string;
}

export interface Remembered {
  from: "user" | "bot";
  id: string;
  at: number;
  uttered: BotUttered;
  attachments: Attachment[];
}

type Entry = Record<string, unknown>;

/** Rasa's `bot_uttered`, with this project's extras under `metadata`. */
export function parseUttered(payload: unknown): BotUttered {
  const entry = mapping(payload);
  const metadata = mapping(entry["metadata"]);
  const answer = mapping(metadata["answer"]);
  const language = answer["language"] ?? metadata["language"];
  return {
    id: text(metadata["id"]),
    seq: typeof metadata["seq"] === "number" ? metadata["seq"] : null,
    replyTo: text(metadata["message_id"]),
    text: text(entry["text"]),
    language: isLanguage(language) ? language : null,
    sources: list(answer["sources"]).map(parseSource),
    buttons: list(entry["quick_replies"] ?? entry["buttons"]).map(parseButton).filter((button) => button.title),
    image: imageOf(entry),
    answerId: text(answer["answer_id"]),
    stopped: metadata["stopped"] === true,
  };
}

export function parseDelta(payload: unknown): Delta | null {
  const { message_id, seq, text: delta } = mapping(payload);
  return typeof seq === "number" && typeof delta === "string" ? { id: text(message_id), seq, delta } : null;
}

/** The message that a `user_refused` speaks of, or "", and why; `challenge` is the page that asks for a person, or "". */
export function parseRefused(payload: unknown): { id: string; code: string; challenge: string } {
  const entry = mapping(payload);
  const error = mapping(entry["error"]);
  return { id: text(entry["message_id"]), code: text(error["code"]), challenge: webAddress(error["challenge"]) };
}

export function parseAttachment(value: unknown): Attachment {
  const { id, name, media_type, size } = mapping(value);
  return { id: text(id), name: text(name), mediaType: text(media_type), size: typeof size === "number" ? size : 0 };
}

/** `GET /webhooks/web/history`: messages of the conversation, oldest first. */
export function parseHistory(payload: unknown): Remembered[] {
  return list(mapping(payload)["messages"]).flatMap((message, index) => {
    const entry = mapping(message);
    const from = entry["from"];
    if (from !== "user" && from !== "bot") return [];
    const uttered = parseUttered(entry);
    const id = text(entry["id"]) || uttered.id || (from === "user" ? uttered.replyTo : "") || `history-${index}`;
    return [{ from, id, at: instant(entry["at"] ?? entry["timestamp"]), uttered, attachments: list(entry["attachments"]).map(parseAttachment) }];
  });
}

function parseSource(value: unknown): Source {
  const { number, title, url, text: passage, page } = mapping(value);
  return {
    number: typeof number === "number" ? number : 0,
    title: text(title),
    url: webAddress(url),
    text: text(passage),
    page: typeof page === "number" ? page : null,
  };
}

function parseButton(value: unknown): Button {
  const { title, payload } = mapping(value);
  return { title: text(title), payload: text(payload) || text(title) };
}

function imageOf(entry: Entry): string {
  if (typeof entry["image"] === "string") return entry["image"];
  const attachment = mapping(entry["attachment"]);
  return attachment["type"] === "image" ? text(mapping(attachment["payload"])["src"]) : "";
}

/** Milliseconds; servers write seconds or ISO 8601. */
function instant(value: unknown): number {
  if (typeof value === "number") return value < 1e12 ? value * 1_000 : value;
  const parsed = Date.parse(text(value));
  return Number.isNaN(parsed) ? 0 : parsed;
}

function mapping(value: unknown): Entry {
  return typeof value === "object" && value !== null ? (value as Entry) : {};
}

function webAddress(value: unknown): string {
  return /^https?:\/\//i.test(text(value)) ? text(value) : "";
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
