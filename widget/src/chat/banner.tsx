import { useEffect, useState } from "preact/hooks";
import type { Connection } from "./state";
import type { Strings } from "./strings";

interface BannerProps {
  connection: Connection;
  /** Where the visitor shows that a person is there, or "". */
  challenge: string;
  strings: Strings;
  onReconnect(): void;
}

const PATIENCE_MS = 1_500; // a connection that stands sooner needs no words

/** Says when messages don't get through, and nothing while they do. */
export function Banner({ connection, challenge, strings, onReconnect }: BannerProps) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connection]);

  const shown = connection === "refused" || connection === "expired" || connection === "offline" || (connection !== "online" && late);
  return (
    <div role="status" class="banner-place">
      {challenge && !shown && (
        <div class="banner challenge">
          <span>{strings.challenge}</span>
          <a href={challenge} target="_blank" rel="noopener">
            {strings.prove}
            <span class="unseen"> ({strings.newWindow})</span>
          </a>
        </div>
      )}
      {shown && (
        <div class={connection === "expired" ? "banner refused" : `banner ${connection}`}>
          <span>{strings[connection as Exclude<Connection, "online">]}</span>
          {(connection === "reconnecting" || connection === "offline") && (
            <button type="button" onClick={onReconnect}>
              {strings.tryNow}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
