/** Files on their way to the server: sent by HTTP with progress; the message then names them by their ids. */
import { parseAttachment, type Attachment } from "./wire";

export const ACCEPTED = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,.log,.csv";
export const MOST_BYTES = 10_000_000; // the server's own limits (connectors/web_files.py)
export const MOST_FILES = 5;

export type Trouble = "size" | "type" | "network";

export interface PendingFile {
  key: number;
  name: string;
  size: number;
  /** 0 to 1. */
  progress: number;
  uploaded: Attachment | null;
  trouble: Trouble | null;
}

/** Where a file goes; null while there is no session. */
export type Destination = () => { address: string; headers: Record<string, string> } | null;

export class Files {
  private list: readonly PendingFile[] = [];
  private readonly requests = new Map<number, XMLHttpRequest>();
  private next = 0;

  constructor(private readonly to: Destination, private readonly changed: (files: readonly PendingFile[]) => void) {}

  /** Start sending; more than MOST_FILES are left out. */
  add(files: readonly File[]): void {
    for (const file of files.slice(0, MOST_FILES - this.list.length)) {
      const key = this.next++;
      const trouble = file.size > MOST_BYTES ? "size" : null;
      this.update([...this.list, { key, name: file.name, size: file.size, progress: 0, uploaded: null, trouble }]);
      if (!trouble) this.send(key, file);
    }
  }

  remove(key: number): void {
    this.requests.get(key)?.abort();
    this.requests.delete(key);
    this.update(this.list.filter((file) => file.key !== key));
  }

  /** What may go with a message now; it is the message's from here on. */
  take(): Attachment[] {
    const ready = this.list.flatMap((file) => file.uploaded ?? []);
    this.update(this.list.filter((file) => !file.uploaded));
    return ready;
  }

  private send(key: number, file: File): void {
    const destination = this.to();
    if (!destination) return this.change(key, { trouble: "network" });
    const request = new XMLHttpRequest(); // fetch can't tell how much of a body has gone
    this.requests.set(key, request);
    request.open("POST", `${destination.address}&name=${encodeURIComponent(file.name)}`);
    for (const [name, value] of Object.entries(destination.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => this.change(key, { progress: total ? loaded / total : 0 });
    request.onerror = () => this.change(key, { trouble: "network" });
    request.onload = () => this.change(key, outcome(request));
    request.send(file);
  }

  private change(key: number, part: Partial<PendingFile>): void {
    this.update(this.list.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }

  private update(list: readonly PendingFile[]): void {
    this.list = list;
    this.changed(list);
  }
}

function outcome({ status, responseText }: XMLHttpRequest): Partial<PendingFile> {
  if (status === 413) return { trouble: "size" };
  if (status === 415 || status === 400) return { trouble: "type" };
  if (status !== 201) return { trouble: "network" };
  return { progress: 1, uploaded: parseAttachment(JSON.parse(responseText)) };
}
