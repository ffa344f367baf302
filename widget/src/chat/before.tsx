import { useState } from "preact/hooks";
import type { Strings } from "./strings";
import { FIELDS, type Visitor } from "./visitor";

interface BeforeProps {
  asked: Partial<Record<string, boolean>>;
  strings: Strings;
  onIntroduce(visitor: Visitor): void;
}

const KINDS = {
  person: { type: "text", autocomplete: "name", inputMode: "text" },
  phone: { type: "tel", autocomplete: "tel", inputMode: "tel" },
  email: { type: "email", autocomplete: "email", inputMode: "email" },
} as const;

/** The form before the chat: only what the tenant's file asks for, checked by the browser's own means. */
export function Before({ asked, strings, onIntroduce }: BeforeProps) {
  const [visitor, setVisitor] = useState<Visitor>({});
  return (
    <form
      class="before"
      onSubmit={(event) => {
        event.preventDefault();
        onIntroduce(visitor);
      }}
    >
      <p class="title">{strings.before}</p>
      {FIELDS.filter((field) => field in asked).map((field) => (
        <label key={field}>
          <span>
            {strings.fields[field]}
            {!asked[field] && <small> ({strings.optional})</small>}
          </span>
          <input
            {...KINDS[field]}
            name={field}
            dir="auto"
            maxLength={120}
            required={asked[field] === true}
            value={visitor[field] ?? ""}
            onInput={(event) => setVisitor({ ...visitor, [field]: event.currentTarget.value })}
          />
        </label>
      ))}
      <button type="submit" class="start">
        {strings.start}
      </button>
    </form>
  );
}
