/** What the browser keeps for one tenant key: in localStorage, or in the page when the browser forbids that. */
export class Memory {
  private readonly page = new Map<string, string>();

  constructor(
    private readonly key: string,
    private readonly storage: Storage | null = allowedStorage(),
  ) {}

  read(name: string): string | null {
    const value = this.page.get(this.name(name));
    if (value !== undefined) return value;
    return this.storage?.getItem(this.name(name)) ?? null;
  }

  write(name: string, value: string): void {
    try {
      if (!this.storage) throw new Error("no storage");
      this.storage.setItem(this.name(name), value);
      this.page.delete(this.name(name));
    } catch {
      this.page.set(this.name(name), value); // full or forbidden: kept until the page is left
    }
  }

  forget(name: string): void {
    this.page.delete(this.name(name));
    this.storage?.removeItem(this.name(name));
  }

  /** Call back when another tab of this site wrote `name`. */
  watch(name: string, changed: (value: string) => void): () => void {
    const listener = (event: StorageEvent) => {
      if (event.key === this.name(name) && event.newValue !== null) changed(event.newValue);
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }

  private name(name: string): string {
    return `sahayak:${this.key}:${name}`;
  }
}

function allowedStorage(): Storage | null {
  try {
    return window.localStorage; // reading it raises in a sandboxed or cookie-less frame
  } catch {
    return null;
  }
}
