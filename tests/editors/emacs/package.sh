# The package by itself.

batch() { in_root emacs "$@" 2>&1; }
compile() { # ARGUMENTS: compiles a copy in which a warning is an error
  rm -rf "$outside/compiled" && cp -r "$outside/elisp" "$outside/compiled"
  batch "$@" --batch -L "$inside/compiled" --eval '(setq byte-compile-error-on-warn t)' \
    --eval "(mapc (lambda (file) (or (byte-compile-file file) (kill-emacs 1))) (directory-files \"$inside/compiled\" t \"\\\\.el\\\\'\"))"
}
said=$(compile) || fail "compiled with lsp-mode: $said"
[[ $(in_root emacs --batch --eval '(princ (locate-library "lsp-inline-completion"))' 2>/dev/null) == *lsp-mode-10* ]] || fail "lsp-mode is not version 10"
passed "compiles with lsp-mode 10 without a warning"
said=$(compile -Q) || fail "compiled without lsp-mode: $said"
passed "compiles without lsp-mode, too"
said=$(batch -Q --batch --eval "(progn (require 'checkdoc) (dolist (file (directory-files \"$inside/elisp\" t \"\\\\.el\\\\'\")) (checkdoc-file file)))")
[[ -z $said ]] || fail "checkdoc says: $said"
passed "checkdoc has nothing to say"
said=$(batch --batch --eval "(progn (package-initialize) (package-install-file \"$inside/elisp\")
  (unless (and (package-installed-p 'coderlsp) (autoloadp (symbol-function 'coderlsp-eglot))) (error \"not installed\")))") || fail "as a package: $said"
said=$(batch --batch --eval "(progn (package-initialize) (require 'lsp-mode) (princ (and (gethash 'coderlsp lsp-clients) \"known to lsp-mode\")))") || fail "with the installed package: $said"
[[ $said == *'known to lsp-mode'* ]] || fail "the installed package is not loaded with lsp-mode: $said"
rm -rf "$outside/home/.emacs.d/elpa"
passed "installs as a package, which loads itself with lsp-mode"
