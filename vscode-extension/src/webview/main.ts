import { post } from "./host";
import type { State, ToView } from "./messages";
import { bar, button, showTurns } from "./turns";

const title = element("title", HTMLElement);
const welcome = document.getElementById("welcome");
const turns = element("turns", HTMLElement);
const failure = element("failure", HTMLElement);
const attachments = element("attachments", HTMLElement);
const form = element("question", HTMLFormElement);
const text = element("text", HTMLTextAreaElement);
const stop = element("stop", HTMLButtonElement);
const send = element("send", HTMLButtonElement);
let isBusy = false;

window.addEventListener("message", (event: MessageEvent<ToView>) => {
  if (event.data.kind === "focus") text.focus();
  else show(event.data);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = text.value.trim();
  if (!question || isBusy) return;
  post({ kind: "ask", text: question });
  text.value = "";
  fit();
});
text.addEventListener("input", fit);
text.addEventListener("keydown", (event) => {
  // While an input method composes a word, Enter belongs to it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isBusy) post({ kind: "stop" });
});
stop.addEventListener("click", () => {
  post({ kind: "stop" });
});
document.getElementById("attach")?.addEventListener("click", () => {
  post({ kind: "attach" });
});
post({ kind: "ready" });

function show(state: State): void {
  const isAtEnd = turns.scrollHeight - turns.scrollTop - turns.clientHeight < 40;
  isBusy = state.isBusy;
  title.textContent = state.title ?? "";
  title.hidden = !state.title;
  if (welcome) welcome.hidden = state.turns.length > 0;
  showTurns(turns, state.turns);
  showFailure(state);
  showAttachments(state.attachments);
  stop.hidden = !isBusy;
  send.hidden = isBusy;
  document.body.classList.toggle("busy", isBusy);
  // An explanation is read from its beginning; who scrolled up reads on there.
  if (isAtEnd && (state.turns.length > 1 || !state.title)) turns.scrollTop = turns.scrollHeight;
}

function showFailure(state: State): void {
  const message = document.createElement("p");
  message.textContent = state.failure ?? "";
  const buttons = [];
  if (state.needsModel) buttons.push(button("Choose a Model…", { kind: "chooseModel" }));
  if (state.canRetry) buttons.push(button("Try Again", { kind: "retry" }));
  failure.replaceChildren(message, bar(...buttons));
  failure.hidden = state.failure === undefined;
}

function showAttachments(labels: string[]): void {
  attachments.replaceChildren(
    ...labels.map((label, index) => {
      const item = document.createElement("li");
      const remove = button("×", { kind: "detach", index });
      remove.title = remove.ariaLabel = `Leave out ${label}`;
      item.append(label, remove);
      return item;
    }),
  );
}

/** As high as its text, within bounds that the style sets. */
function fit(): void {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

function element<T extends HTMLElement>(id: string, kind: { new (): T; prototype: T }): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${id}.`);
}
