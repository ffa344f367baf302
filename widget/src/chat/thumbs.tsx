import { useState } from "preact/hooks";
import { DOWNWARDS, Icon, UPWARDS } from "./icon";
import { REASONS, type Rating } from "./ratings";
import type { Strings } from "./strings";

interface ThumbsProps {
  rating: Rating | null;
  strings: Strings;
  onRate(rating: Rating): void;
}

/** Did it help? A thumb down is asked why, by a choice and a few words. */
export function Thumbs({ rating, strings, onRate }: ThumbsProps) {
  return (
    <div class="thumbs" role="group" aria-label={strings.helped}>
      <button
        type="button"
        class="thumb"
        aria-label={strings.helpful}
        title={strings.helpful}
        aria-pressed={rating?.helpful === true}
        onClick={() => onRate({ helpful: true })}
      >
        <Icon path={UPWARDS} />
      </button>
      <button
        type="button"
        class="thumb"
        aria-label={strings.unhelpful}
        title={strings.unhelpful}
        aria-pressed={rating?.helpful === false}
        onClick={() => onRate({ helpful: false })}
      >
        <Icon path={DOWNWARDS} />
      </button>
      <span class="thanks" role="status">
        {rating && (rating.helpful || rating.done) ? strings.thanks : ""}
      </span>
      {rating && !rating.helpful && !rating.done && <Why rating={rating} strings={strings} onRate={onRate} />}
    </div>
  );
}

function Why({ rating, strings, onRate }: ThumbsProps & { rating: Rating }) {
  const [comment, setComment] = useState("");
  return (
    <form
      class="why"
      onSubmit={(event) => {
        event.preventDefault();
        onRate({ ...rating, comment: comment.trim(), done: true });
      }}
    >
      <p class="label">{strings.why}</p>
      <div class="chips">
        {REASONS.map((reason) => (
          <button
            type="button"
            class="chip"
            key={reason}
            aria-pressed={rating.reason === reason}
            onClick={() => onRate({ ...rating, reason })}
          >
            {strings.reasons[reason]}
          </button>
        ))}
      </div>
      <div class="words">
        <input
          type="text"
          dir="auto"
          maxLength={500}
          value={comment}
          aria-label={strings.tellMore}
          placeholder={strings.tellMore}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
        <button type="submit" class="plainly">
          {strings.sendRating}
        </button>
      </div>
    </form>
  );
}
