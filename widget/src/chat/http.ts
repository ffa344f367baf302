/** What goes by HTTP beside the socket: the history, files, thumbs. */
import type { Memory } from "../memory";
import type { Destination } from "./files";
import { parseHistory, type Attachment, type Remembered } from "./wire";

const HISTORY_MS = 8_000;

export class Http {
  constructor(
    private readonly server: string,
    private readonly key: string,
    private readonly memory: Memory,
    public token: string | null,
  ) {}

  /** The server's record of the conversation; null when it can't be had in time. */
  async history(session: string): Promise<Remembered[] | null> {
    try {
      const query = new URLSearchParams({ key: this.key, session });
      const options = { headers: this.authorization(), signal: AbortSignal.timeout(HISTORY_MS) };
      const response = await fetch(this.address(`history?${query}`), options);
      return response.ok ? parseHistory(await response.json()) : null;
    } catch {
      return null;
    }
  }

  /** False when the server doesn't take it. */
  async post(path: string, body: Record<string, unknown>): Promise<boolean> {
    const whole = JSON.stringify({ key: this.key, session: this.memory.read("session"), ...body });
    const headers = { "Content-Type": "application/json", ...this.authorization() };
    return (await fetch(this.address(path), { method: "POST", headers, body: whole })).ok;
  }

  readonly destination: Destination = () => {
    const session = this.memory.read("session");
    if (!session) return null;
    const query = new URLSearchParams({ key: this.key, session });
    return { address: this.address(`uploads?${query}`), headers: this.authorization() };
  };

  /** Where a file of this conversation lies. */
  addressOf(attachment: Attachment): string {
    return this.address(`uploads/${encodeURIComponent(attachment.id)}?key=${encodeURIComponent(this.key)}`);
  }

  private address(path: string): string {
    return `${this.server}/webhooks/web/${path}`;
  }

  private authorization(): Record<string, string> {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }
}
