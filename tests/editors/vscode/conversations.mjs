// The explanation beside the editor and the chat in the side bar.
import { join } from "node:path";
import { answer, chatModel, check, command, configuration, file, ghostThatStays, lines, open, page, passed, picture, pick, revert, set, until, view } from "./editor.mjs";

export async function withoutModel() {
    await open("area.py", 3);
    await command("CoderLsp: Explain");
    const explanation = await view("explanation");
    await explanation.getByText("set chatModel to its name").waitFor();
    await explanation.getByRole("button", { name: "Choose a Model" }).waitFor();
    passed("without a chat model the explanation says how to get one");

    await command("CoderLsp: Open the Chat");
    const chat = await view("chat");
    await chat.locator("#text").fill("What is this?");
    await chat.locator("#text").press("Enter");
    await chat.getByText("set chatModel to its name").waitFor();
    await chat.getByRole("button", { name: "Choose a Model" }).click();
    await pick("None");
    passed("so does the chat, with a button that chooses one");

    // The user's configuration file, which the server looks at every two seconds: VS Code's defaults must not hide it.
    set(join(configuration, "coderlsp/config.json"), { chatModel, chat: { maxTokens: 120, temperature: 0 } });
    await until("an answer with the model", 60, async () => {
        const retry = chat.getByRole("button", { name: "Try Again" });
        if (await retry.isVisible()) await retry.click({ timeout: 1000 }).catch(() => {}); // it may go meanwhile
        return (await chat.locator("article").count()) > 0;
    });
    await answer(chat, 1);
    passed("once there is a model, the question is asked again");
    await command("CoderLsp: Clear the Chat");
    await chat.locator("#welcome").waitFor();
    await page.keyboard.press("Control+B"); // hides the side bar
}

export async function explanations() {
    await open("area.py", 3);
    await page.keyboard.press("Control+A");
    await page.locator(".editor-group-container.active .view-line").first().click({ button: "right", position: { x: 30, y: 5 } });
    await page.getByRole("menuitem", { name: "CoderLsp" }).hover();
    const explain = page.getByRole("menuitem", { name: "Explain", exact: true });
    await explain.waitFor();
    // VS Code overlooks a click that comes as soon as the menu is there.
    await until("the choice in the menu", 10, async () => {
        if (await explain.isVisible()) await explain.click({ timeout: 1000 }).catch(() => {}); // it may go meanwhile
        return explain.isHidden();
    });
    passed("the editor's context menu: CoderLsp, Explain");
    const explanation = await view("explanation");
    const { text, grew } = await answer(explanation, 1);
    check(text.includes("area"), `the explanation does not name what it explains: ${text}`);
    check(grew, "the explanation came at once: it was not streamed");
    passed(`an explanation is written into the view: ${text.slice(0, 60).replaceAll("\n", " ")}…`);

    await open("names.py", 7);
    await page.keyboard.type("print(os.p", { delay: 50 });
    await ghostThatStays();
    await picture("vscode");
    await revert();

    await explanation.locator("#text").fill("Show how to call it.");
    await explanation.locator("#text").press("Enter");
    await answer(explanation, 2);
    passed("a question about it is answered");

    const code = explanation.locator("article").last().locator(".code").first();
    const written = await code.locator("code").innerText();
    await code.getByRole("button", { name: "Copy" }).click();
    await until("the copy", 10, async () => (await page.evaluate(() => navigator.clipboard.readText())).trim() === written.trim());
    passed("its code is copied");
    await code.getByRole("button", { name: "Insert" }).click();
    const [first] = written.split("\n");
    const inserted = await until("the insertion", 10, async () => ((await lines()).split("# Fläche berechnen")[1]?.includes(first) ? lines() : ""));
    check(inserted.startsWith(file("area.py").trimEnd()), `what was selected has not stayed:\n${inserted}`);
    passed(`its code is inserted behind what is selected: ${first}`);
    await revert();
    await command("View: Close All Editors");
}

export async function chat() {
    const attach = async () => {
        await open("area.py", 3);
        await page.keyboard.press("Control+Home");
        await page.keyboard.press("Shift+ArrowDown");
        await command("CoderLsp: Add to the Chat");
    };
    await attach();
    let frame = await view("chat");
    const attachment = (label = "area.py") => frame.locator("#attachments li").filter({ hasText: label });
    await attachment("area.py:1").waitFor();
    passed("selected lines are taken along");

    await open("area.py", 1);
    await page.keyboard.press("Home");
    await page.keyboard.type("# above");
    await page.keyboard.press("Enter");
    await attachment("area.py:2").waitFor();
    await page.keyboard.press("Control+Shift+K");
    await attachment().waitFor({ state: "detached" });
    await revert();
    passed("they are the same lines while the text around them changes, until they are deleted");
    await attach();
    await attachment("area.py:1").waitFor();

    await frame.locator("#text").fill("What does the function do?");
    await frame.locator("#text").press("Enter");
    const first = await answer(frame, 1);
    check(first.grew, "the answer came at once: it was not streamed");
    passed(`an answer is written into the chat: ${first.text.slice(0, 60).replaceAll("\n", " ")}…`);

    await frame.locator("#text").fill("Write a Python example.");
    await frame.locator("#text").press("Enter");
    await answer(frame, 2);
    await picture("vscode-chat");
    await frame.locator("#text").fill("a draft");
    await command("View: Show Explorer");
    await command("CoderLsp: Open the Chat");
    frame = await view("chat");
    check((await frame.locator("article").count()) === 2, "hiding the view lost the conversation");
    check((await frame.locator("#text").inputValue()) === "a draft", "hiding the view lost what was being written");
    passed("the conversation and the draft are kept while the view is hidden");

    await frame.locator("#text").fill("Count from one to a hundred in words.");
    await frame.locator("#text").press("Enter");
    await until("the beginning of an answer", 60, async () => (await frame.locator("article").count()) === 3 && frame.locator("article").nth(2).innerText());
    await frame.getByRole("button", { name: "Stop" }).click();
    const stopped = await answer(frame, 3);
    await page.waitForTimeout(1000);
    check((await frame.locator("article").nth(2).innerText()) === stopped.text, "the answer went on after it was stopped");
    check((await frame.locator("#failure").isHidden()) && !stopped.text.includes("cut off"), "stopping is not what ended the answer");
    passed("Stop ends an answer and keeps what was written");

    await frame.locator("#attachments").getByRole("button").click();
    await frame.locator("#attachments li").waitFor({ state: "detached" });
    await command("CoderLsp: Clear the Chat");
    await frame.locator("#welcome").waitFor();
    check((await frame.locator("#turns > *").count()) === 0, "the chat was not cleared");
    passed("attachments are left out again, and the chat is cleared");
    await page.keyboard.press("Control+B");
}
