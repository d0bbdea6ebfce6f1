# With Eglot.

names
area
before=$(<"$outside/project/area.py")
taken=$(sed "7s/.*/        if $suggestion/" "$outside/project/names.py")
init 'CoderLsp by Eglot' "(setopt coderlsp-settings '(:chatModel \"$chat_model\" :chat (:maxTokens 120 :temperature 0)))"
emacs names.py
ready
passed "Eglot: set up by the README's lines, the mode line shows the model"

at_end_of 7
keys 'if na' $'\e\t'
sees 30 "Eglot: completing" "if $suggestion"
saved names.py "Eglot: completing" "$taken"
passed "Eglot: completion-at-point takes the suggestion: the file has exactly that"

names
at_end_of 7
keys 'if name'
sees 30 "Eglot: the preview" "if $suggestion"
[[ $(here '(looking-back "if name" (line-beginning-position))') == t ]] || fail "Eglot: the preview is in the buffer"
keys $'\t'
saved names.py "Eglot: taking the preview" "$taken"
passed "Eglot: completion-preview-mode shows it as ghost text, taken with TAB"

keys $'\x18\x06' $'\x01\x0b' 'area.py' $'\r'
sees 10 "Eglot: opening another file" 'area.py'
ready
keys $'\e>\x10\x10' $'\x03;x'
sees 90 "Eglot: the end of the explanation" 'q closes'
[[ $(here '(buffer-string)') == *area* ]] || fail "Eglot: the explanation is not about the code"
keys q
misses 10 "Eglot: closing the explanation" 'q closes'
passed "Eglot: an explanation"

keys $'\x03;e'
sees 30 "Eglot: the menu of changes" 'Change the code'
keys Document $'\r'
sees 90 "Eglot: the diff" 'RET or a accepts, q discards'
keys a
misses 10 "Eglot: accepting" 'q discards'
keys $'\x18\x13'
sees 10 "Eglot: saving" Wrote
[[ $(<"$outside/project/area.py") == *'"""'* ]] || fail "Eglot: documenting made: $(<"$outside/project/area.py")"
keys $'\x1f'
saved area.py "Eglot: undoing" "$before"
passed "Eglot: a change is shown as a diff, accepted and undone"

here '(let ((begin (pos-bol)) (end (pos-eol)))
  (add-hook (quote flymake-diagnostic-functions)
    (lambda (report &rest _) (funcall report (list (flymake-make-diagnostic (current-buffer) begin end :error "no docstring")))) nil t)
  (flymake-start) t)' >/dev/null
until_true 10 "Eglot: a problem of this line" '(flymake-diagnostics (pos-bol) (pos-eol))'
keys $'\x03;e'
sees 30 "Eglot: the menu of changes" 'Change the code'
keys 'fix' $'\t'
sees 10 "Eglot: the fix" 'Fix: no docstring'
keys $'\r'
sees 90 "Eglot: the fix of it" 'RET or a accepts, q discards'
keys q
misses 10 "Eglot: discarding" 'q discards'
passed "Eglot: a problem that Flymake reports can be fixed"

keys $'\exeglot-code-actions\r'
sees 10 "Eglot: its own menu" '[eglot] Pick an action'
keys Explain $'\r'
sees 90 "Eglot: the explanation" 'q ends it'
keys q
misses 10 "Eglot: closing it" 'q ends it'
passed "Eglot: an action of its own menu comes in our window, too"

here "(setopt coderlsp-settings '(:model \"no-such-model\"))" >/dev/null
sees 30 "Eglot: the state of a model that is not there" 'CoderLsp error'
here "(setopt coderlsp-settings nil)" >/dev/null
ready
passed "Eglot: another setting, and back"

pid=$(pgrep -f "^$inside/server/coderlsp --stdio")
kill -KILL "$pid"
until_true 30 "Eglot: the message" '(with-current-buffer "*Messages*" (save-excursion (goto-char 1) (search-forward "Reconnecting after unexpected server exit" nil t)))'
ready
[[ $(pgrep -f "^$inside/server/coderlsp --stdio") != "$pid" ]] || fail "Eglot: there is no other server"
passed "Eglot: a server that is killed is started again, with a message"
close_terminal

path=/usr/bin:/bin emacs names.py
sees 10 "Eglot: the warning" 'There is no executable `coderlsp'
passed "Eglot: a missing executable: $(screen | grep -m 1 'There is no executable' | sed 's/^[^:]*: //')"
close_terminal
