#!/bin/bash
# Tries the plugin of editors/neovim and a published server in the real Neovim: suggestions are typed for, shown, taken whole and in
# parts, by Neovim's inline completion and by the plugin's own virtual text; explanations, changes and a chat with a real model;
# the commands; a server that is killed, that is missing, that crashes in a loop, and that does not answer; and that all this is seen in
# a terminal. Each check prints "passed: …".
# usage: tests/editors/neovim.sh PUBLISHED_FOLDER
# NEOVIM_ROOT is another Debian to do it in, for example one with Neovim 0.10; NEOVIM_PARTS are the parts to do, all by default.
# Needs root and the shared test data (CODERLSP_SHARED, else ../shared), whose peers/sid-root makes a Debian with Neovim 0.12.
set -euo pipefail
root=${NEOVIM_ROOT:-}
. "$(dirname "$0")/root.sh"
. "$repository/tests/editors/terminal.sh"
cp -r "$repository/editors/neovim" "$outside/plugin"
cp "$repository/tests/editors/neovim/inside.lua" "$outside/inside.lua"

nvim() { in_root nvim --server "$inside/socket" "$@"; }
lua() { nvim --remote-expr "luaeval('$1')"; }
send() { nvim --remote-send "$1"; }

ask() { lua "$1"; }
say_more() {
  [[ -z $terminal ]] || screen
  lua 'T.text() .. "\n--- told:\n" .. T.all_told() .. "\n--- screen:\n" .. T.screen()'
  tail -n 40 "$outside"/home/.local/state/nvim/lsp.log "$outside/editor.log"
}
editor=
stop() {
  close_terminal
  [[ -n $editor ]] || return 0
  nvim --remote-send '<C-\><C-n>:qall!<CR>' >/dev/null 2>&1 || true
  wait "$editor" || true
  editor=
}

# wait_until SECONDS WHAT LUA-CONDITION
wait_until() { wait_for "$1" "$2" "($3) and [[yes]] or [[]]" >/dev/null || exit 1; }

# start FILE [INIT]: Neovim with the plugin on a file; INIT is Lua that runs first, without single quotes.
start() {
  printf '%s\n' "dofile [[$inside/inside.lua]]" "${2:-}" > "$outside/home/init.lua"
  local load=(--cmd "set runtimepath^=$inside/plugin")
  [[ -z ${without_plugin:-} ]] || load=()
  in_root nvim --headless --listen "$inside/socket" "${load[@]}" -u "$inside/home/init.lua" "$inside/project/$1" >"$outside/editor.log" 2>&1 &
  editor=$!
  wait_for 30 "the start of the editor" 'T.name()' >/dev/null || exit 1
}
attached() { wait_for 30 "the server's attachment" 'T.attached()' >/dev/null || exit 1; }
open() {
  send "<Esc>:silent! only! | silent edit! $inside/project/$1<CR>"
  wait_until 10 "opening $1" "T.name() == [[$1]]"
  attached
}

# suggested WHAT: waits until a suggestion is on the screen; prints it.
suggested() {
  wait_for 60 "$1: a suggestion" 'T.shown()' || exit 1
  wait_until 10 "$1: seeing it on the screen" 'T.on_screen() ~= [[]]'
}

# try NAME LINE KEYS: types KEYS at the end of LINE, takes what is shown, and checks that exactly that came behind the cursor.
try() {
  send "<Esc>$2GA$3"
  local suggestion before text
  suggestion=$(suggested "$1") || exit 1
  before=$(lua 'T.before()')
  text=$(lua 'T.text()')
  send '<Tab>'
  wait_until 10 "$1: taking it" "T.text() ~= [==[$text]==]"
  [[ $(lua 'T.text()') == "$before$suggestion${text:${#before}}" ]] || fail "$1: '$before' and the suggestion '$suggestion' became something else"
  [[ $(lua 'T.before()') == "$before$suggestion" ]] || fail "$1: the cursor is not behind what was taken"
  passed "$1: '${before##*$'\n'}' + '$suggestion'"
}

for part in ${NEOVIM_PARTS:-suggestions actions server terminal}; do
  . "$repository/tests/editors/neovim/$part.sh"
done
