#!/bin/bash
# Tries the configuration of editors/neovim and a published server in the real Neovim: opens a file, types, waits until the suggestion
# is shown behind the cursor, takes it, and compares the buffer with what was shown; then runs code actions, without a chat model and with one.
# usage: tests/editors/neovim.sh PUBLISHED_FOLDER
# Needs root and the shared test data (CODERLSP_SHARED, else ../shared), whose peers/sid-root makes a Debian with Neovim 0.12.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
published=$(cd "${1:?usage: $0 PUBLISHED_FOLDER}" && pwd)
[[ -x $published/coderlsp ]] || { echo "There is no executable $published/coderlsp." >&2; exit 1; }
root=$("${CODERLSP_SHARED:-$repository/../shared}/peers/sid-root")
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")

# Everything of this run is below one folder of the root, also seen from inside.
inside=/opt/coderlsp-test.$$
outside=$root$inside
editor=
clean_up() {
  local status=$?
  set +e
  if [[ -n $editor ]]; then
    nvim --remote-send '<C-\><C-n>:qall!<CR>' >/dev/null 2>&1
    wait "$editor"
  fi
  for mount in dotnet server models; do
    # The server needs a moment to notice that its editor is gone; whatever holds on longer must not keep the mount.
    for ((i = 0; i < 50; i++)); do
      mountpoint -q "$outside/$mount" || break
      umount "$outside/$mount" 2>/dev/null || sleep 0.1
    done
    mountpoint -q "$outside/$mount" && umount --lazy "$outside/$mount"
  done
  rm -rf --one-file-system "$outside"
  exit $status
}
trap clean_up EXIT
mkdir -p "$outside"/{dotnet,server,models,home,project/.git}
mount --bind -o ro "$dotnet" "$outside/dotnet"
mount --bind -o ro "$published" "$outside/server"
mount --bind -o ro "${CODERLSP_SHARED:-$repository/../shared}/models/smollm2-135m-instruct" "$outside/models"
cp "$repository/editors/neovim/coderlsp.lua" "$outside/home/coderlsp.lua"

in_root() {
  chroot "$root" env -i HOME="$inside/home" DOTNET_ROOT="$inside/dotnet" PATH="$inside/server:/usr/bin:/bin" LANG=C.UTF-8 TERM=dumb "$@"
}
nvim() { in_root nvim --server "$inside/socket" "$@"; }
lua() { nvim --remote-expr "luaeval('$1')"; }

fail() {
  echo "FAILED: $1" >&2
  lua 'vim.inspect(vim.api.nvim_buf_get_lines(0, 0, -1, false))' >&2 || true
  cat "$outside"/home/.local/state/nvim/lsp.log "$outside/editor.log" >&2 || true
  exit 1
}

# wait_for SECONDS WHAT LUA-EXPRESSION: until the expression is not empty; prints it.
wait_for() {
  local value
  for ((i = 0; i < $1 * 10; i++)); do
    value=$(lua "$3" 2>/dev/null) || value=
    [[ -z $value ]] || { echo "$value"; return; }
    sleep 0.1
  done
  fail "$2 did not happen within $1 seconds"
}

# What Neovim shows behind the cursor: the text of the extmark's first line.
shown='(function() local n = vim.api.nvim_get_namespaces()["nvim.lsp.inline_completion"]
  local m = n and vim.api.nvim_buf_get_extmarks(0, n, 0, -1, { details = true })[1]
  return m and m[4].virt_text and m[4].virt_text[1][1] or "" end)()'
