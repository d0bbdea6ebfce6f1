// usage: node main.mjs '{"url": …}': see editor.mjs; vscode.sh starts it.
import { bulb, changes, generatedTests } from "./changes.mjs";
import { chat, explanations, withoutModel } from "./conversations.mjs";
import { load, passed, run } from "./editor.mjs";
import { crashes, hangs, noServer, wrongSettings } from "./server.mjs";
import { latency, menu, suggestions, why } from "./suggestions.mjs";
import { walkthrough } from "./walkthrough.mjs";

async function start() {
    await load();
    passed("the status bar says that the server is ready");
}

const parts = [
    ...[start, walkthrough, suggestions, latency, why, menu, withoutModel, explanations, chat, changes, bulb, generatedTests],
    ...[crashes, noServer, hangs, wrongSettings],
];
const asked = process.env.VSCODE_PARTS?.split(" ");
await run(...parts.filter((part) => part === start || !asked || asked.includes(part.name)));
