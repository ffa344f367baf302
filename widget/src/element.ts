import { CHAT_ICON, CLOSE_ICON, icon } from "./icons";
import launcherCss from "./launcher.css?inline";
import { BCP47, browserLanguage, isLanguage, type Language } from "./languages";
import { Memory } from "./memory";
import { palette } from "./palette";
import type { Tag } from "./tag";
import { fetchTenant, type Tenant } from "./tenant";

/** What the chat chunk gives back once it stands in the shadow root. */
export interface Chat {
  show(byVisitor: boolean): void;
  hide(): void;
  ask(text: string): void;
  identify(token: string | null): void;
  destroy(): void;
}

/** What the chat chunk may use of the element around it. */
export interface Surroundings {
  root: ShadowRoot;
  tag: Tag;
  tenant: Tenant;
  memory: Memory;
  language: Language;
  unread(count: number): void;
  speaks(language: Language): void;
  close(): void;
  tell(event: string, detail: unknown): void;
}

// a build writes the chunk's hashed name here
declare const __CHAT_FILE__: string;

const WORDS: Record<Language, { open: string; close: string; unread: (count: number) => string }> = {
  en: { open: "Open chat", close: "Close chat", unread: (n) => `${n} unread` },
  hi: { open: "चैट खोलें", close: "चैट बंद करें", unread: (n) => `${n} नए संदेश` },
  hinglish: { open: "Chat kholein", close: "Chat band karein", unread: (n) => `${n} naye message` },
};

/**
 * `<sahayak-chat>`: the launcher at once, the chat when somebody reaches for it.
 * Host pages may call open(), close(), toggle(), ask(text), identify(token), and listen to `sahayak:ready`, `:open`,
 * `:close`, `:message`, `:unread`, `:rated`, `:identity-expired`.
 */
export class SahayakChat extends HTMLElement {
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("span");
  private readonly memory: Memory;
  private readonly tenant: Promise<Tenant>;
  private chat: Promise<Chat> | null = null;
  private language: Language;
  private theme: Tenant["theme"] = "auto";
  private isOpen = false;
  private count = 0;

  constructor(private readonly tag: Tag) {
    super();
    this.memory = new Memory(tag.key);
    const kept = this.memory.read("language");
    this.language = isLanguage(kept) ? kept : (tag.language ?? browserLanguage(navigator.languages, ["en", "hi"]));
    this.tenant = fetchTenant(tag);
  }

  connectedCallback(): void {
    this.followTheme();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(launcherCss);
    this.root.adoptedStyleSheets = [sheet];
    this.button.className = "launcher";
    this.button.type = "button";
    this.badge.className = "badge";
    this.badge.setAttribute("aria-hidden", "true");
    this.button.append(icon(CHAT_ICON, "when-closed"), icon(CLOSE_ICON, "when-open"), this.badge);
    this.button.addEventListener("click", () => this.toggle());
    for (const sign of ["pointerenter", "focus", "touchstart"] as const) {
      this.button.addEventListener(sign, () => void this.load(), { once: true, passive: true });
    }
    this.root.append(this.button);
    this.relabel();
    void this.tenant.then((tenant) => this.paint(tenant));
    this.resume();
  }

  disconnectedCallback(): void {
    void this.chat?.then((chat) => chat.destroy());
    this.chat = null;
    this.root.replaceChildren();
  }

  open(): void {
    this.setOpen(true, true);
  }

  close(): void {
    this.setOpen(false, true);
  }

  toggle(): void {
    this.setOpen(!this.isOpen, true);
  }

  /** Open the chat and send `text` as if the visitor had typed it. */
  async ask(text: string): Promise<void> {
    this.open();
    (await this.load()).ask(text);
  }

  private followTheme(): void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      const wanted = this.tag.theme ?? this.theme;
      this.dataset["theme"] = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
    };
    follow();
    void this.tenant.then((tenant) => {
      this.theme = tenant.theme;
      follow();
    });
    dark.addEventListener("change", follow);
  }

  private setOpen(open: boolean, byVisitor: boolean): void {
    if (open === this.isOpen) return;
    this.isOpen = open;
    this.toggleAttribute("open", open);
    this.memory.write("open", open ? "1" : "0");
    this.relabel();
    if (open) {
      this.toggleAttribute("loading", true);
      void this.load().then(
        (chat) => this.isOpen && chat.show(byVisitor),
        () => this.setOpen(false, false), // the chunk can't be had: the launcher stays, a second click tries again
      ).finally(() => this.toggleAttribute("loading", false));
    } else {
      void this.chat?.then((chat) => chat.hide());
      this.button.focus();
    }
    this.tell(open ? "open" : "close", {});
  }

  private load(): Promise<Chat> {
    this.chat ??= this.mount().catch((error: unknown) => {
      this.chat = null;
      console.error("Sahayak: the chat can't be loaded.", error);
      throw error;
    });
    return this.chat;
  }

  /** The host page says who its visitor is, by a token that its own server signed; null when the visitor signs out. */
  async identify(token: string | null): Promise<void> {
    this.tag.identity = token;
    await (await this.chat)?.identify(token);
  }

  private async mount(): Promise<Chat> {
    const file = new URL(__CHAT_FILE__, this.tag.assets).href;
    const [{ mount }, tenant] = await Promise.all([
      import(/* @vite-ignore */ file) as Promise<{ mount(around: Surroundings): Chat }>,
      this.tenant,
    ]);
    return mount({
      root: this.root,
      tag: this.tag,
      tenant,
      memory: this.memory,
      language: this.language,
      unread: (count) => this.setUnread(count),
      speaks: (language) => this.setLanguage(language),
      close: () => this.close(),
      tell: (event, detail) => this.tell(event, detail),
    });
  }

  /** A visitor in the middle of a conversation hears replies, and finds the panel as it was, on the next page too. */
  private resume(): void {
    const narrow = matchMedia("(max-width: 480px)").matches; // a full-screen panel must not cover a page just opened
    if (this.memory.read("open") === "1" && !narrow) this.setOpen(true, false);
    else if (this.memory.read("session")) setTimeout(() => void this.load(), 2_000);
  }

  private paint(tenant: Tenant): void {
    const colours = palette(tenant.colour);
    this.dataset["side"] = this.tag.side ?? tenant.position;
    this.style.setProperty("--brand", colours.brand);
    this.style.setProperty("--on-brand", colours.onBrand);
    this.style.setProperty("--accent-light", colours.accent);
    this.style.setProperty("--accent-dark", colours.accentDark);
    if (!tenant.languages.includes(this.language)) this.setLanguage(tenant.languages[0] ?? "en");
    this.tell("ready", {});
  }

  private setUnread(count: number): void {
    if (count !== this.count) this.tell("unread", { count });
    this.count = count;
    this.relabel();
  }

  private setLanguage(language: Language): void {
    this.language = language;
    this.relabel();
  }

  private relabel(): void {
    const words = WORDS[this.language];
    const label = this.isOpen ? words.close : words.open;
    this.button.lang = BCP47[this.language];
    this.button.setAttribute("aria-label", this.count && !this.isOpen ? `${label}, ${words.unread(this.count)}` : label);
    this.button.setAttribute("aria-expanded", String(this.isOpen));
    this.badge.textContent = this.count > 9 ? "9+" : String(this.count || "");
  }

  private tell(event: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`sahayak:${event}`, { bubbles: true, composed: true, detail }));
  }
}
