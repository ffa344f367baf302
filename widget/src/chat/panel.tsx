import { useEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../languages";
import type { Tag } from "../tag";
import type { Tenant } from "../tenant";
import { Banner } from "./banner";
import { Composer } from "./composer";
import { Header } from "./header";
import { Log } from "./log";
import type { Rating } from "./ratings";
import { underWay, type State } from "./state";
import type { Strings } from "./strings";
import type { Visitor } from "./visitor";
import type { Attachment, Button } from "./wire";

export interface PanelProps {
  open: boolean;
  focus: number;
  state: State;
  tenant: Tenant;
  tag: Tag;
  language: Language;
  bcp47: string;
  strings: Strings;
  /** The latest finished answer; its number tells two equal ones apart. */
  announced: { number: number; text: string };
  draft: string;
  imageHosts: readonly string[];
  /** The form before the chat stands open. */
  asking: boolean;
  addressOf(attachment: Attachment): string;
  ratingOf(answerId: string): Rating | null;
  onRate(answerId: string, rating: Rating): void;
  onIntroduce(visitor: Visitor): void;
  onAttach(files: readonly File[]): void;
  onRemove(key: number): void;
  onStop(): void;
  onAsk(text: string): void;
  onPress(button: Button): void;
  onRetry(id: string): void;
  onReconnect(): void;
  onDraft(draft: string): void;
  onLanguage(language: Language): void;
  onClose(): void;
}

const NARROW = "(max-width: 480px)";

export function Panel(props: PanelProps) {
  const { open, focus, state, tenant, strings, announced } = props;
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const fullScreen = matchMedia(NARROW).matches;
  const refused = state.connection === "refused" || state.connection === "expired";
  const drop = useDrop(!refused && !props.asking, props.onAttach);

  useEffect(() => {
    if (!open || !focus) return;
    // on a touch screen the keyboard would cover the greeting, so the panel gets the focus and not the input
    const touch = matchMedia("(pointer: coarse)").matches;
    const first = panel.current?.querySelector<HTMLElement>(".before input");
    (touch ? panel.current : (first ?? input.current))?.focus({ preventScroll: true });
  }, [open, focus, props.asking]);

  useEffect(() => fitToKeyboard(panel.current), []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      props.onClose();
    } else if (event.key === "Tab" && fullScreen) {
      keepInside(event, panel.current);
    }
  };

  return (
    <div
      ref={panel}
      class={open ? "panel" : "panel shut"}
      role="dialog"
      aria-label={tenant.name || strings.log}
      aria-modal={fullScreen ? "true" : undefined}
      lang={props.bcp47}
      tabIndex={-1}
      inert={!open}
      onKeyDown={onKeyDown}
      {...drop.handlers}
    >
      <Header tenant={tenant} language={props.language} strings={strings} onLanguage={props.onLanguage} onClose={props.onClose} />
      <Banner connection={state.connection} challenge={state.challenge} strings={strings} onReconnect={props.onReconnect} />
      <Log {...props} />
      {!props.asking && (
        <Composer
          input={input}
          strings={strings}
          draft={props.draft}
          refused={refused}
          files={state.files}
          busy={underWay(state) !== ""}
          onDraft={props.onDraft}
          onAsk={props.onAsk}
          onAttach={props.onAttach}
          onRemove={props.onRemove}
          onStop={props.onStop}
        />
      )}
      {drop.over && <div class="drop">{strings.drop}</div>}
      {/* the log itself is silent: a screen reader hears each finished answer once, not every delta */}
      <div class="unseen" aria-live="polite">
        {announced.text ? <p key={announced.number}>{announced.text}</p> : null}
      </div>
    </div>
  );
}

/** Files dragged over the panel are taken in; without this the browser would leave the page for them. */
function useDrop(able: boolean, onFiles: (files: readonly File[]) => void) {
  const [over, setOver] = useState(false);
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(able);
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.currentTarget as Node).contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      setOver(false);
      if (able) onFiles(files);
    },
  };
  return { over, handlers };
}

/** On phones the on-screen keyboard shrinks only the visual viewport; the panel follows it. */
function fitToKeyboard(panel: HTMLElement | null): (() => void) | void {
  const viewport = window.visualViewport;
  if (!panel || !viewport) return;
  const fit = () => panel.style.setProperty("--visible", `${viewport.height}px`);
  fit();
  viewport.addEventListener("resize", fit);
  return () => viewport.removeEventListener("resize", fit);
}

function keepInside(event: KeyboardEvent, panel: HTMLElement | null): void {
  const stops = [...(panel?.querySelectorAll<HTMLElement>("button:not(:disabled), a[href], select, textarea, input:not([type=file]), summary, [tabindex='0']") ?? [])];
  const focused = (panel?.getRootNode() as ShadowRoot | undefined)?.activeElement;
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey ? focused === first || focused === panel : focused === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
