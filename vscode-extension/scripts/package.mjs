// Makes the VSIX of one platform, with the published server inside.
// usage: npm run package -- [--server FOLDER] [--target TARGET] [--out FILE]
// FOLDER is what dotnet publish made for that platform (default ../artifacts/coderlsp); TARGET is the platform's name, VS Code's or .NET's.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execFileSync } from "node:child_process";
import { createVSIX } from "@vscode/vsce";

const folder = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
    options: {
        server: { type: "string", default: resolve(folder, "../artifacts/coderlsp") },
        target: { type: "string", default: "linux-x64" },
        out: { type: "string" },
    },
});
// npm runs scripts in the package's folder; a path is meant from where npm was called.
const asked = (path) => resolve(process.env.INIT_CWD ?? ".", path);
const server = asked(values.server);
const targets = { "osx-x64": "darwin-x64", "osx-arm64": "darwin-arm64", "win-x64": "win32-x64", "win-arm64": "win32-arm64" };
const target = targets[values.target] ?? values.target;
if (!["linux-x64", "linux-arm64", ...Object.values(targets)].includes(target)) {
    console.error(`There is no target ${values.target}: it is linux-x64, linux-arm64, ${Object.values(targets).join(", ")}.`);
    process.exit(1);
}
const executable = target.startsWith("win32") ? "coderlsp.exe" : "coderlsp";
if (!existsSync(resolve(server, executable))) {
    console.error(
        `There is no ${executable} in ${server}. Publish the server first: dotnet publish src/CoderLsp -c Release -o artifacts/coderlsp`,
    );
    process.exit(1);
}

const bundled = resolve(folder, "server");
rmSync(bundled, { recursive: true, force: true });
cpSync(server, bundled, { recursive: true, dereference: true, filter: (file) => !basename(file).endsWith(".pdb") });
cpSync(resolve(folder, "../LICENSE"), resolve(folder, "LICENSE"));
execFileSync(process.execPath, [resolve(folder, "scripts/build.mjs")], { stdio: "inherit" });

const packagePath = values.out ? asked(values.out) : resolve(folder, `coderlsp-${target}.vsix`);
// VS Code shows a README's pictures from the web only, and ours is nowhere on it.
const readme = readFileSync(resolve(folder, "README.md"), "utf8");
writeFileSync(resolve(folder, "dist/README.md"), readme.replace(/^!\[.*\n\n/gm, ""));

// All that runs is bundled into dist/: no node_modules.
await createVSIX({
    cwd: folder,
    target,
    packagePath,
    dependencies: false,
    readmePath: "dist/README.md",
    allowMissingRepository: true,
});
console.log(packagePath);
