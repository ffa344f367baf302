import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Answer, Question } from "./bubble";
import { Before } from "./before";
import { Face } from "./face";
import { DOWN, Icon } from "./icon";
import type { PanelProps } from "./panel";
import { isAwaiting, isShown, offeredButtons } from "./state";

const NEAR = 80; // pixels from the end that still count as reading the newest message

/** The conversation; it follows new messages only while the visitor is reading the newest. */
export function Log(props: PanelProps) {
  const { state, strings, tenant, open } = props;
  const log = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const last = state.messages.at(-1);
  const waiting = isAwaiting(state);

  useLayoutEffect(() => {
    const own = last?.from === "user" && last.delivery === "sending";
    if (log.current && (own || !away)) showNewest(log.current);
  }, [state.messages, waiting, open]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = log.current as HTMLElement;
    setAway(scrollHeight - scrollTop - clientHeight > NEAR);
  };

  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight });

  const buttons = waiting ? [] : offeredButtons(state);
  return (
    <div class="log-place">
      <div ref={log} class="log" role="log" aria-live="off" aria-label={strings.log} tabIndex={0} onScroll={onScroll}>
        <Welcome {...props} />
        {props.asking && <Before asked={tenant.preChat} strings={strings} onIntroduce={props.onIntroduce} />}
        {state.messages.filter(isShown).map((message, index, shown) =>
          message.from === "user" ? (
            <Question key={message.id} message={message} strings={strings} onRetry={props.onRetry} addressOf={props.addressOf} />
          ) : (
            <Answer
              key={message.id}
              message={message}
              first={shown[index - 1]?.from !== "bot"}
              tenant={tenant}
              strings={strings}
              imageHosts={props.imageHosts}
              rating={props.ratingOf(message.answerId)}
              onRate={props.onRate}
            />
          ),
        )}
        {buttons.length > 0 && (
          <div class="chips offered" role="group" aria-label={strings.suggestions}>
            {buttons.map((button) => (
              <button type="button" class="chip" key={button.payload} onClick={() => props.onPress(button)}>
                {button.title}
              </button>
            ))}
          </div>
        )}
        {waiting && (
          <div class="turn bot">
            <Face tenant={tenant} />
            <div class="bubble dots" role="img" aria-label={strings.typing}>
              <i />
              <i />
              <i />
            </div>
          </div>
        )}
      </div>
      {away && (
        <button type="button" class="latest" aria-label={strings.latest} title={strings.latest} onClick={toEnd}>
          <Icon path={DOWN} />
        </button>
      )}
    </div>
  );
}

function Welcome({ state, tenant, tag, language, strings, asking, onAsk }: PanelProps) {
  const examples = tag.examples[language] ?? [];
  const fresh = state.messages.length === 0 && !asking;
  return (
    <>
      <div class="turn bot">
        <Face tenant={tenant} />
        <div class="said">
          <div class="bubble">
            <p>{tenant.greeting[language] ?? strings.greeting}</p>
          </div>
        </div>
      </div>
      {fresh && examples.length > 0 && (
        <div class="examples">
          <p class="label">{strings.examples}</p>
          <div class="chips">
            {examples.map((question) => (
              <button type="button" class="chip" key={question} onClick={() => onAsk(question)}>
                {question}
              </button>
            ))}
          </div>
        </div>
      )}
    </>
  );
}

/** The end of the log; or the start of an answer too long for it, because reading begins there. */
function showNewest(log: HTMLElement): void {
  const turns = log.querySelectorAll<HTMLElement>(".turn");
  const newest = turns[turns.length - 1];
  const answer = newest?.classList.contains("finished") && newest.offsetHeight > log.clientHeight - 16 ? newest : null;
  log.scrollTop = answer ? answer.offsetTop - 12 : log.scrollHeight;
}
