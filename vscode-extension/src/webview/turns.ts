import MarkdownIt from "markdown-it";
import { post } from "./host";
import type { State } from "./messages";

type Turn = State["turns"][number];

// What the model writes is untrusted: HTML in it is shown as text, and pictures (which could call out) are not made.
const markdown = new MarkdownIt({ html: false }).disable("image");

/** Brings the list to the turns. Only what has changed is made anew: a selection elsewhere stays, and finished answers cost nothing. */
export function showTurns(list: HTMLElement, turns: Turn[]): void {
  while (list.children.length > turns.length) list.lastElementChild?.remove();
  turns.forEach((turn, i) => {
    const existing = list.children[i] as HTMLElement | undefined;
    const key = JSON.stringify(turn);
    if (existing?.dataset.turn === key) return;
    const made = turn.role === "user" ? question(turn.content) : answer(turn);
    made.dataset.turn = key;
    if (existing) existing.replaceWith(made);
    else list.append(made);
  });
}

function question(content: string): HTMLElement {
  const made = document.createElement("p");
  made.className = "question";
  made.textContent = content;
  return made;
}

function answer({ content, isCut }: Turn): HTMLElement {
  const made = document.createElement("article");
  made.innerHTML = markdown.render(content);
  for (const block of made.querySelectorAll("pre")) {
    const code = block.textContent;
    const framed = document.createElement("div");
    framed.className = "code";
    block.replaceWith(framed);
    framed.append(block, bar(button("Copy", { kind: "copy", text: code }), button("Insert", { kind: "insert", text: code })));
  }
  if (isCut) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = "The answer was cut off at its limit; the setting coderlsp.chat.maxTokens raises it.";
    made.append(note);
  }
  if (content) made.append(bar(button("Copy All", { kind: "copy", text: content })));
  return made;
}

export function bar(...buttons: HTMLElement[]): HTMLElement {
  const made = document.createElement("div");
  made.className = "buttons";
  made.append(...buttons);
  return made;
}

export function button(label: string, message: Parameters<typeof post>[0]): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "secondary";
  made.textContent = label;
  made.addEventListener("click", () => {
    post(message);
    if (message.kind !== "copy") return;
    made.textContent = "Copied";
    setTimeout(() => (made.textContent = label), 1500);
  });
  return made;
}
