import { weight } from "./chosen";
import { FILE, Icon } from "./icon";
import type { Strings } from "./strings";
import type { Attachment } from "./wire";

interface AttachedProps {
  attachments: readonly Attachment[];
  strings: Strings;
  addressOf(attachment: Attachment): string;
}

/** What the visitor sent along: pictures as pictures, the rest by name. */
export function Attached({ attachments, strings, addressOf }: AttachedProps) {
  return (
    <div class="attached">
      {attachments.map((one) => (
        <a key={one.id} href={addressOf(one)} target="_blank" rel="noopener noreferrer">
          {one.mediaType.startsWith("image/") ? (
            <img src={addressOf(one)} alt={one.name || strings.ownPicture} />
          ) : (
            <span class="file">
              <Icon path={FILE} />
              <span class="what">
                <span class="title">{one.name || strings.file}</span>
                <small>{weight(one.size)}</small>
              </span>
            </span>
          )}
          <span class="unseen"> ({strings.newWindow})</span>
        </a>
      ))}
    </div>
  );
}
