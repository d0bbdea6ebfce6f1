#!/bin/bash
# Tries the plugin of editors/vim and a published server in the real Vim, in a terminal: suggestions are typed for, seen on the screen,
# taken whole and in parts; explanations, changes and a chat with a real model; the commands; a server that is killed, that is
# missing, and that crashes in a loop. Each check prints "passed: …".
# usage: tests/editors/vim.sh PUBLISHED_FOLDER
# VIM_ROOT is another Debian to do it in; VIM_PARTS are the parts to do, all by default.
# Needs root and the shared test data (CODERLSP_SHARED, else ../shared), whose peers/sid-root makes a Debian with Vim.
set -euo pipefail
root=${VIM_ROOT:-}
. "$(dirname "$0")/root.sh"
mkdir -p "$outside/home/.vim/pack/coderlsp/start"
cp -r "$repository/editors/vim" "$outside/home/.vim/pack/coderlsp/start/coderlsp"
cp "$repository/tests/editors/vim/inside.vim" "$outside/inside.vim"
# The server as "recorded": what it is sent goes to `wire`, too, and its process is in `pid`.
cat > "$outside/bin/recorded" <<'SHELL'
#!/bin/sh
tee "$HOME/wire" | sh -c 'echo $$ > "$HOME/pid"; exec coderlsp --stdio'
SHELL
chmod +x "$outside/bin/recorded"
recorded=$inside/bin:$inside/server:/usr/bin:/bin

# The terminal is a window of another Vim, which tells what stands on its screen.
terminal() { in_root vim -Nu NONE -i NONE --servername "$inside/terminal" --remote-expr "$1"; }
# ask EXPRESSION: of the Vim that is tried, or, when it begins with "screen:", of the terminal around it.
ask() {
  if [[ $1 == screen:* ]]; then terminal "${1#screen:}"
  else in_root timeout 10 vim -Nu NONE -i NONE --servername "$inside/editor" --remote-expr "$1"; fi
}
# send KEYS: typed in the terminal, in the notation of Vim's strings.
send() { terminal "term_sendkeys(T_terminal, \"$1\")" >/dev/null; }
screen() { terminal 'T_screen()'; }
# As xterm sends them.
meta_right='\e[1;3C' meta_down='\e[1;3B' meta_up='\e[1;3A' meta_page_down='\e[6;3~' meta_page_up='\e[5;3~' control_bracket='\e[27;5;93~'

say_more() {
  echo "--- screen:"; screen; terminal 'string(term_getcursor(T_terminal))'
  echo "--- text:"; ask 'T_text()'
  echo "--- messages:"; ask 'T_messages()'
}
host=
editor=
stop() {
  [[ -n $host ]] || return 0
  # The server must not outlive its editor, so that the editor ends by itself first.
  send '\<C-\>\<C-n>:qall!\<CR>' 2>/dev/null || true
  for ((i = 0; i < 50; i++)); do
    [[ $(terminal 'term_getstatus(T_terminal)' 2>/dev/null) == running* ]] || break
    sleep 0.1
  done
  terminal 'execute("qall!")' >/dev/null 2>&1 || true
  exec 3>&-
  wait "$host" || true
  host=
}

# start FILE [VIMRC]: Vim with the plugin on a file.
start() {
  printf '%s\n' 'set nocompatible' "source $inside/inside.vim" 'filetype plugin indent on | set ttimeout ttimeoutlen=50' "${2:-}" > "$outside/home/.vimrc"
  rm -f "$outside"/{terminal,editor,keyboard}
  mkfifo "$outside/keyboard"
  exec 3<>"$outside/keyboard"
  cat > "$outside/terminal.vim" <<VIM
set nocompatible
let T_terminal = term_start(['vim', '--servername', '$inside/editor', '$inside/project/$1'],
  \ {'term_rows': 30, 'term_cols': 100, 'env': {'TERM': '${terminal_type:-xterm-256color}'}})
func T_screen()
  return join(map(range(1, 30), 'substitute(term_getline(g:T_terminal, v:val), ''\s*$'', "", "")'), "\n")
endfunc
" What stands on the screen from the cursor to the end of its line.
func T_behind()
  let [row, column] = term_getcursor(g:T_terminal)[:1]
  return substitute(strcharpart(term_getline(g:T_terminal, row), column - 1), '\s*$', '', '')
endfunc
VIM
  in_root script -qfc "vim -Nu NONE -i NONE --servername $inside/terminal -S $inside/terminal.vim" /dev/null <&3 >/dev/null 2>&1 &
  host=$!
  wait_for 30 "the start of the editor" 'T_name()' >/dev/null || exit 1
}
attached() { wait_until 30 "the server's attachment" 'coderlsp#documents#IsOpen(bufnr())'; }
open() {
  send "\<Esc>:silent! only! | silent edit! $inside/project/$1\<CR>"
  wait_until 10 "opening $1" "T_name() == '$1'"
  attached
}
# wait_until SECONDS WHAT CONDITION
wait_until() { wait_for "$1" "$2" "($3) ? 'yes' : ''" >/dev/null || exit 1; }

# A text as a string of Vim's.
quoted() { echo "'${1//\'/\'\'}'"; }

# suggested WHAT: waits until a suggestion is on the screen; prints it.
suggested() {
  wait_for 60 "$1: a suggestion on the screen" 'screen:T_behind()' >/dev/null || exit 1
  local suggestion line text
  suggestion=$(wait_for 10 "$1: a suggestion" 'T_shown()') || exit 1
  text=$(screen)
  while IFS= read -r line; do
    [[ $text == *"${line#"${line%%[![:space:]]*}"}"* ]] || fail "$1: '$line' of the suggestion is not on the screen"
  done <<< "$suggestion"
  echo "$suggestion"
}

# try NAME LINE KEYS: types KEYS at the end of LINE, takes what is shown, and checks that exactly that came behind the cursor.
try() {
  send "\<Esc>$2GA$3"
  take "$1"
}
# take NAME: the latter half of it.
take() {
  local suggestion before text
  suggestion=$(suggested "$1") || exit 1
  before=$(ask 'T_before()')
  text=$(ask 'T_text()')
  send '\t'
  wait_until 10 "$1: taking it" '!coderlsp#IsShown() && T_before() =~ "\\S$"'
  [[ $(ask 'T_text()') == "$before$suggestion${text:${#before}}" ]] || fail "$1: '$before' and the suggestion '$suggestion' became something else"
  [[ $(ask 'T_before()') == "$before$suggestion" ]] || fail "$1: the cursor is not behind what was taken"
  passed "$1: '${before##*$'\n'}' + '$suggestion'"
}

for part in ${VIM_PARTS:-suggestions documents actions server}; do
  . "$repository/tests/editors/vim/$part.sh"
done
