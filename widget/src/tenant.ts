import { isLanguage, LANGUAGES, type Language } from "./languages";
import type { Tag } from "./tag";

/** What a company's own settings change in the widget. */
export interface Tenant {
  name: string;
  colour: string;
  logo: string;
  greeting: Partial<Record<Language, string>>;
  languages: readonly Language[];
  position: "start" | "end";
  theme: "light" | "dark" | "auto";
  /** What is asked before the chat; true where an answer is needed. */
  preChat: Partial<Record<string, boolean>>;
}

export const UNKNOWN_TENANT: Tenant = { name: "", colour: "#0f766e", logo: "", greeting: {}, languages: LANGUAGES, position: "end", theme: "auto", preChat: {} };

/** Fetch the tenant's look; the widget works with its defaults when that fails, so failure is only noted. */
export async function fetchTenant(tag: Tag): Promise<Tenant> {
  try {
    const response = await fetch(new URL(`config/${encodeURIComponent(tag.key)}.json`, tag.assets));
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return parseTenant(await response.json());
  } catch (error) {
    console.warn(`Sahayak: no configuration for key ${tag.key}:`, error);
    return UNKNOWN_TENANT;
  }
}

export function parseTenant(entry: unknown): Tenant {
  const { name, colour, logo, greeting, languages, position, theme, pre_chat } = (entry ?? {}) as Record<string, unknown>;
  const spoken = Array.isArray(languages) ? languages.filter(isLanguage) : [];
  return {
    name: typeof name === "string" ? name : "",
    colour: typeof colour === "string" && /^#[0-9a-f]{6}$/i.test(colour) ? colour : UNKNOWN_TENANT.colour,
    logo: typeof logo === "string" ? logo : "",
    greeting: (typeof greeting === "object" && greeting) || {},
    languages: spoken.length ? spoken : LANGUAGES,
    position: position === "start" ? "start" : "end",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    preChat: (typeof pre_chat === "object" && (pre_chat as Tenant["preChat"])) || {},
  };
}
