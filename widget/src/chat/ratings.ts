/** Thumbs that this browser gave, so that they are there after a reload. */
import type { Memory } from "../memory";

export const REASONS = ["wrong", "incomplete", "unclear", "off_topic"] as const;
export type Reason = (typeof REASONS)[number];

export interface Rating {
  helpful: boolean;
  reason?: Reason | undefined;
  comment?: string | undefined;
  /** The visitor has said why, or doesn't want to. */
  done?: boolean | undefined;
}

const KEPT = 100;

export class Ratings {
  private given: Record<string, Rating>;

  constructor(
    private readonly memory: Memory,
    private readonly post: (body: Record<string, unknown>) => Promise<boolean>,
    private readonly changed: () => void,
  ) {
    this.given = recall(memory.read("ratings"));
  }

  of(answerId: string): Rating | null {
    return this.given[answerId] ?? null;
  }

  /** Shown at once; taken back when the server can't keep it. */
  async give(answerId: string, rating: Rating): Promise<void> {
    const before = this.given[answerId];
    this.keep(answerId, rating);
    const { helpful, reason, comment } = rating;
    const kept = await this.post({ answer_id: answerId, helpful, reason, comment }).catch(() => false);
    if (!kept) this.keep(answerId, before);
  }

  private keep(answerId: string, rating: Rating | undefined): void {
    const others = Object.entries(this.given).filter(([id]) => id !== answerId);
    this.given = Object.fromEntries([...others, ...(rating ? [[answerId, rating] as const] : [])].slice(-KEPT));
    this.memory.write("ratings", JSON.stringify(this.given));
    this.changed();
  }
}

function recall(json: string | null): Record<string, Rating> {
  try {
    return (JSON.parse(json ?? "{}") ?? {}) as Record<string, Rating>;
  } catch {
    return {};
  }
}
