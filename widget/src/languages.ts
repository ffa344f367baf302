export const LANGUAGES = ["en", "hi", "hinglish"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Hinglish is Hindi in Latin letters; screen readers and fonts are told so. */
export const BCP47: Record<Language, string> = { en: "en-IN", hi: "hi", hinglish: "hi-Latn" };

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** The visitor's first browser language that the tenant speaks, else the tenant's own first. */
export function browserLanguage(wanted: readonly string[], spoken: readonly Language[]): Language {
  for (const tag of wanted) {
    const lower = tag.toLowerCase();
    const language: Language | null = lower.startsWith("hi-latn")
      ? "hinglish"
      : lower.startsWith("hi")
        ? "hi"
        : lower.startsWith("en")
          ? "en"
          : null;
    if (language && spoken.includes(language)) return language;
  }
  return spoken[0] ?? "en";
}
