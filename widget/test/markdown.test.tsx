import createDOMPurify from "dompurify";
import { render } from "preact";
import { describe, expect, test } from "vitest";
import { Formatted } from "../src/chat/formatted";
import { markdown, plainText, unfinished } from "../src/chat/markdown";

const HOSTS = ["chat.example.com"];

function shown(source: string, sources: number[] = []): HTMLElement {
  const place = document.createElement("div");
  const reading = { imageHosts: HOSTS, sourceLabel: (number: number) => `Source ${number}`, onCite: () => {} };
  render(<Formatted tree={markdown(source, new Set(sources))} reading={reading} />, place);
  return place.firstElementChild as HTMLElement;
}

const html = (source: string, sources: number[] = []) => shown(source, sources).innerHTML;

describe("Markdown", () => {
  test("paragraphs keep their line breaks", () => {
    expect(html("one\ntwo\n\nthree")).toBe("<p>one<br>two</p><p>three</p>");
  });

  test("emphasis works in Devanagari and leaves file names alone", () => {
    expect(html("**मालिक** का *पासवर्ड*")).toBe("<p><strong>मालिक</strong> का <em>पासवर्ड</em></p>");
    expect(html("RegisterParts_of_the_shop.bat and 5 * 3 * 2")).toBe("<p>RegisterParts_of_the_shop.bat and 5 * 3 * 2</p>");
  });

  test("numbered steps keep nested points and their start", () => {
    const list = shown("3. Open **Settings**\n   - Users\n   - Stores\n4. Save");
    expect(list.querySelector("ol")?.getAttribute("start")).toBe("3");
    expect([...list.querySelectorAll("ol > li")]).toHaveLength(2);
    expect([...list.querySelectorAll("ol > li ul > li")].map((item) => item.textContent)).toEqual(["Users", "Stores"]);
  });

  test("blank lines between steps don't restart the numbers", () => {
    expect(shown("1. one\n\n2. two\n\n3. three").querySelectorAll("ol")).toHaveLength(1);
  });

  test("a table keeps its columns, sides and escaped bars", () => {
    const table = shown("| Edition | Price |\n|---|---:|\n| Basic | ₹7,200 |\n| A \\| B | **₹1** |");
    expect([...table.querySelectorAll("th")].map((cell) => cell.textContent)).toEqual(["Edition", "Price"]);
    expect(table.querySelectorAll("td")[1]?.className).toBe("end");
    expect(table.querySelectorAll("td")[2]?.textContent).toBe("A | B");
  });

  test("a table too wide for a bubble becomes a card per row, its names said with the cells", () => {
    const wide = shown("| Channel | Number | When |\n|---|---|---|\n| Phone | 020-4567-8900 | Monday to Saturday 9:00 to 20:00 |");
    expect(wide.querySelector(".table")?.className).toBe("table cards");
    expect([...wide.querySelectorAll("td")].map((cell) => cell.dataset["name"])).toEqual([undefined, "Number", "When"]);
    expect(wide.querySelectorAll("[role=row]")).toHaveLength(2);
    const narrow = shown("| Edition | Users | Mobile |\n|---|---|---|\n| Basic | 3 | 1 |");
    expect(narrow.querySelector(".table")?.className).toBe("table");
    expect(narrow.querySelector("td[data-name]")).toBeNull();
  });

  test("a short row of a table is filled up", () => {
    expect(shown("| a | b |\n|---|---|\n| 1 |").querySelectorAll("td")).toHaveLength(2);
  });

  test("code is shown as it is", () => {
    expect(shown("Run `netstat -ano | findstr 10048`").querySelector("code")?.textContent).toBe("netstat -ano | findstr 10048");
    expect(shown("```\nif a < b:\n  **x**\n```").querySelector("pre")?.textContent).toBe("if a < b:\n  **x**");
  });

  test("menu paths are no quotes", () => {
    expect(html("Settings > Users > Reset")).toBe("<p>Settings &gt; Users &gt; Reset</p>");
  });

  test("a bare address becomes a link without the full stop or the danda", () => {
    expect(shown("देखें https://my.example/prices।").querySelector("a")?.getAttribute("href")).toBe("https://my.example/prices");
    expect(shown("see https://my.example/a.").querySelector("a")?.textContent).toBe("https://my.example/a");
  });
});

