#!/bin/bash
# Tries the extension and a published server in the real VS Code: code-server in headless Chromium. Types, takes suggestions, uses the
# status bar's menu, has code explained and refactored, kills the server, and takes a picture. A test to be run by hand: it is not part of .ci/run.
# usage: tests/editors/vscode.sh PUBLISHED_FOLDER TOOLS_FOLDER [PICTURE]
# Needs Chromium (CHROMIUM, else /usr/bin/chromium), the shared test data (CODERLSP_SHARED, else ../shared), npm ci in vscode-extension, and
# the tools, which take some minutes to install (code-server compiles for Node.js 24; libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev):
#   npm install --prefix TOOLS_FOLDER node@24
#   PATH=TOOLS_FOLDER/node_modules/node/bin:$PATH npm install --prefix TOOLS_FOLDER code-server@4.139.1 playwright-core@1.65.1
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
usage="usage: $0 PUBLISHED_FOLDER TOOLS_FOLDER [PICTURE]"
published=$(cd "${1:?$usage}" && pwd)
tools=$(cd "${2:?$usage}" && pwd)
picture=$(realpath -m "${3:-$repository/artifacts/vscode.png}")
chat_model=$(realpath "${CODERLSP_SHARED:-$repository/../shared}/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")
export PATH=$tools/node_modules/node/bin:$PATH
mkdir -p "$(dirname "$picture")"

run=$(mktemp -d)
code=
clean_up() {
  local status=$?
  [[ -z $code ]] || { kill "$code" && wait "$code"; } 2>/dev/null || true
  rm -rf "$run"
  exit $status
}
trap clean_up EXIT
mkdir -p "$run"/{project,data/User}
cat > "$run/project/names.py" <<'PYTHON'
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
cat > "$run/project/sums.py" <<'PYTHON'
def average(numbers):
    total = 0
    for number in numbers:
        total += number
    return total / len(numbers)
PYTHON
# Quiet, and only what is typed is typed.
cat > "$run/data/User/settings.json" <<'JSON'
{
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "editor.autoClosingBrackets": "never",
  "editor.wordBasedSuggestions": "off",
  "files.autoSave": "off"
}
JSON

# Nothing of the user who runs this: no configuration, no history.
export XDG_CONFIG_HOME=$run/config XDG_STATE_HOME=$run/state XDG_CACHE_HOME=$run/cache XDG_DATA_HOME=$run/share
code_server() {
  node "$tools/node_modules/code-server/out/node/entry.js" --config "$run/config.yaml" --user-data-dir "$run/data" --extensions-dir "$run/extensions" "$@"
}
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
(cd "$repository/vscode-extension" && node scripts/package.mjs --server "$published" --out "$run/coderlsp.vsix") >"$run/package.log" || { cat "$run/package.log" >&2; exit 1; }
code_server --install-extension "$run/coderlsp.vsix" >"$run/install.log" 2>&1 || { cat "$run/install.log" >&2; exit 1; }
# Without the function: its process is to be ended.
node "$tools/node_modules/code-server/out/node/entry.js" --config "$run/config.yaml" --user-data-dir "$run/data" --extensions-dir "$run/extensions" \
  --auth none --bind-addr "127.0.0.1:$port" --disable-telemetry --disable-update-check --disable-workspace-trust --disable-getting-started-override \
  >"$run/code.log" 2>&1 &
code=$!
for ((i = 0; i < 300; i++)); do
  curl -sf "http://127.0.0.1:$port/healthz" >/dev/null && break
  sleep 0.1
done

# Node.js looks for playwright-core beside the script.
cp "$repository/tests/editors/vscode.mjs" "$run/vscode.mjs"
ln -s "$tools/node_modules" "$run/node_modules"
if ! node "$run/vscode.mjs" "http://127.0.0.1:$port/?folder=$run/project" "$run/project" "$run/data" "$run/extensions" "$run/config" "$chat_model" "$picture"; then
  cat "$run/code.log" "$run"/data/logs/*/exthost*/coderlsp.coderlsp/*.log >&2 || true
  exit 1
fi
