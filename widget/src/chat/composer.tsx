import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Chosen } from "./chosen";
import { ACCEPTED, MOST_FILES, type PendingFile } from "./files";
import { CLIP, Icon, SEND, STOP } from "./icon";
import type { Strings } from "./strings";

interface ComposerProps {
  input: RefObject<HTMLTextAreaElement | null>;
  strings: Strings;
  draft: string;
  refused: boolean;
  files: readonly PendingFile[];
  /** An answer is being made, which may be stopped. */
  busy: boolean;
  onDraft(draft: string): void;
  onAsk(text: string): void;
  onAttach(files: readonly File[]): void;
  onRemove(key: number): void;
  onStop(): void;
}

export const MAX_TEXT = 4_000; // the server's own limit (protocol.messages.MAX_TEXT), in characters
const COUNTED_FROM = 3_600;

export function Composer(props: ComposerProps) {
  const { input, strings, refused, files, busy } = props;
  const [text, setText] = useState(props.draft);
  const picker = useRef<HTMLInputElement>(null);
  const length = [...text].length;
  const tooLong = length > MAX_TEXT;
  const underWay = files.some((file) => !file.uploaded && !file.trouble);
  const something = text.trim() !== "" || files.some((file) => file.uploaded);
  const ready = something && !underWay && !tooLong && !refused;

  useLayoutEffect(() => {
    const area = input.current;
    if (!area) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight}px`;
  }, [text]);

  const write = (value: string) => {
    setText(value);
    props.onDraft(value);
  };
  const send = () => {
    if (!ready) return;
    props.onAsk(text.trim());
    write("");
    input.current?.focus();
  };
  const stop = () => {
    props.onStop();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // while an input method composes (Hindi keyboards do), Enter belongs to it
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    props.onAttach(pasted);
  };
  const onPick = () => {
    const field = picker.current as HTMLInputElement;
    props.onAttach([...(field.files ?? [])]);
    field.value = ""; // the same file may be chosen again
    input.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Chosen files={files} strings={strings} onRemove={props.onRemove} />
      <div class="field">
        <input ref={picker} type="file" hidden multiple accept={ACCEPTED} onChange={onPick} />
        <button
          type="button"
          class="attach"
          aria-label={strings.attach}
          title={strings.attach}
          disabled={refused || files.length >= MOST_FILES}
          onClick={() => picker.current?.click()}
        >
          <Icon path={CLIP} />
        </button>
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={text}
          disabled={refused}
          placeholder={strings.placeholder}
          aria-label={strings.message}
          aria-invalid={tooLong}
          aria-describedby="count"
          title={strings.hint}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {busy && !something ? (
          <button key="stop" type="button" class="send stop" aria-label={strings.stop} title={strings.stop} onClick={stop}>
            <Icon path={STOP} />
          </button>
        ) : (
          <button key="send" type="submit" class="send" aria-label={strings.send} disabled={!ready}>
            <Icon path={SEND} />
          </button>
        )}
      </div>
      <p id="count" class={tooLong ? "count over" : "count"} aria-live={tooLong ? "polite" : "off"}>
        {tooLong ? strings.tooLong(length, MAX_TEXT) : length > COUNTED_FROM ? strings.left(MAX_TEXT - length) : ""}
      </p>
    </form>
  );
}
