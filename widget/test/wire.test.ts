import { describe, expect, test } from "vitest";
import { parseDelta, parseRefused, parseUttered } from "../src/chat/wire";

describe("bot_uttered", () => {
  test("carries the answer's sources under metadata", () => {
    const uttered = parseUttered({
      text: "Press F2. [1]",
      metadata: {
        id: "m1:1", seq: 12, message_id: "m1", language: "hinglish",
        answer: {
          answer_id: "a", language: "hinglish", refused: false, confidence: 0.8,
          sources: [{ number: 1, id: "x", title: "New bill", url: "https://help.example/new-bill", text: "Press F2.", page: 4 }],
        },
      },
    });
    expect(uttered).toMatchObject({ id: "m1:1", seq: 12, replyTo: "m1", language: "hinglish" });
    expect(uttered.sources).toEqual([{ number: 1, title: "New bill", url: "https://help.example/new-bill", text: "Press F2.", page: 4 }]);
  });

  test("an address that isn't the web's is no source link", () => {
    const metadata = { answer: { sources: [{ number: 1, title: "x", url: "javascript:alert(1)", text: "" }] } };
    expect(parseUttered({ text: "x", metadata }).sources[0]?.url).toBe("");
  });

  test("an image comes as Rasa's attachment", () => {
    expect(parseUttered({ attachment: { type: "image", payload: { src: "https://x.example/a.png" } } }).image).toBe("https://x.example/a.png");
  });

  test.each([null, 7, "text", [], { text: 5, quick_replies: "no", metadata: [] }])("%j does no harm", (payload) => {
    expect(parseUttered(payload)).toMatchObject({ text: "", buttons: [], sources: [], image: "" });
  });
});

test("a delta without its number is refused", () => {
  expect(parseDelta({ message_id: "m1", text: "x" })).toBeNull();
  expect(parseDelta({ message_id: "m1", seq: 0, text: "x" })).toEqual({ id: "m1", seq: 0, delta: "x" });
});

test("a challenge is a web address or none", () => {
  const refused = (challenge: unknown) => parseRefused({ message_id: "m1", error: { code: "challenge_needed", challenge } }).challenge;
  expect(refused("https://chat.example/webhooks/web/challenge?ticket=t")).toBe("https://chat.example/webhooks/web/challenge?ticket=t");
  expect(["javascript:alert(1)", "//evil.example", 7, null].map(refused)).toEqual(["", "", "", ""]);
});
