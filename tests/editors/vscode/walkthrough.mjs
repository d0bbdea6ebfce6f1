// The first steps, as VS Code shows them after the installation.
import { check, command, frameWith, input, page, passed, pick, picture, view } from "./editor.mjs";

export async function walkthrough() {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 1700, height: 900 }); // else VS Code leaves out what stands beside the steps
    await command("Welcome: Open Walkthrough");
    await input.fill("CoderLsp");
    await pick("CoderLsp");
    const steps = page.locator(".getting-started-step");
    await steps.first().waitFor();
    check((await steps.count()) === 5, `the walkthrough has ${await steps.count()} steps`);
    await steps.filter({ hasText: "Choose a chat model" }).click();
    await frameWith("text=folder of models");
    await picture("vscode-walkthrough");
    await steps.filter({ hasText: "Ask about your code" }).click();
    await page.getByRole("button", { name: "Open the chat" }).click();
    await (await view("chat")).locator("#welcome").waitFor();
    passed("the walkthrough shows its steps, and its buttons work");
    await page.keyboard.press("Control+B");
    await command("View: Close All Editors");
    await page.setViewportSize(size);
}
