import type { PendingFile } from "./files";
import { FILE, Icon, SHUT } from "./icon";
import type { Strings } from "./strings";

interface ChosenProps {
  files: readonly PendingFile[];
  strings: Strings;
  onRemove(key: number): void;
}

/** Files that go with the next message, each with its progress or its trouble. */
export function Chosen({ files, strings, onRemove }: ChosenProps) {
  if (!files.length) return null;
  return (
    <ul class="chosen" aria-label={strings.files}>
      {files.map((file) => (
        <li key={file.key} class={file.trouble ? "file trouble" : "file"}>
          <Icon path={FILE} />
          <span class="what">
            <span class="title" dir="auto">
              {file.name || strings.file}
            </span>
            <small role={file.trouble ? "alert" : undefined}>{fate(file, strings)}</small>
            {!file.uploaded && !file.trouble && (
              <progress max={1} value={file.progress} aria-label={strings.uploading(file.name, percent(file))} />
            )}
          </span>
          <button type="button" class="remove" aria-label={strings.remove(file.name)} onClick={() => onRemove(file.key)}>
            <Icon path={SHUT} />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function weight(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function fate(file: PendingFile, strings: Strings): string {
  if (file.trouble) return strings.trouble[file.trouble];
  return file.uploaded ? weight(file.size) : `${percent(file)}% · ${weight(file.size)}`;
}

function percent(file: PendingFile): number {
  return Math.round(file.progress * 100);
}
