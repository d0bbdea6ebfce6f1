# A real terminal to try an editor in: the one of a headless Neovim in the root. Sourced behind root.sh.
#   terminal COMMAND     starts it with a shell command, in the project's folder
#   keys TEXT...         types: the characters as they are, so that $'\r' is Enter, and $'\e' Escape when it is a TEXT of its own
#   screen               prints what is shown, without the blanks at the ends of lines
#   sees SECONDS WHAT TEXT, misses SECONDS WHAT TEXT   wait until TEXT is on the screen, or is not
#   close_terminal       ends it and what runs in it
# Terminals need it as others need /proc; it stays, for the next test and for one that runs at the same time.
mountpoint -q "$root/dev/pts" || mount --bind /dev/pts "$root/dev/pts"
cp "$repository/tests/editors/terminal.lua" "$outside/terminal.lua"
terminal=

in_terminal() { in_root nvim --server "$inside/terminal" --remote-expr "luaeval('$1')"; }
terminal() {
  printf '%s' "$1" > "$outside/command"
  in_root nvim --clean --headless --listen "$inside/terminal" --cmd "luafile $inside/terminal.lua" \
    -c "lua T.start([[$inside]])" >"$outside/terminal.log" 2>&1 &
  terminal=$!
  for ((i = 0; i < 300; i++)); do [[ $(in_terminal 'T.running()' 2>/dev/null) != yes ]] || return 0; sleep 0.1; done
  fail "the terminal does not start: $(cat "$outside/terminal.log")"
}
keys() {
  local text
  for text; do
    printf '%s' "$text" > "$outside/keys"
    in_terminal 'T.keys()' >/dev/null
    sleep 0.05
  done
}
screen() { in_terminal 'T.screen()'; }
sees() {
  for ((i = 0; i < $1 * 10; i++)); do [[ $(screen) != *"$3"* ]] || return 0; sleep 0.1; done
  fail "$2: '$3' is not on the screen within $1 seconds"
}
misses() {
  for ((i = 0; i < $1 * 10; i++)); do [[ $(screen) == *"$3"* ]] || return 0; sleep 0.1; done
  fail "$2: '$3' is still on the screen after $1 seconds"
}
close_terminal() {
  [[ -n $terminal ]] || return 0
  in_root nvim --server "$inside/terminal" --remote-send '<C-\><C-n>:qall!<CR>' >/dev/null 2>&1 || true
  wait "$terminal" || true
  terminal=
}
