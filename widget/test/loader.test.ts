import { afterEach, describe, expect, test, vi } from "vitest";
import { STRINGS } from "../src/chat/strings";
import { browserLanguage, LANGUAGES } from "../src/languages";
import { Memory } from "../src/memory";
import { contrast, palette, parse } from "../src/palette";
import { readTag } from "../src/tag";
import { parseTenant, UNKNOWN_TENANT } from "../src/tenant";

function script(attributes: Record<string, string>): HTMLScriptElement {
  const element = document.createElement("script");
  element.src = "https://console.example/widget/sahayak.js";
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

describe("the script tag", () => {
  test("names what it lacks", () => {
    expect(() => readTag(script({ "data-server": "https://chat.example" }))).toThrow("data-key");
    expect(() => readTag(script({ "data-key": "demo" }))).toThrow("data-server");
  });

  test("finds the rest of the bundle beside itself", () => {
    const tag = readTag(script({ "data-key": "demo", "data-server": "https://chat.example/" }));
    expect(tag.assets).toBe("https://console.example/widget/");
    expect(tag.server).toBe("https://chat.example");
  });

  test("bad examples are left out, not fatal", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(readTag(script({ "data-key": "d", "data-server": "https://c.example", "data-examples": "{oops" })).examples).toEqual({});
  });
});

describe("colours", () => {
  test.each(["#0f766e", "#ffd400", "#ffffff", "#000000", "#7c3aed", "#e11d48"])("%s is readable wherever it is used", (colour) => {
    const { brand, onBrand, accent, accentDark } = palette(colour);
    expect(contrast(parse(brand), parse(onBrand))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(parse(accent), parse("#eef2f5"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(parse(accentDark), parse("#242a33"))).toBeGreaterThanOrEqual(4.5);
  });
});

describe("the tenant's look", () => {
  test("falls back for what is missing or odd", () => {
    expect(parseTenant({ name: "Shop", colour: "red; }", languages: ["xx"] })).toEqual({ ...UNKNOWN_TENANT, name: "Shop" });
    expect(parseTenant(null)).toEqual(UNKNOWN_TENANT);
  });
});

describe("languages", () => {
  test("the browser's first that the tenant speaks", () => {
    expect(browserLanguage(["fr", "hi-IN", "en"], ["en", "hi"])).toBe("hi");
    expect(browserLanguage(["hi-Latn-IN"], ["en", "hi", "hinglish"])).toBe("hinglish");
    expect(browserLanguage(["ta"], ["en", "hi"])).toBe("en");
  });

  test("every language says everything", () => {
    for (const language of LANGUAGES) {
      for (const [name, words] of Object.entries(STRINGS[language])) {
        expect(words, `${language}.${name}`).toBeTruthy();
        if (language !== "en" && typeof words === "string") expect(words).not.toBe(STRINGS.en[name as keyof typeof STRINGS.en]);
      }
    }
  });
});

describe("memory", () => {
  afterEach(() => localStorage.clear());

  test("two tenants on one site don't share it", () => {
    new Memory("a").write("draft", "mine");
    expect(new Memory("b").read("draft")).toBeNull();
    expect(new Memory("a").read("draft")).toBe("mine");
  });

  test("works in a browser that forbids storage", () => {
    const memory = new Memory("a", null);
    memory.write("draft", "x");
    expect(memory.read("draft")).toBe("x");
  });

  test("works when storage is full", () => {
    const full = { getItem: () => null, setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
    const memory = new Memory("a", full as unknown as Storage);
    memory.write("draft", "x");
    expect(memory.read("draft")).toBe("x");
  });
});
