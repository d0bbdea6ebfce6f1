import MarkdownIt from "markdown-it";
import type { FromView, ToView } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: FromView): void };

const vscode = acquireVsCodeApi();
// What the model writes is untrusted: HTML in it is shown as text, and pictures (which could call out) are not made.
const markdown = new MarkdownIt({ html: false }).disable("image");

const title = element("title", HTMLElement);
const messages = element("messages", HTMLElement);
const failure = element("failure", HTMLElement);
const form = element("question", HTMLFormElement);
const text = element("text", HTMLInputElement);
const stop = element("stop", HTMLButtonElement);

window.addEventListener("message", (event: MessageEvent<ToView>) => {
  show(event.data);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = text.value.trim();
  if (!question || form.dataset.busy) return;
  vscode.postMessage({ kind: "ask", text: question });
  text.value = "";
});
stop.addEventListener("click", () => {
  vscode.postMessage({ kind: "stop" });
});
vscode.postMessage({ kind: "ready" });

function show(state: ToView): void {
  const page = document.documentElement;
  const isAtEnd = page.scrollHeight - page.scrollTop - page.clientHeight < 40;
  title.textContent = state.title;
  // The first question is the view's own.
  const parts = state.messages.slice(1);
  while (messages.children.length > parts.length) messages.lastElementChild?.remove();
  parts.forEach((part, i) => {
    const existing = messages.children[i] as HTMLElement | undefined;
    // Only what has changed is made anew: a selection elsewhere stays, and finished answers cost nothing.
    if (existing?.dataset.text === part.content) return;
    const made = part.role === "user" ? question(part.content) : answer(part.content);
    made.dataset.text = part.content;
    if (existing) existing.replaceWith(made);
    else messages.append(made);
  });
  failure.textContent = state.failure ?? "";
  stop.hidden = !state.isBusy;
  if (state.isBusy) form.dataset.busy = "true";
  else delete form.dataset.busy;
  document.body.classList.toggle("busy", state.isBusy);
  if (isAtEnd && parts.length > 1) page.scrollTop = page.scrollHeight;
}

function question(content: string): HTMLElement {
  const made = document.createElement("p");
  made.className = "question";
  made.textContent = content;
  return made;
}

function answer(content: string): HTMLElement {
  const made = document.createElement("article");
  made.innerHTML = markdown.render(content);
  for (const block of made.querySelectorAll("pre")) {
    const code = block.textContent;
    block.prepend(buttons(["Copy", "copy"], ["Insert", "insert"])(code));
  }
  if (content) made.append(buttons(["Copy All", "copy"])(content));
  return made;
}

function buttons(...choices: [label: string, kind: "copy" | "insert"][]): (text: string) => HTMLElement {
  return (text) => {
    const bar = document.createElement("div");
    bar.className = "buttons";
    for (const [label, kind] of choices) {
      const button = document.createElement("button");
      button.textContent = label;
      button.addEventListener("click", () => {
        vscode.postMessage({ kind, text });
      });
      bar.append(button);
    }
    return bar;
  };
}

function element<T extends HTMLElement>(id: string, kind: { new (): T; prototype: T }): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${id}.`);
}
