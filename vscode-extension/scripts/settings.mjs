// Makes the settings of package.json from the server's own schema, or with --check says whether they are made from it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const schema = JSON.parse(readFileSync(path("../../docs/settings.schema.json"), "utf8"));
const manifest = JSON.parse(readFileSync(path("../package.json"), "utf8"));

/** Objects of named settings are levels of the name; all else is a setting. */
function* settingsOf(properties, prefix) {
    for (const [name, value] of Object.entries(properties)) {
        if (name === "$schema") continue;
        if (value.properties) yield* settingsOf(value.properties, `${prefix}${name}.`);
        else yield [prefix + name, value];
    }
}

const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");
const settings = {
    "coderlsp.server.path": {
        description: "The server's executable. Empty: the one that came with the extension, else `coderlsp` on the PATH.",
        type: "string",
        default: "",
        // A folder's settings must not choose what is run.
        scope: "machine",
    },
};
for (const [name, value] of settingsOf(schema.properties, "coderlsp.")) {
    settings[name] = { ...value, description: sentence(value.description) };
}

const properties = manifest.contributes.configuration.properties;
if (process.argv.includes("--check")) {
    if (JSON.stringify(properties) !== JSON.stringify(settings)) {
        console.error("The settings in package.json are not those of docs/settings.schema.json: run npm run settings.");
        process.exit(1);
    }
} else {
    manifest.contributes.configuration.properties = settings;
    writeFileSync(path("../package.json"), JSON.stringify(manifest, null, 2) + "\n");
}
