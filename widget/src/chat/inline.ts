/** Markdown inside a line, as a tree. No HTML is made or parsed anywhere, so none can be smuggled in. */

export type Inline =
  | string
  | { kind: "strong" | "em" | "del"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; children: Inline[] }
  | { kind: "image"; src: string; alt: string }
  | { kind: "citation"; number: number }
  | { kind: "break" };

const ADDRESS = String.raw`(?:[^()\s]|\([^()\s]*\))+`; // parentheses may stand inside in pairs

const TOKEN = new RegExp(
  [
    String.raw`\\(?<escaped>[\\\x60*_{}\[\]()#+\-.!|~>])`,
    String.raw`(?<ticks>\x60+)(?<code>[\s\S]*?[^\x60])\k<ticks>(?!\x60)`,
    String.raw`!\[(?<alt>[^\]]{0,300})\]\((?<image>${ADDRESS})(?:\s+"[^"]*")?\)`,
    String.raw`\[(?<label>(?:[^\[\]]|\[[^\[\]]{0,100}\]){1,500})\]\((?<link>${ADDRESS})(?:\s+"[^"]*")?\)`,
    String.raw`\[(?<cited>\d{1,2}(?:\s*,\s*\d{1,2})*)\]`,
    String.raw`<(?<angled>(?:https?:\/\/|mailto:)[^>\s]+)>`,
    String.raw`(?<bare>https?:\/\/[^\s<>]*[^\s<>.,:;!?"')\]।*_])`,
    String.raw`(?<strongMark>\*\*|(?<![\p{L}\p{N}_])__)(?=\S)(?<strong>[\s\S]*?\S)\k<strongMark>`,
    String.raw`(?<emMark>\*|(?<![\p{L}\p{N}_])_)(?=\S)(?<em>[\s\S]*?[^\s*_])\k<emMark>(?![\p{L}\p{N}])`,
    String.raw`~~(?=\S)(?<struck>[\s\S]*?\S)~~`,
    String.raw`(?<break> *\n)`,
  ].join("|"),
  "gu",
);

const SAFE_ADDRESS = /^(?:https?:\/\/|mailto:|tel:)/i;

/** `sources` are the numbers that the answer has; any other [n] stays as it was written. */
export function inline(source: string, sources: ReadonlySet<number>): Inline[] {
  const nodes: Inline[] = [];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    if (match.index > end) nodes.push(source.slice(end, match.index));
    nodes.push(...token(match, sources));
    end = match.index + match[0].length;
  }
  if (end < source.length) nodes.push(source.slice(end));
  return nodes;
}

function token(match: RegExpMatchArray, sources: ReadonlySet<number>): Inline[] {
  const part = match.groups as Record<string, string | undefined>;
  if (part["escaped"]) return [part["escaped"]];
  if (part["code"]) return [{ kind: "code", text: part["code"].trim() }];
  if (part["image"]) return [{ kind: "image", src: part["image"], alt: part["alt"] ?? "" }];
  if (part["link"]) return link(part["link"], inline(part["label"] ?? "", new Set()));
  if (part["cited"]) return citations(match[0], part["cited"], sources);
  const address = part["angled"] ?? part["bare"];
  if (address) return link(address, [address.replace(/^mailto:/, "")]);
  if (part["strong"]) return [{ kind: "strong", children: inline(part["strong"], sources) }];
  if (part["em"]) return [{ kind: "em", children: inline(part["em"], sources) }];
  if (part["struck"]) return [{ kind: "del", children: inline(part["struck"], sources) }];
  return [{ kind: "break" }];
}

/** A link that leads nowhere from here (another file of the knowledge base) or runs a script is shown as its words. */
function link(href: string, children: Inline[]): Inline[] {
  return SAFE_ADDRESS.test(href) ? [{ kind: "link", href, children }] : children;
}

function citations(written: string, numbers: string, sources: ReadonlySet<number>): Inline[] {
  const cited = numbers.split(",").map(Number);
  return cited.every((number) => sources.has(number)) ? cited.map((number) => ({ kind: "citation", number })) : [written];
}
