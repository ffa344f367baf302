/** The Markdown that answers are written in, as a tree: paragraphs, headings, nested lists, tables, code, quotes. */
import { inline, type Inline } from "./inline";

export type Block =
  | { kind: "paragraph" | "heading"; children: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "table"; sides: Side[]; head: Inline[][]; rows: Inline[][][] }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "code"; text: string }
  | { kind: "rule" };

export type Side = "start" | "centre" | "end";

const FENCE = /^\s*(```+|~~~+)/;
const HEADING = /^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$/;
const RULE = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s*)([-*+•]|\d{1,9}[.)])\s+(?=\S)/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const DEEPEST = 8; // deeper quotes and lists stay text: no answer needs them, and recursion ends

/** A block, and the line after it. */
type Read = [Block, number];

/** `sources` are the numbers that [n] may cite. */
export function markdown(source: string, sources: ReadonlySet<number> = new Set()): Block[] {
  return blocks(source.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), sources, 0);
}

/** Text that is still coming, made presentable: an open emphasis is closed, citations wait for their sources. */
export function unfinished(source: string): string {
  const text = source.replace(/\s*\[(?:\d{1,2}(?:\s*,\s*\d{0,2})*)?\]?$|\s*\[\d{1,2}(?:\s*,\s*\d{1,2})*\]/g, "").replace(/\*+$/, "");
  const line = text.slice(text.lastIndexOf("\n\n") + 1);
  return (line.match(/\*\*/g)?.length ?? 0) % 2 ? `${text}**` : text;
}

/** The words alone, as a screen reader says them. */
export function plainText(tree: readonly Block[]): string {
  return tree.map(words).filter(Boolean).join("\n");
}

function blocks(lines: readonly string[], sources: ReadonlySet<number>, depth: number): Block[] {
  const found: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (!(lines[at] as string).trim()) {
      at++;
      continue;
    }
    const [block, next] = read(lines, at, sources, depth);
    found.push(block);
    at = next;
  }
  return found;
}

function read(lines: readonly string[], at: number, sources: ReadonlySet<number>, depth: number): Read {
  const line = lines[at] as string;
  if (FENCE.test(line)) return fenced(lines, at);
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (HEADING.test(line)) return [{ kind: "heading", children: inline(line.replace(HEADING, "$1"), sources) }, at + 1];
  if (QUOTE.test(line) && depth < DEEPEST) return quoted(lines, at, sources, depth);
  if (ITEM.test(line) && depth < DEEPEST) return list(lines, at, sources, depth);
  if (isTable(lines, at)) return table(lines, at, sources);
  return paragraph(lines, at, sources);
}

function fenced(lines: readonly string[], start: number): Read {
  const mark = (FENCE.exec(lines[start] as string) as RegExpExecArray)[1] as string;
  let end = start + 1;
  while (end < lines.length && !(lines[end] as string).trim().startsWith(mark)) end++;
  return [{ kind: "code", text: lines.slice(start + 1, end).join("\n") }, end + 1];
}

function quoted(lines: readonly string[], start: number, sources: ReadonlySet<number>, depth: number): Read {
  let end = start;
  while (end < lines.length && QUOTE.test(lines[end] as string)) end++;
  const inner = lines.slice(start, end).map((line) => line.replace(QUOTE, ""));
  return [{ kind: "quote", blocks: blocks(inner, sources, depth + 1) }, end];
}

function list(lines: readonly string[], start: number, sources: ReadonlySet<number>, depth: number): Read {
  const marker = (ITEM.exec(lines[start] as string) as RegExpExecArray)[2] as string;
  const ordered = /\d/.test(marker);
  const margin = indent(lines[start] as string);
  const items: Block[][] = [];
  let at = start;
  while (at < lines.length) {
    const line = lines[at] as string;
    const found = ITEM.exec(line);
    if (!found || indent(line) !== margin || /\d/.test(found[2] as string) !== ordered) break;
    const width = found[0].length;
    const inner = [line.slice(width)];
    let next = at + 1;
    while (next < lines.length && belongs(lines, next, margin)) inner.push(dedent(lines[next++] as string, width));
    items.push(blocks(inner, sources, depth + 1));
    at = next;
    while (at < lines.length && !(lines[at] as string).trim() && continues(lines, at, margin, ordered)) at++;
  }
  return [{ kind: "list", ordered, start: ordered ? parseInt(marker, 10) : 1, items }, at];
}

/** A line is part of the item when it stands deeper, or when it runs on without a blank line between. */
function belongs(lines: readonly string[], at: number, margin: number): boolean {
  const line = lines[at] as string;
  if (!line.trim()) {
    const next = lines.slice(at).find((later) => later.trim());
    return next !== undefined && indent(next) > margin + 1;
  }
  if (indent(line) > margin + 1) return true;
  const runsOn = Boolean((lines[at - 1] as string).trim());
  return runsOn && !ITEM.test(line) && !HEADING.test(line) && !FENCE.test(line) && !QUOTE.test(line) && !RULE.test(line);
}

/** Blank lines between two items of the same list don't end it. */
function continues(lines: readonly string[], at: number, margin: number, ordered: boolean): boolean {
  const next = lines.slice(at).find((line) => line.trim());
  const found = next === undefined ? null : ITEM.exec(next);
  return found !== null && indent(next as string) === margin && /\d/.test(found[2] as string) === ordered;
}

function isTable(lines: readonly string[], at: number): boolean {
  const rule = lines[at + 1];
  return (lines[at] as string).includes("|") && rule !== undefined && rule.includes("-") && TABLE_RULE.test(rule);
}

function table(lines: readonly string[], start: number, sources: ReadonlySet<number>): Read {
  const sides = cells(lines[start + 1] as string).map((cell): Side =>
    /^:-+:$/.test(cell) ? "centre" : /-:$/.test(cell) ? "end" : "start",
  );
  const row = (line: string) => {
    const written = cells(line);
    return sides.map((_, i) => inline(written[i] ?? "", sources));
  };
  let end = start + 2;
  while (end < lines.length && (lines[end] as string).includes("|")) end++;
  return [{ kind: "table", sides, head: row(lines[start] as string), rows: lines.slice(start + 2, end).map(row) }, end];
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

function paragraph(lines: readonly string[], start: number, sources: ReadonlySet<number>): Read {
  let end = start + 1;
  while (end < lines.length && !startsBlock(lines, end)) end++;
  const text = lines.slice(start, end).map((line) => line.trim()).join("\n");
  return [{ kind: "paragraph", children: inline(text, sources) }, end];
}

function startsBlock(lines: readonly string[], at: number): boolean {
  const line = lines[at] as string;
  return !line.trim() || [FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line)) || isTable(lines, at);
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

function dedent(line: string, width: number): string {
  return line.slice(Math.min(width, indent(line)));
}

function words(block: Block): string {
  switch (block.kind) {
    case "code":
      return block.text;
    case "rule":
      return "";
    case "quote":
      return plainText(block.blocks);
    case "list":
      return block.items.map(plainText).join("\n");
    case "table":
      return [block.head, ...block.rows].map((row) => row.map(spoken).join(", ")).join("\n");
    default:
      return spoken(block.children);
  }
}

/** Citations are left out: "one" in the middle of a sentence means nothing to a listener. */
export function spoken(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      if ("children" in node) return spoken(node.children);
      if (node.kind === "code") return node.text;
      if (node.kind === "image") return node.alt;
      return node.kind === "break" ? " " : "";
    })
    .join("");
}
