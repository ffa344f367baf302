import { SahayakChat } from "./element";
import { readTag } from "./tag";

// `currentScript` is only known while the script runs, so it is read first
const script = document.currentScript as HTMLScriptElement | null;

if (script && !customElements.get("sahayak-chat")) {
  customElements.define("sahayak-chat", SahayakChat);
  const element = new SahayakChat(readTag(script));
  if (document.body) document.body.append(element);
  else addEventListener("DOMContentLoaded", () => document.body.append(element));
}