describe("citations", () => {
  test("point at the answer's own sources only", () => {
    const answer = shown("Press F2. [1] Not this. [7]", [1, 2]);
    expect([...answer.querySelectorAll("a.citation")].map((link) => link.textContent)).toEqual(["1"]);
    expect(answer.textContent).toContain("[7]");
  });

  test("several in one bracket become several", () => {
    expect(shown("Both. [1, 2]", [1, 2]).querySelectorAll("a.citation")).toHaveLength(2);
  });

  test("are named for screen readers", () => {
    expect(shown("x [1]", [1]).querySelector("a")?.getAttribute("aria-label")).toBe("Source 1");
  });

  test("are not read inside code", () => {
    expect(shown("`row[1]`", [1]).querySelector("a")).toBeNull();
  });
});

describe("hostile answers", () => {
  const ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:msgbox(1))",
    "[a](https://x.example/\"onmouseover=\"alert(1))",
    "![x](javascript:alert(1))",
    "![x\" onerror=\"alert(1)](https://chat.example.com/a.png)",
    "<svg/onload=alert(1)>",
    "<javascript:alert(1)>",
    "`<b onclick=alert(1)>`",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <iframe src=//evil.example> | c |",
    "- <a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
  ];

  test.each(ATTACKS)("%s stays text", (attack) => {
    const answer = shown(attack);
    expect(answer.querySelector("script, iframe, svg, [onerror], [onclick], [onmouseover], [onload]")).toBeNull();
    for (const link of answer.querySelectorAll("a, img")) {
      expect(link.getAttribute("href") ?? link.getAttribute("src")).toMatch(/^https?:/);
    }
  });

  test.each(ATTACKS)("DOMPurify finds nothing to take away from %s", (attack) => {
    const before = shown(attack).outerHTML;
    const clean = createDOMPurify(window).sanitize(before, { ADD_ATTR: ["target"] });
    expect(clean).toBe(before);
  });

  test("a picture from a foreign host is offered as a link", () => {
    const answer = shown("![label](https://evil.example/p.png?leak=1) ![ours](https://chat.example.com/a.png)");
    expect([...answer.querySelectorAll("img")].map((image) => image.src)).toEqual(["https://chat.example.com/a.png"]);
    expect(answer.querySelector("a")?.rel).toContain("noopener");
  });

  test("links leave the page safely", () => {
    const link = shown("[prices](https://my.example/prices)").querySelector("a");
    expect(link?.target).toBe("_blank");
    expect(link?.rel).toBe("noopener noreferrer nofollow");
  });

  test("a link into the knowledge base's own files is shown as its words", () => {
    expect(html("see [Restore](restore.md)")).toBe("<p>see Restore</p>");
  });

  test.each(["**", "[", "![", "`", "_", "~~", "[a](", "> ", "- ", "|a|\n|-|\n", "<http://"])("50,000 characters of %s end in time", (part) => {
    const started = performance.now();
    markdown(part.repeat(Math.floor(50_000 / part.length)));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("plain text", () => {
  test("is what a listener needs", () => {
    expect(plainText(markdown("Press **F2**. [1]\n\n1. `a`\n2. [b](https://x.example)", new Set([1])))).toBe("Press F2. \na\nb");
  });
});

describe("unfinished text", () => {
  test("closes what the stream has opened", () => {
    expect(unfinished("You need the **Own")).toBe("You need the **Own**");
    expect(unfinished("You need the *")).toBe("You need the ");
  });

  test("hides citations until their sources are there", () => {
    expect(unfinished("Press F2. [1] Then [")).toBe("Press F2. Then");
    expect(unfinished("Press F2. [1")).toBe("Press F2.");
  });
});
