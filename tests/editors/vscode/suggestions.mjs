// Ghost text: shown, taken whole, by the word and by the line; turned off and on in the status bar's menu.
import { join } from "node:path";
import { check, command, configuration, entry, file, frameWith, ghost, ghostThatStays, input, lines, notifications, open, page, passed, pick, revert, saved, set, statusItem, until } from "./editor.mjs";

const type = (text) => page.keyboard.type(text, { delay: 50 });

/** What stands behind some text in the saved file; suggestions are not in it. */
async function savedBehind(text) {
    await page.keyboard.press("Control+S");
    return file("typed.py").split(text)[1]?.split("\n")[0];
}

export async function suggestions() {
    const before = file("typed.py");
    await open("typed.py", 7);
    await type("print(os.p");
    let shown = await ghostThatStays();
    await page.keyboard.press("Tab");
    await saved("typed.py", before.replace("        \n", `        print(os.p${shown}\n`));
    passed(`Tab takes a suggestion: 'print(os.p' + '${shown}'`);

    await page.keyboard.press("Enter");
    await type("for entry in os.");
    shown = await ghostThatStays();
    await page.keyboard.press("Control+ArrowRight");
    const word = await until("taking a word", 10, () => savedBehind("for entry in os."));
    const rest = await ghostThatStays();
    check(word.length < shown.length && word + rest === shown, `of '${shown}' '${word}' was taken, and '${rest}' left`);
    passed(`Ctrl+Right takes a word: '${word}' of '${shown}'`);

    await page.keyboard.press("Control+ArrowDown");
    const line = await until("taking a line", 10, async () => {
        const taken = await savedBehind("for entry in os.");
        return taken !== word && taken;
    });
    check(line === shown.split("\n")[0], `of '${shown}' '${line}' was taken, not its line`);
    passed(`Ctrl+Down takes the line: '${line}'`);

    await page.keyboard.press("Enter");
    await type("print(os.p");
    await ghostThatStays();
    await page.keyboard.press("Escape");
    await until("the end of the suggestion", 5, async () => !(await ghost()));
    passed("Esc sends it away");
}

/** The page that says what the last suggestion was made of. */
export async function why() {
    await open("names.py", 7);
    await command("CoderLsp: Why This Suggestion");
    await notifications.filter({ hasText: "nothing was suggested in this file yet" }).waitFor();
    await command("Notifications: Clear All Notifications");
    await type("print(os.p");
    const shown = await ghostThatStays();
    await revert();
    await command("CoderLsp: Why This Suggestion");
    const frame = await frameWith("h1#why-this-suggestion");
    const text = await frame.locator("body").innerText();
    check(text.includes(shown.split("\n")[0]) && /prefix\s+\d+\s+this document/.test(text), `the page does not explain '${shown}':\n${text}`);
    passed(`Why This Suggestion? shows what '${shown.split("\n")[0]}' was made of`);
    await command("View: Close All Editors");
}

/** From a keystroke to the picture in which the suggestion stands, in milliseconds, as the browser's own clock says. */
export async function latency() {
    await page.evaluate(() => {
        window.pressed = undefined;
        window.waits = [];
        addEventListener("keydown", (event) => (window.pressed = event.key === "p" ? performance.now() : undefined), true);
        new MutationObserver(() => {
            if (window.pressed === undefined || !document.querySelector(".view-lines .ghost-text-decoration")?.textContent) return;
            const start = window.pressed;
            window.pressed = undefined;
            requestAnimationFrame(() => window.waits.push(performance.now() - start));
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const rounds = 15;
    for (let i = 0; i < rounds; i++) {
        await page.keyboard.press("Enter");
        await page.keyboard.type("print(os.", { delay: 40 });
        await page.waitForTimeout(400);
        await page.keyboard.press("Escape");
        await until("the end of the suggestion", 5, async () => !(await ghost()));
        await page.keyboard.press("p");
        await until("the suggestion after the keystroke", 30, () => page.evaluate((n) => window.waits.length > n, i));
    }
    const waits = (await page.evaluate(() => window.waits)).sort((a, b) => a - b);
    const at = (share) => waits[Math.floor(rounds * share)].toFixed(0);
    console.log(`keystroke to suggestion: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms of ${rounds}`);
    await revert();
}

export async function menu() {
    const choose = async (...labels) => {
        await statusItem.click();
        for (const label of labels) await pick(label);
        await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
        await page.keyboard.press("Control+1"); // from the status bar back into the editor
    };
    const isOff = () => statusItem.locator(".codicon-circle-slash").waitFor();
    const isOn = () => statusItem.locator(".codicon-circle-slash").waitFor({ state: "detached" });

    // The user's configuration file, which the server looks at every two seconds, counts too.
    const configure = (settings) => set(join(configuration, "coderlsp/config.json"), settings);
    configure({ inline: { languages: { python: false } } });
    await open("names.py", 7);
    await isOff();
    await choose("Enable Suggestions for python");
    await isOn();
    await page.keyboard.press("Enter");
    await type("print(os.p");
    await ghostThatStays();
    await revert();
    await choose("Disable Suggestions for python");
    await isOff();
    configure({});
    await isOn();
    passed("the status bar's menu: enable what the configuration file disables, and leave it to the file again");

    for (const [off, on] of [
        [["Disable Suggestions for python"], ["Enable Suggestions for python"]],
        [["Disable Suggestions in This Folder"], ["Enable Suggestions in This Folder"]],
        [["Snooze…", "5 minutes"], ["Wake Up"]],
    ]) {
        await open("names.py", 7);
        await page.keyboard.press("Enter");
        await choose(...off);
        await isOff();
        await type("print(os.p");
        await page.waitForTimeout(1500);
        check(/print\(os\.p$/m.test(await lines()), `the text was not typed:\n${await lines()}`);
        check(!(await ghost()), `a suggestion is shown after ${off}`);
        await choose(...on);
        await isOn();
        await page.keyboard.press("Backspace");
        await page.keyboard.type("p");
        await ghostThatStays();
        await revert();
        passed(`the status bar's menu: ${off.join(" ")}, and ${on}`);
    }
    await statusItem.click();
    await pick("Show the Log");
    await page.locator(".part.panel .view-line").filter({ hasText: "Starting" }).first().click();
    await statusItem.click();
    await entry("Disable Suggestions for python").waitFor(); // not for logs
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+J"); // hides the panel
    passed("the status bar's menu shows the log");

    await statusItem.click();
    await pick("Choose the Model for Suggestions");
    await pick("seedling");
    await input.waitFor({ state: "hidden" });
    passed("the status bar's menu chooses the model");
}