shown=${shown//$'\n'/ }

# try NAME LINE KEYS: types KEYS at the end of LINE, takes what is shown, and checks that the line became exactly that.
try() {
  nvim --remote-send "<Esc>$2GA$3"
  local suggestion before after
  suggestion=$(wait_for 60 "$1: a suggestion" "$shown") || exit 1
  before=$(lua 'vim.api.nvim_get_current_line()')
  nvim --remote-send '<Tab>'
  wait_for 10 "$1: taking it" "vim.api.nvim_get_current_line() ~= [==[$before]==] and \"yes\" or \"\"" >/dev/null || exit 1
  after=$(lua 'vim.api.nvim_get_current_line()')
  [[ $after == "$before$suggestion" ]] || fail "$1: '$before' and the suggestion '$suggestion' became '$after'"
  echo "passed: $1: '$before' + '$suggestion'"
}

cat > "$outside/project/names.py" <<'PYTHON'
import os
import sys


def main():
    for name in os.listdir('.'):
        

# größer 😀

if __name__ == "__main__":
    main()
PYTHON
cd "$root"
in_root nvim --headless --listen "$inside/socket" -u "$inside/home/coderlsp.lua" "$inside/project/names.py" >"$outside/editor.log" 2>&1 &
editor=$!
wait_for 30 "the server's attachment" 'vim.lsp.get_clients({ name = "coderlsp", bufnr = 0 })[1] and "yes" or ""' >/dev/null
encoding=$(lua 'vim.lsp.get_clients({ name = "coderlsp" })[1].offset_encoding')
echo "attached, positions in $encoding"
try "at the end of a line" 7 'print(os.p'
try "behind characters of several bytes" 7 '<CR>print("größer 😀", os.p'

# action TITLE: runs the code action of this title on the block around the cursor.
action() {
  lua "(function() vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title == [[$1]] end }) return [[]] end)()" >/dev/null
}
messages='vim.api.nvim_exec2("messages", { output = true }).output'

cat > "$outside/project/area.py" <<'PYTHON'
def area(w, h):
    # Fläche berechnen
    return w * h
PYTHON
nvim --remote-send "<Esc>:silent edit! $inside/project/area.py<CR>3G"
wait_for 30 "the attachment of the second file" 'vim.fn.expand("%:t") == "area.py" and vim.lsp.get_clients({ name = "coderlsp", bufnr = 0 })[1] and "yes" or ""' >/dev/null

action Explain
wait_for 30 "the sentence about the missing chat model" "$messages:match([[chatModel]])" >/dev/null
echo "passed: without a chat model an action says how to get one"

lua "(function() vim.lsp.get_clients({ name = [[coderlsp]] })[1]:notify([[workspace/didChangeConfiguration]], { settings = { coderlsp = {
  chatModel = [[$inside/models/SmolLM2-135M-Instruct.Q4_1.gguf]], chat = { maxTokens = 120, temperature = 0 } } } }) return [[]] end)()" >/dev/null
action Explain
explained='(function() for _, w in ipairs(vim.api.nvim_list_wins()) do local b = vim.api.nvim_win_get_buf(w)
  if vim.api.nvim_buf_get_name(b):match("%.md$") then return table.concat(vim.api.nvim_buf_get_lines(b, 0, -1, false), " ") end end return "" end)()'
text=$(wait_for 90 "the window with the explanation" "${explained//$'\n'/ }") || exit 1
[[ $text == *area* ]] || fail "the explanation is not about the code: $text"
echo "passed: an explanation is shown in a window: ${text:0:60}…"

nvim --remote-send "<Esc>:silent only | silent edit! $inside/project/area.py<CR>3G"
wait_for 10 "the way back to the file" 'vim.fn.expand("%:t") == "area.py" and "yes" or ""' >/dev/null
before=$(lua 'table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "|")')
action "Refactor: simplify"
# So small a model may also find nothing to do, which is then said.
wait_for 90 "a change by the refactoring" "table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), [[|]]) ~= [==[$before]==] and [[changed]] or $messages:match([[suggests no change]])" >/dev/null || exit 1
[[ $(lua 'vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]') == 'def area'* ]] || fail "the function has lost its head"
echo "passed: a refactoring: $(lua 'table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "|")')"
