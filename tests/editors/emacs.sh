#!/bin/bash
# Tries the package of editors/emacs and a published server in the real Emacs, at a terminal, set up by the README's lines: with lsp-mode
# suggestions as ghost text, taken whole and in parts; explanations and changes with a real model; what the server is doing; a server
# that is killed, that ends at once, and that is missing; the same with Eglot. Each check prints "passed: …".
# usage: tests/editors/emacs.sh PUBLISHED_FOLDER
# EMACS_PARTS are the parts to do, all by default.
# Needs root and the shared test data (CODERLSP_SHARED, else ../shared), whose peers/sid-root makes a Debian with Emacs 30 and lsp-mode 10.
set -euo pipefail
. "$(dirname "$0")/root.sh"
. "$repository/tests/editors/terminal.sh"
stop() { close_terminal; }
say_more() {
  screen
  lisp '(with-current-buffer "*Messages*" (buffer-string))'
}
mkdir -p "$outside"/{elisp,home/.emacs.d}
mkdir -m 700 "$outside/emacs"
cp "$repository"/editors/emacs/*.el "$outside/elisp"

lisp() { in_root timeout 10 emacsclient --socket-name "$inside/emacs/socket" --eval "$1"; }
# here LISP: in the buffer of the selected window.
here() { lisp "(with-current-buffer (window-buffer (selected-window)) $1)"; }
# until_true SECONDS WHAT LISP
until_true() {
  for ((i = 0; i < $1 * 10; i++)); do [[ $(here "(and $3 t)" 2>/dev/null) != t ]] || return 0; sleep 0.1; done
  fail "$2 did not happen within $1 seconds"
}
# init README_LINES [LISP]: an init file of the README's lines that begin with that comment; a user who has refused nothing yet.
init() {
  rm -rf "$outside/home/.local/state/coderlsp"
  {
    echo "(setq inhibit-startup-screen t server-name \"$inside/emacs/socket\" native-comp-jit-compilation nil)"
    echo '(server-start)'
    sed -n "/^;; $1/,/^\`\`\`/{/^\`\`\`/!p}" "$repository/editors/emacs/README.md" | sed "s|~/src/coderlsp/editors/emacs|$inside/elisp|"
    echo "${2:-}"
  } > "$outside/home/.emacs.d/init.el"
  grep -q "require 'coderlsp" "$outside/home/.emacs.d/init.el" || fail "the README has lost its lines for '$1'"
}
# emacs FILE: Emacs on a file.
emacs() {
  terminal "emacs -nw $1"
  for ((i = 0; i < 300; i++)); do [[ $(lisp '(and after-init-time t)' 2>/dev/null) != t ]] || return 0; sleep 0.1; done
  fail "Emacs does not start"
}
ready() { sees 30 "the server in the mode line" seedling; }
# at_end_of LINE: its end, in the file as it is on the disk.
at_end_of() {
  here "(progn (revert-buffer t t t) (goto-char (point-min)) (forward-line (1- $1)) (end-of-line))" >/dev/null
}
# line_is TEXT: LISP that says whether point's line is that, indented; what is shown only does not count.
line_is() { echo "(equal (string-trim-left (buffer-substring-no-properties (line-beginning-position) (line-end-position))) \"$1\")"; }
saved() { # NAME WHAT TEXT: saves, and compares the whole file
  keys $'\x18\x13'
  becomes "$@"
}
suggestion="name not in os.listdir('.'):"

for part in ${EMACS_PARTS:-package lsp-mode eglot}; do
  . "$repository/tests/editors/emacs/$part.sh"
done
