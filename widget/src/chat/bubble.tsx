import { useMemo, useRef } from "preact/hooks";
import { BCP47 } from "../languages";
import { Attached } from "./attached";
import type { Tenant } from "../tenant";
import { Face } from "./face";
import { Formatted, isPicture, type Reading } from "./formatted";
import { Icon, WARN } from "./icon";
import { markdown, unfinished } from "./markdown";
import type { Rating } from "./ratings";
import { showSource, Sources } from "./sources";
import type { BotMessage, UserMessage } from "./state";
import type { Strings } from "./strings";
import { Thumbs } from "./thumbs";
import type { Attachment } from "./wire";

interface QuestionProps {
  message: UserMessage;
  strings: Strings;
  onRetry(id: string): void;
  addressOf(attachment: Attachment): string;
}

export function Question({ message, strings, onRetry, addressOf }: QuestionProps) {
  const { id, text, at, delivery, attachments = [] } = message;
  return (
    <div class={`turn user ${delivery}`}>
      <span class="unseen">{strings.you}: </span>
      {attachments.length > 0 && <Attached attachments={attachments} strings={strings} addressOf={addressOf} />}
      {text && (
        <div class="bubble" dir="auto">
          {text}
        </div>
      )}
      <p class="fate">
        {delivery === "failed" ? (
          <button type="button" class="retry" onClick={() => onRetry(id)}>
            <Icon path={WARN} />
            {strings.failed}. <u>{strings.retry}</u>
          </button>
        ) : delivery === "sending" ? (
          strings.sending
        ) : (
          clock(at)
        )}
      </p>
    </div>
  );
}

interface AnswerProps {
  message: BotMessage;
  /** The first of several in a row carries the face. */
  first: boolean;
  tenant: Tenant;
  strings: Strings;
  imageHosts: readonly string[];
  rating: Rating | null;
  onRate(answerId: string, rating: Rating): void;
}

export function Answer({ message, first, tenant, strings, imageHosts, rating, onRate }: AnswerProps) {
  const turn = useRef<HTMLDivElement>(null);
  const { text, image, sources, parts, answerId, stopped } = message;
  const coming = parts && !stopped;
  const tree = useMemo(
    () => markdown(parts ? unfinished(text) : text, new Set(sources.map((source) => source.number))),
    [text, parts, sources],
  );
  const reading: Reading = {
    imageHosts,
    sourceLabel: (number) => strings.source(number, sources.find((source) => source.number === number)?.title ?? ""),
    onCite: (number) => showSource(turn.current, number),
  };
  return (
    <div ref={turn} class={parts ? "turn bot" : "turn bot finished"}>
      {first && <Face tenant={tenant} />}
      <div class="said" lang={message.language ? BCP47[message.language] : undefined}>
        {text && (
          <div class={coming ? "bubble coming" : "bubble"} dir="auto">
            <Formatted tree={tree} reading={reading} />
          </div>
        )}
        {image && isPicture(image) && <img class="picture" src={image} alt={strings.picture} />}
        {stopped && <p class="fate">{strings.stopped}</p>}
        {sources.length > 0 && <Sources sources={sources} strings={strings} reading={reading} />}
        {answerId && !parts && <Thumbs rating={rating} strings={strings} onRate={(given) => onRate(answerId, given)} />}
      </div>
    </div>
  );
}

function clock(at: number): string {
  if (!at) return "";
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString("en-IN", { hour: "numeric", minute: "2-digit", ...(today ? {} : { day: "numeric", month: "short" }) });
}
