import { Formatted, type Reading } from "./formatted";
import { DOWN, Icon, OUT } from "./icon";
import { markdown } from "./markdown";
import type { Strings } from "./strings";
import type { Source } from "./wire";

interface SourcesProps {
  sources: readonly Source[];
  strings: Strings;
  reading: Reading;
}

/** What an answer rests on: each title opens to the quoted passage. */
export function Sources({ sources, strings, reading }: SourcesProps) {
  return (
    <div class="sources" role="group" aria-label={strings.sources(sources.length)}>
      <p class="label">{strings.sources(sources.length)}</p>
      {sources.map((source) => (
        <details key={source.number} data-source={source.number}>
          <summary>
            <span class="number">{source.number}</span>
            <span class="title">
              {source.title}
              {source.page !== null && <small> · {strings.page(source.page)}</small>}
            </span>
            <Icon path={DOWN} />
          </summary>
          {source.text && (
            <blockquote dir="auto" tabIndex={0}>
              <Formatted tree={markdown(source.text)} reading={reading} />
            </blockquote>
          )}
          {source.url && (
            <a class="open" href={source.url} target="_blank" rel="noopener noreferrer">
              {strings.openSource}
              <Icon path={OUT} />
              <span class="unseen"> ({strings.newWindow})</span>
            </a>
          )}
        </details>
      ))}
    </div>
  );
}

/** Open source `number` of one answer and put the reader there. */
export function showSource(turn: HTMLElement | null, number: number): void {
  const details = turn?.querySelector<HTMLDetailsElement>(`details[data-source="${number}"]`);
  if (!details) return;
  details.open = true;
  details.querySelector("summary")?.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}
