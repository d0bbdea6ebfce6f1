// A change by an action: shown as a diff, which is accepted or discarded.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { check, command, file, input, lines, notifications, open, page, passed, pick, picture, project, saved, until } from "./editor.mjs";

const instruction = "Simplify the selected code. Keep what it does exactly as it is.";
const diff = page.locator(".tab").filter({ hasText: "Ctrl+Enter accepts" });
const isReviewed = async () => {
    await diff.waitFor({ timeout: 90_000 });
    await until("the diff's colours", 10, () => page.locator(".line-insert").count());
};

async function propose() {
    await open("sums.py", 1);
    await command("CoderLsp: Refactor with Instruction");
    await input.fill(instruction);
    await page.keyboard.press("Enter");
    await isReviewed();
}

export async function changes() {
    const before = file("sums.py");
    const isUnchanged = async (what) => {
        await open("sums.py", 1);
        check((await page.locator(".tab.active.dirty").count()) === 0 && file("sums.py") === before, `${what} has changed the document`);
    };
    await propose();
    await picture("vscode-diff");
    check(file("sums.py") === before, "a change was made before it was accepted");
    await page.locator(".editor-actions").getByRole("button", { name: "Discard the Change" }).click();
    await diff.waitFor({ state: "detached" });
    await isUnchanged("a change that was discarded");
    passed("a refactoring by instruction is shown as a diff, and discarded by its button");

    await propose();
    await page.keyboard.press("Escape");
    await diff.waitFor({ state: "detached" });
    await isUnchanged("a change that was discarded");
    passed("Esc discards, too");

    await command("CoderLsp: Refactor…");
    await pick("Simplify");
    await isReviewed();
    await command("View: Move Editor into Next Group");
    await isReviewed();
    await page.keyboard.press("Control+Enter");
    await diff.waitFor({ state: "detached" });
    const after = await until("the change", 10, async () => {
        await page.keyboard.press("Control+S");
        return file("sums.py") !== before && file("sums.py");
    });
    check(after.startsWith("def average(numbers):"), `the function has lost its head:\n${after}`);
    passed(`a ready refactoring is shown, moved to another group, and accepted by a key: ${after.trim().replace(/\s+/g, " ")}`);
    await page.keyboard.press("Control+Z");
    await saved("sums.py", before);
    passed("one undo takes it back");

    await propose();
    await open("sums.py", 5);
    await page.keyboard.press("Enter");
    await page.keyboard.type("# more");
    await page.keyboard.press("Escape");
    await diff.click();
    await page.locator(".editor-actions").getByRole("button", { name: "Accept the Change" }).click();
    await notifications.filter({ hasText: "has changed since" }).waitFor();
    await diff.waitFor({ state: "detached" });
    await open("sums.py", 1);
    await saved("sums.py", before.replace(/\n$/, "\n    # more\n"));
    passed("a document that has changed meanwhile is left alone, with one sentence");
    await command("Notifications: Clear All Notifications");
}

const chooseAction = (label) =>
    page.locator(".action-widget .action-item, .action-widget .monaco-list-row").filter({ hasText: label }).first().click();

export async function bulb() {
    await open("mean.py", 1);
    await page.keyboard.press("Control+.");
    await chooseAction("add error handling");
    await isReviewed();
    await page.locator(".tab").filter({ hasText: "Add error handling" }).waitFor();
    await page.keyboard.press("Escape");
    await diff.waitFor({ state: "detached" });
    passed("the light bulb's actions are shown as a diff, too");
}

// Which of them such a small model finds tests for, within its limit of tokens, is a matter of rounding, which is another one on each kind of processor.
const tested = ["reverse", "first", "greet"];

export async function generatedTests() {
    for (const [way, choose] of [
        ["the menu of source actions", () => command("Source Action...").then(() => chooseAction("Generate tests"))],
        ["a command", () => command("CoderLsp: Generate Tests")],
    ]) {
        const name = await firstOf(tested, (name) => makesTests(name, choose));
        passed(`tests are made into a new file beside the code, by ${way} (${name})`);
    }
}

async function firstOf(names, works) {
    for (const name of names) if (await works(name)) return name;
    throw new Error(`no tests were made for any of ${names.join(", ")}`);
}

/** Whether tests of a function are made, which are looked at; else one sentence says why not. */
async function makesTests(name, choose) {
    const tab = page.locator(".tab").filter({ hasText: `test_${name}.py` });
    const refusal = notifications.filter({ hasText: "nothing was changed" });
    await open(`${name}.py`, 2);
    await choose();
    await tab.or(refusal).first().waitFor({ timeout: 90_000 });
    if (!(await tab.isVisible())) {
        await command("Notifications: Clear All Notifications");
        return false;
    }
    const text = await until("the tests", 10, lines);
    check(text.includes(`${name}(`), `the tests call nothing of it:\n${text}`);
    await command("View: Revert and Close Editor");
    await tab.waitFor({ state: "detached" });
    rmSync(join(project, `test_${name}.py`));
    return true;
}
