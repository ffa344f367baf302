import { describe, expect, test } from "vitest";
import { recognise, subjectOf } from "../src/chat/visitor";
import { Memory } from "../src/memory";

const token = (sub: string) => `h.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify({ sub }))))}.s`;

function left(before: string | null, after: string | null): string | null {
  const memory = new Memory("demo", null);
  recognise(memory, before);
  memory.write("messages", "[]");
  recognise(memory, after);
  return memory.read("messages");
}

describe("what one customer leaves in a browser", () => {
  test("is there for the same one", () => expect(left(token("asha"), token("asha"))).toBe("[]"));
  test("isn't there for another one", () => expect(left(token("asha"), token("ravi"))).toBeNull());
  test("isn't there after signing out", () => expect(left(token("asha"), null)).toBeNull());
  test("is there for a stranger who comes back", () => expect(left(null, null)).toBe("[]"));
});

test.each([null, "", "abc", "a.b.c", "a.e30.c", "..", `a.${btoa('{"sub":7}')}.c`])("%j names nobody", (odd) => {
  expect(subjectOf(odd)).toBe("");
});

test("names are read in any script", () => expect(subjectOf(token("आशा"))).toBe("आशा"));
