import { describe, expect, test } from "vitest";
import { recall, spokenLanguage } from "../src/chat/conversation";
import { advance, EMPTY, isAwaiting, isShown, offeredButtons, underWay, withHistory, type Event, type Message, type State, type UserMessage } from "../src/chat/state";
import { parseHistory, parseUttered } from "../src/chat/wire";

const asked = (id: string, delivery: UserMessage["delivery"] = "sending"): UserMessage => ({
  from: "user", id, at: 1, text: `question ${id}`, payload: "", attachments: [], delivery,
});

const said = (text: string, metadata: object = {}, more: object = {}): Event => ({
  type: "uttered", uttered: parseUttered({ text, metadata, ...more }), at: 2,
});

function play(...events: Event[]): State {
  return events.reduce(advance, EMPTY);
}

const online: Event = { type: "connection", connection: "online" };
const ask = (id: string): Event[] => [{ type: "asked", message: asked(id) }, { type: "emitted", id }];
const texts = (state: { messages: readonly Message[] }) => state.messages.map((message) => message.text);

describe("a conversation", () => {
  test("waits from the sending to the reply", () => {
    const waiting = play(online, ...ask("m1"));
    expect(isAwaiting(waiting)).toBe(true);
    const replied = advance(waiting, said("Hello", { id: "m1:1", message_id: "m1" }));
    expect(isAwaiting(replied)).toBe(false);
    expect((replied.messages[0] as UserMessage).delivery).toBe("sent");
  });

  test("still waits for the second of two messages when the first is answered", () => {
    const state = play(online, ...ask("m1"), ...ask("m2"), said("One", { id: "m1:1", message_id: "m1" }));
    expect(isAwaiting(state)).toBe(true);
  });

  test("shows a reply once that the server sends twice", () => {
    const reply = said("Hello", { id: "m1:1", message_id: "m1" });
    expect(texts(play(...ask("m1"), reply, reply))).toEqual(["question m1", "Hello"]);
  });

  test("keeps two equal replies of different messages", () => {
    const state = play(...ask("m1"), said("Yes", { id: "m1:1", message_id: "m1" }), ...ask("m2"), said("Yes", { id: "m2:1", message_id: "m2" }));
    expect(texts(state).filter((text) => text === "Yes")).toHaveLength(2);
  });

  test("a plain Rasa server without metadata is understood", () => {
    expect(texts(play(...ask("m1"), { type: "uttered", uttered: parseUttered({ text: "Hi" }), at: 5 }))).toEqual(["question m1", "Hi"]);
  });

  test("offers buttons only while they are the last thing said", () => {
    const offer = said("Ticket?", { id: "m1:1" }, { quick_replies: [{ title: "Yes", payload: "/affirm" }] });
    const offered = play(offer);
    expect(offeredButtons(offered)).toEqual([{ title: "Yes", payload: "/affirm" }]);
    expect(offeredButtons(advance(offered, { type: "asked", message: asked("m2") }))).toEqual([]);
  });

  test("a message that failed is no longer awaited", () => {
    const state = play(online, ...ask("m1"), { type: "failed", id: "m1" });
    expect(isAwaiting(state)).toBe(false);
    expect((state.messages[0] as UserMessage).delivery).toBe("failed");
  });
});

describe("streaming", () => {
  const delta = (seq: number, text: string): Event => ({ type: "streamed", delta: { id: "m1", seq, delta: text }, at: 2 });

  test("parts that overtake one another are put in order", () => {
    expect(texts(play(...ask("m1"), delta(0, "Open "), delta(2, " > Users"))).at(-1)).toBe("Open ");
    expect(texts(play(...ask("m1"), delta(0, "Open "), delta(2, " > Users"), delta(1, "Settings"))).at(-1)).toBe("Open Settings > Users");
  });

  test("words that only pass give way to the next of their number, and leave no empty bubble", () => {
    const begun = [online, ...ask("m1"), delta(0, "Open "), delta(0, "Open the")];
    expect(texts(play(...begun)).at(-1)).toBe("Open the");
    expect(texts(play(...begun, delta(0, "Open it."), delta(1, " Then"))).at(-1)).toBe("Open it. Then");
    const gone = play(...begun, delta(0, ""));
    expect(gone.messages.filter(isShown)).toHaveLength(1);
    expect(isAwaiting(gone)).toBe(true);
    expect(underWay(gone)).toBe("m1");
  });

  test("numbering may start at 1", () => {
    expect(texts(play(delta(1, "a"), delta(2, "b"))).at(-1)).toBe("ab");
  });

  test("the final message takes the stream's place", () => {
    const state = play(...ask("m1"), delta(0, "Open Set"), said("Open **Settings**.", { id: "m1:1", message_id: "m1" }));
    expect(texts(state)).toEqual(["question m1", "Open **Settings**."]);
    expect(state.messages[1]).not.toHaveProperty("parts");
  });

  test("a part that comes after the final message is dropped", () => {
    const state = play(...ask("m1"), delta(0, "Open"), said("Open it.", { id: "m1:1", message_id: "m1" }), delta(1, " it"));
    expect(texts(state)).toEqual(["question m1", "Open it."]);
  });
});

