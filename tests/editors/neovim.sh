#!/bin/bash
# Tries the plugin of editors/neovim and a published server in the real Neovim: suggestions are typed for, shown, taken whole and in
# parts, by Neovim's inline completion and by the plugin's own virtual text; explanations, changes and a chat with a real model;
# the commands; a server that is killed, that is missing, and that crashes in a loop. Each check prints "passed: …".
# usage: tests/editors/neovim.sh PUBLISHED_FOLDER
# NEOVIM_ROOT is another Debian to do it in, for example one with Neovim 0.10; NEOVIM_PARTS are the parts to do, all by default.
# Needs root and the shared test data (CODERLSP_SHARED, else ../shared), whose peers/sid-root makes a Debian with Neovim 0.12.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
published=$(cd "${1:?usage: $0 PUBLISHED_FOLDER}" && pwd)
[[ -x $published/coderlsp ]] || { echo "There is no executable $published/coderlsp." >&2; exit 1; }
shared=${CODERLSP_SHARED:-$repository/../shared}
root=${NEOVIM_ROOT:-$("$shared/peers/sid-root")}
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")

# Everything of this run is below one folder of the root, also seen from inside.
inside=/opt/coderlsp-test.$$
outside=$root$inside
editor=
stop() {
  [[ -n $editor ]] || return 0
  nvim --remote-send '<C-\><C-n>:qall!<CR>' >/dev/null 2>&1 || true
  wait "$editor" || true
  editor=
}
clean_up() {
  local status=$?
  set +e
  stop
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
mkdir -p "$outside"/{dotnet,server,models,home,bin,project/.git,other/.git}
mount --bind -o ro "$dotnet" "$outside/dotnet"
mount --bind -o ro "$published" "$outside/server"
mount --bind -o ro "$shared/models/smollm2-135m-instruct" "$outside/models"
cp -r "$repository/editors/neovim" "$outside/plugin"
cp "$repository/tests/editors/neovim/inside.lua" "$outside/inside.lua"
cd "$root"

in_root() {
  chroot "$root" env -i HOME="$inside/home" DOTNET_ROOT="$inside/dotnet" PATH="${path:-$inside/server:/usr/bin:/bin}" \
    LANG=C.UTF-8 TERM=dumb "$@"
}
nvim() { in_root nvim --server "$inside/socket" "$@"; }
lua() { nvim --remote-expr "luaeval('$1')"; }
send() { nvim --remote-send "$1"; }

fail() {
  echo "FAILED: $1" >&2
  lua 'T.text() .. "\n--- told:\n" .. T.all_told() .. "\n--- screen:\n" .. T.screen()' >&2 || true
  tail -n 40 "$outside"/home/.local/state/nvim/lsp.log "$outside/editor.log" >&2 || true
  exit 1
}
passed() { echo "passed: $1"; }

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

# file NAME: a fresh copy of it, from standard input.
file() { cat > "$outside/project/$1"; }

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

names() {
  file names.py <<'PYTHON'
import os
import sys


def main():
    for name in os.listdir('.'):
        

# größer 😀

if __name__ == "__main__":
    main()
PYTHON
}
area() {
  file area.py <<'PYTHON'
def area(w, h):
    # Fläche berechnen
    return w * h
PYTHON
}

for part in ${NEOVIM_PARTS:-suggestions actions server}; do
  . "$repository/tests/editors/neovim/$part.sh"
done
