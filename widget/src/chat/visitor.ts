/** Who the visitor is: told in the form before the chat, or by the host page's token. */
import type { Memory } from "../memory";

export const FIELDS = ["person", "phone", "email"] as const;
export type Field = (typeof FIELDS)[number];
export type Visitor = Partial<Record<Field, string>>;

/** What one customer leaves behind in a browser, and the next one must not find. */
const PERSONAL = ["messages", "session", "seq", "draft", "unread", "ratings", "visitor", "introduced"];

/** Forget whoever was here before when the host page now names somebody else, or nobody. */
export function recognise(memory: Memory, token: string | null): void {
  const subject = subjectOf(token);
  const known = memory.read("subject") ?? "";
  if (known && known !== subject) PERSONAL.forEach((name) => memory.forget(name));
  memory.write("subject", subject);
}

/** The name in a token, unverified: the server alone decides what it opens. */
export function subjectOf(token: string | null): string {
  try {
    const payload = (token ?? "").split(".")[1] ?? "";
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return typeof sub === "string" ? sub : "";
  } catch {
    return "";
  }
}
