import { LANGUAGES, type Language } from "./languages";

/** What the host page writes on the script tag. */
export interface Tag {
  key: string;
  /** Origin (and path, if any) of the Rasa server, without a slash at the end. */
  server: string;
  /** Folder this script was loaded from; the chat chunk and the tenant's configuration lie beside it. */
  assets: string;
  /** What the tenant's own settings say, unless the page differs. */
  side: "start" | "end" | null;
  theme: "light" | "dark" | "auto" | null;
  /** Token that names the visitor, signed by the page's server. */
  identity: string | null;
  /** Set when the host page knows its visitor's language. */
  language: Language | null;
  /** Example questions of this page, by language. */
  examples: Partial<Record<Language, string[]>>;
}

/** Read the options of a script tag; raises an Error that names the missing attribute. */
export function readTag(script: HTMLScriptElement): Tag {
  const { key, server, side, theme, language, examples, identity } = script.dataset;
  if (!key) throw new Error("Sahayak: the script tag needs data-key.");
  if (!server) throw new Error("Sahayak: the script tag needs data-server.");
  return {
    key,
    server: new URL(server, location.href).href.replace(/\/$/, ""),
    assets: new URL(".", script.src).href,
    side: side === "start" || side === "end" ? side : null,
    theme: theme === "light" || theme === "dark" || theme === "auto" ? theme : null,
    identity: identity || null,
    language: LANGUAGES.find((known) => known === language) ?? null,
    examples: readExamples(examples),
  };
}

function readExamples(json: string | undefined): Tag["examples"] {
  if (!json) return {};
  try {
    const entries = Object.entries(JSON.parse(json) as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([language, questions]) => [language, Array.isArray(questions) ? questions.map(String) : []]),
    );
  } catch {
    console.warn("Sahayak: data-examples is no JSON object of languages and questions; it is left out.");
    return {};
  }
}
