import type { ComponentChildren } from "preact";
import type { Inline } from "./inline";
import { type Block, spoken } from "./markdown";

/** Letters beside each other in a bubble; a table of three columns that wants more is shown as a card per row. */
const LETTERS = 42;

type Table = Extract<Block, { kind: "table" }>;

/** What formatted text needs to know of the answer it stands in. */
export interface Reading {
  /** Pictures are loaded from these hosts only; a picture from elsewhere would tell its host who reads what. */
  imageHosts: readonly string[];
  sourceLabel(number: number): string;
  onCite(number: number): void;
}

/** Markdown's tree as elements; text stays text all the way. */
export function Formatted({ tree, reading }: { tree: readonly Block[]; reading: Reading }) {
  return <div class="formatted">{tree.map((block) => element(block, reading))}</div>;
}

/** An address that may stand in `src` of a picture that the bot itself sends. */
export function isPicture(address: string): boolean {
  return /^(?:https?:\/\/|data:image\/(?:png|jpeg|webp|gif);base64,)/i.test(address);
}

function element(block: Block, reading: Reading): ComponentChildren {
  const within = (nodes: readonly Inline[]) => nodes.map((node) => words(node, reading));
  switch (block.kind) {
    case "paragraph":
      return <p>{within(block.children)}</p>;
    case "heading":
      return <p class="heading">{within(block.children)}</p>;
    case "quote":
      return <blockquote>{block.blocks.map((inner) => element(inner, reading))}</blockquote>;
    case "code":
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "list": {
      const items = block.items.map((item) => <li>{item.length === 1 && item[0]?.kind === "paragraph"
        ? within(item[0].children)
        : item.map((inner) => element(inner, reading))}</li>);
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return table(block, within);
  }
}

/** Roles stand there because cards are no table to a browser any more, but still one to a screen reader. */
function table(block: Table, within: (nodes: readonly Inline[]) => ComponentChildren): ComponentChildren {
  const names = block.head.map(spoken);
  const cards = names.length > 2 && wanted(block) > LETTERS;
  return (
    <div class={cards ? "table cards" : "table"} tabIndex={0}>
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">{block.head.map((cell, i) => <th role="columnheader" scope="col" class={block.sides[i]}>{within(cell)}</th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {block.rows.map((row) => (
            <tr role="row">
              {row.map((cell, i) => <td role="cell" class={block.sides[i]} data-name={cards && i ? names[i] : undefined}>{within(cell)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The letters of the longest cell of each column, together. */
function wanted(block: Table): number {
  const lengths = block.head.map((_, i) => [block.head, ...block.rows].map((row) => spoken(row[i] ?? []).length));
  return lengths.reduce((sum, column) => sum + Math.max(...column), 0);
}

function words(node: Inline, reading: Reading): ComponentChildren {
  if (typeof node === "string") return node;
  const within = "children" in node ? node.children.map((child) => words(child, reading)) : null;
  switch (node.kind) {
    case "strong":
      return <strong>{within}</strong>;
    case "em":
      return <em>{within}</em>;
    case "del":
      return <del>{within}</del>;
    case "code":
      return <code>{node.text}</code>;
    case "break":
      return <br />;
    case "link":
      return <Away href={node.href}>{within}</Away>;
    case "image":
      return picture(node.src, node.alt, reading.imageHosts);
    case "citation":
      return (
        <a
          class="citation"
          href={`#source-${node.number}`}
          aria-label={reading.sourceLabel(node.number)}
          onClick={(event) => {
            event.preventDefault(); // the address is the host page's, and stays as it is
            reading.onCite(node.number);
          }}
        >
          {node.number}
        </a>
      );
  }
}

function picture(src: string, alt: string, hosts: readonly string[]): ComponentChildren {
  if (!/^https?:/i.test(src)) return alt;
  return hosts.includes(hostOf(src)) ? <img src={src} alt={alt} loading="lazy" /> : <Away href={src}>{alt || hostOf(src)}</Away>;
}

function Away({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}
