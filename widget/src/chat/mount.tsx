/** The chat chunk: what the loader fetches when somebody reaches for the launcher. */
import { render } from "preact";
import type { Chat, Surroundings } from "../element";
import { BCP47, isLanguage, type Language } from "../languages";
import { Conversation, spokenLanguage } from "./conversation";
import { markdown, plainText } from "./markdown";
import { Panel } from "./panel";
import { STRINGS } from "./strings";
import { STYLES } from "./styles";

export function mount(around: Surroundings): Chat {
  const { root, tag, tenant, memory } = around;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const place = document.createElement("div");
  root.prepend(place);
  const imageHosts = [new URL(tag.server).host, new URL(tag.assets).host];

  let open = false;
  let focus = 0; // counts up when the visitor opens the panel, so that focus moves once
  let unread = Number(memory.read("unread")) || 0;
  let announced = { number: 0, text: "" };
  let pending = false;

  let token = tag.identity;

  const conversation = new Conversation(tag.server, tag.key, token, memory, {
    changed: () => {
      around.speaks(language());
      draw();
    },
    replied: (uttered) => {
      const cited = new Set(uttered.sources.map((source) => source.number));
      const text = [plainText(markdown(uttered.text, cited)), ...uttered.buttons.map((button) => button.title)].join(". ");
      if (open) announced = { number: announced.number + 1, text };
      else count(unread + 1);
      around.tell("message", { from: "bot", text: uttered.text });
    },
    expired: () => around.tell("identity-expired", {}),
  });

  /** Whether the tenant's questions come first; who the page names, or who has spoken before, isn't asked. */
  function asking(): boolean {
    const known = token || memory.read("introduced") || conversation.state.messages.length;
    return !known && Object.keys(tenant.preChat).length > 0;
  }

  function language(): Language {
    const chosen = memory.read("language");
    const wanted = isLanguage(chosen) ? chosen : (spokenLanguage(conversation.state.messages) ?? around.language);
    return tenant.languages.includes(wanted) ? wanted : (tenant.languages[0] ?? "en");
  }

  function count(next: number): void {
    unread = next;
    memory.write("unread", String(next));
    around.unread(next);
  }

  function ask(text: string): void {
    if (asking()) {
      memory.write("draft", text); // it waits in the field until the form is sent
      return draw();
    }
    conversation.ask(text);
    around.tell("message", { from: "user", text });
  }

  /** Deltas come faster than frames: draw once per frame, or at once when the tab is hidden and has none. */
  function draw(): void {
    if (pending) return;
    pending = true;
    const next = document.hidden ? (run: () => void) => setTimeout(run) : requestAnimationFrame;
    next(() => {
      pending = false;
      drawNow();
    });
  }

  function drawNow(): void {
    const spoken = language();
    render(
      <Panel
        open={open}
        focus={focus}
        state={conversation.state}
        tenant={tenant}
        tag={tag}
        language={spoken}
        bcp47={BCP47[spoken]}
        strings={STRINGS[spoken]}
        announced={announced}
        draft={memory.read("draft") ?? ""}
        imageHosts={imageHosts}
        asking={asking()}
        addressOf={(attachment) => conversation.http.addressOf(attachment)}
        ratingOf={(id) => conversation.ratings.of(id)}
        onRate={(id, rating) => {
          conversation.rate(id, rating);
          around.tell("rated", { answer: id, ...rating });
        }}
        onIntroduce={(visitor) => {
          conversation.introduce(visitor);
          focus++;
        }}
        onAttach={(files) => conversation.files.add(files)}
        onRemove={(key) => conversation.files.remove(key)}
        onStop={() => conversation.stop()}
        onAsk={ask}
        onPress={(button) => conversation.press(button)}
        onRetry={(id) => conversation.retry(id)}
        onReconnect={() => conversation.reconnect()}
        onDraft={(draft) => memory.write("draft", draft)}
        onLanguage={(chosen) => {
          memory.write("language", chosen);
          around.speaks(chosen);
          draw();
        }}
        onClose={() => around.close()}
      />,
      place,
    );
  }

  conversation.open();
  around.unread(unread);
  drawNow();

  return {
    show(byVisitor) {
      open = true;
      if (byVisitor) focus++;
      count(0);
      drawNow();
    },
    hide() {
      open = false;
      drawNow();
    },
    ask,
    identify(given) {
      token = given;
      conversation.identify(given);
    },
    destroy() {
      conversation.close();
      render(null, place);
      place.remove();
    },
  };
}