describe("history after a reload", () => {
  const history = parseHistory({
    messages: [
      { from: "user", id: "m1", at: 1_700_000_000_000, text: "How?" },
      { from: "bot", id: "m1:1", at: 1_700_000_001_000, text: "So.", metadata: { id: "m1:1", message_id: "m1" } },
    ],
  });

  test("takes the place of the browser's copy", () => {
    expect(texts({ messages: withHistory([asked("m1", "sent")], history) })).toEqual(["How?", "So."]);
  });

  test("keeps what was never sent, and what came meanwhile", () => {
    const kept = [asked("m0", "failed"), asked("m1", "sent"), asked("m2", "sent")];
    expect(texts({ messages: withHistory(kept, history) })).toEqual(["How?", "So.", "question m0", "question m2"]);
  });

  test("entries of another shape are left out", () => {
    expect(parseHistory({ messages: [null, 3, { from: "ghost", text: "x" }] })).toEqual([]);
    expect(parseHistory("nonsense")).toEqual([]);
  });

  test("a damaged copy in the browser is no obstacle", () => {
    expect(recall("{not json")).toEqual([]);
    expect(recall("{}")).toEqual([]);
    expect(recall(null)).toEqual([]);
  });
});

describe("language", () => {
  test("is the last reply's", () => {
    const state = play(said("Hello", { id: "1", language: "en" }), said("नमस्ते", { id: "2", language: "hi" }), said("ok", { id: "3" }));
    expect(spokenLanguage(state.messages)).toBe("hi");
  });
});

describe("an answer that the visitor stops", () => {
  const piece = (seq: number, delta: string): Event => ({ type: "streamed", delta: { id: "m1", seq, delta }, at: 2 });
  const stopped: Event = { type: "stopped", id: "m1" };

  test("is known while it is being made, before and after its first piece", () => {
    expect(underWay(play(online, ...ask("m1")))).toBe("m1");
    expect(underWay(play(online, ...ask("m1"), piece(0, "Open")))).toBe("m1");
    expect(underWay(play(online, ...ask("m1"), piece(0, "Open"), stopped))).toBe("");
  });

  test("stays as far as it was read, and takes no late pieces", () => {
    const state = play(online, ...ask("m1"), piece(0, "Open "), stopped, piece(1, "Settings"));
    expect(texts(state)).toEqual(["question m1", "Open "]);
    expect(isAwaiting(state)).toBe(false);
  });

  test("ends as the server tells", () => {
    const state = play(online, ...ask("m1"), piece(0, "Open "), stopped, said("Open it.", { id: "m1:1", message_id: "m1", stopped: true }));
    expect(texts(state)).toEqual(["question m1", "Open it."]);
    expect(state.messages[1]).toMatchObject({ stopped: true });
  });
});

test("a challenge holds what it refused until it is passed, and an ordinary refusal holds nothing", () => {
  const held = play(online, ...ask("m1"), ...ask("m2"), { type: "failed", id: "m1", challenge: "https://x.example/c" }, { type: "failed", id: "m2" });
  expect([held.challenge, held.challenged]).toEqual(["https://x.example/c", ["m1"]]);
  const passed = advance(held, { type: "challenge passed" });
  expect([passed.challenge, passed.challenged]).toEqual(["", []]);
});
