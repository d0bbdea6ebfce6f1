# With lsp-mode.

names
area
before=$(<"$outside/project/area.py")
taken=$(sed "7s/.*/        if $suggestion/" "$outside/project/names.py")
typed=$(sed "7s/.*/        if na/" "$outside/project/names.py")
init 'CoderLsp by lsp-mode' '(setq lsp-auto-guess-root t lsp-headerline-breadcrumb-enable nil lsp-idle-delay 0.2)'
emacs names.py
ready
passed "set up by the README's lines, the mode line shows the model"

at_end_of 7
keys 'if na'
sees 30 "ghost text" "$suggestion"
[[ $(here '(buffer-substring-no-properties (line-beginning-position) (line-end-position))') == *'if na"' ]] || fail "the ghost text is in the buffer"
passed "ghost text: '$suggestion'"
keys $'\t'
until_true 10 "taking it" '(eolp)'
saved names.py "taking the suggestion" "$taken"
passed "taken with TAB: the file has exactly that"

names
at_end_of 7
keys 'if na'
sees 30 "ghost text to take in parts" "$suggestion"
keys $'\e[1;3C'
until_true 10 "taking a word" "$(line_is 'if name')"
sees 5 "the rest" "$suggestion"
keys $'\e[1;3C'
until_true 10 "taking another word" "$(line_is 'if name not')"
sees 5 "the rest" "$suggestion"
keys $'\e[1;3B'
saved names.py "taking the rest of the line" "$taken"
passed "taken word by word, and the rest of the line"

names
at_end_of 7
keys 'if na'
sees 30 "ghost text to remove" "$suggestion"
keys $'\x07'
misses 10 "removing it" "$suggestion"
saved names.py "removing the suggestion" "$typed"
passed "removed with C-g: nothing is inserted"

names
at_end_of 7
keys 'print("größer 😀", os.p'
sees 30 "ghost text behind characters of several bytes" 'os.path'
keys $'\t' $'\x18\x13'
sees 10 "saving" Wrote
line=$(sed -n 7p "$outside/project/names.py")
[[ $line == '        print("größer 😀", os.path'*')' ]] || fail "behind characters of several bytes the line became '$line'"
passed "behind characters of several bytes: '$line'"

names
at_end_of 7
here "(setopt coderlsp-settings '(:inline (:minConfidence 0.99)))" >/dev/null
keys 'if na'
sleep 2
[[ $(screen) != *"$suggestion"* ]] || fail "a suggestion that is less certain than wanted is shown"
keys $'\x03;c'
sees 30 "a suggestion that was asked for" 'Completion 1/'
first=$(screen | grep 'if na')
keys $'\x0e'
sees 10 "the next one" 'Completion 2/'
[[ $(screen | grep 'if na') != "$first" ]] || fail "the next suggestion is the same: $first"
keys $'\x07'
here "(setopt coderlsp-settings nil)" >/dev/null
passed "a setting takes effect at once; asked for, and the next one: ${first##* if }"

keys $'\x18\x06' $'\x01\x0b' 'area.py' $'\r'
sees 10 "opening another file" 'area.py'
ready
keys $'\e>\x10\x10' $'\x03;x'
sees 30 "the sentence about the missing chat model" 'chatModel'
keys q
misses 10 "closing the window" 'chatModel'
passed "without a chat model an explanation says how to get one"
here "(setopt coderlsp-settings '(:chatModel \"$chat_model\" :chat (:maxTokens 120 :temperature 0)))" >/dev/null

explanation='(with-current-buffer "*CoderLsp explanation*" (buffer-size))'
# How long it is after each piece that comes.
lisp "(progn (defvar lengths nil) (advice-add 'coderlsp-take-progress :after (lambda (&rest _) (cl-pushnew $explanation lengths))))" >/dev/null
keys $'\x03;x'
sees 90 "the end of the explanation" 'q closes'
pieces=$(lisp '(length lengths)')
((pieces > 5)) || fail "the explanation did not stream: $(lisp lengths)"
[[ $(here '(buffer-string)') == *area* ]] || fail "the explanation is not about the code"
keys q
misses 10 "closing the explanation" 'q closes'
passed "an explanation streams into a window: $pieces pieces"

keys $'\x03;x'
until_true 90 "a piece of another explanation" "(< 20 $explanation)"
keys q
misses 10 "closing it while the model writes" 'q ends it'
until_true 30 "the server's rest" '(equal (coderlsp-get (coderlsp--state) :state) "ready")'
passed "closing the window ends the explanation"

keys $'\x03;e'
sees 30 "the menu of changes" 'Change the code'
keys Document $'\r'
sees 90 "the diff" 'RET or a accepts, q discards'
[[ $(screen) == *'@@ -'*$'\n'*'+'* ]] || fail "the preview is no diff"
keys q
misses 10 "discarding" 'q discards'
[[ $(here '(buffer-modified-p)') == nil ]] || fail "discarding has changed the text"
passed "a change from the menu is shown as a diff; discarded"

keys $'\x03;e'
sees 30 "the menu of changes" 'Change the code'
keys 'Rename w to width and h to height.' $'\r'
sees 90 "the diff" 'RET or a accepts, q discards'
keys $'\r'
misses 10 "accepting" 'q discards'
keys $'\x18\x13'
sees 10 "saving" Wrote
after=$(<"$outside/project/area.py")
[[ $after != "$before" ]] || fail "accepting has changed nothing"
keys $'\x1f'
saved area.py "undoing" "$before"
passed "a change in the user's words, accepted: $(head -n 1 <<< "$after"); one undo takes it back"

lisp '(progn (defvar kept exec-path) (setq exec-path nil) t)' >/dev/null
keys $'\x03;e'
sees 30 "the menu of changes" 'Change the code'
keys Document $'\r'
sees 90 "the sentence about the missing program" 'CoderLsp: the change cannot be shown:'
misses 10 "closing the window" 'q ends it'
lisp '(progn (setq exec-path kept) t)' >/dev/null
passed "without a program diff a change says so: $(screen | grep -o 'the change cannot be shown.*')"

keys $'\x03;e'
sees 30 "the menu of changes" 'Change the code'
keys Document $'\r'
sees 10 "waiting for the model" 'the model is writing'
lisp '(kill-buffer "area.py")' >/dev/null
misses 90 "closing the window of a change whose code has gone" 'q ends it'
lisp "(find-file \"$inside/project/area.py\")" >/dev/null
ready
keys $'\e>\x10\x10'
passed "a change whose code has gone meanwhile is dropped"

here '(lsp-execute-code-action-by-kind "source.explain.coderlsp")' >/dev/null
sees 90 "the explanation" 'q ends it'
keys q
misses 10 "closing it" 'q ends it'
passed "an action of lsp-mode's own menu comes in our window, too"

keys $'\x03;s'
sees 10 "the status" 'Window:      1024 tokens'
passed "the status: $(screen | grep '^Suggestions' || screen | grep '^Memory')"
lisp '(progn (delete-other-windows) t)' >/dev/null

kill -KILL "$(pgrep -f "^$inside/server/coderlsp --stdio")"
sees 10 "the question" 'Do you want to restart'
[[ $(screen) == *'CoderLsp off'* ]] || fail "the mode line does not say that the server is gone"
keys y
ready
names
keys $'\x18b' names.py $'\r'
at_end_of 7
keys 'if na'
sees 30 "ghost text after the restart" "$suggestion"
# At once, before another suggestion comes.
told=$(here '(let (lengths)
  (cl-letf* ((notify (symbol-function (quote lsp-notify)))
             ((symbol-function (quote lsp-notify))
              (lambda (method params) (push (plist-get params :acceptedLength) lengths) (funcall notify method params))))
    (coderlsp-accept-word) (coderlsp-accept-word))
  (nreverse (remq nil lengths)))')
[[ $told == '(2 6)' ]] || fail "of two words the server is told the lengths $told"
until_true 10 "taking two words" "$(line_is 'if name not')"
sees 5 "the rest of them" "$suggestion"
[[ $(lisp '(with-current-buffer "*Messages*" (buffer-string))') != *'Wrong type'* ]] || fail "showing the rest has failed"
passed "the server is told what was taken in part, and the rest is shown: $told"
keys $'\x07'
passed "a server that is killed: lsp-mode asks, and restarts it"
pid=$(pgrep -f "^$inside/server/coderlsp --stdio")
keys $'\x03;r'
for ((i = 0; i < 300; i++)); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
until_true 30 "another server" '(equal (coderlsp-get (coderlsp--state) :state) "ready")'
[[ $(pgrep -f "^$inside/server/coderlsp --stdio") != "$pid" ]] || fail "C-c ; r has not started another server"
keys $'\x03;l'
sees 10 "the log" 'The model is ready'
passed "restarted by a command; the log"
close_terminal

crashing_server
path=$inside/bin:/usr/bin:/bin emacs names.py
sees 30 "the question" 'Do you want to restart'
keys n
until_true 10 "the question's end" '(not (active-minibuffer-window))'
sleep 1
[[ $(wc -l < "$outside/home/starts") == 1 ]] || fail "a server that ends at once was started $(wc -l < "$outside/home/starts") times"
passed "a server that ends at once is not started again when the user says no"
close_terminal

names
hanging_server
path=$inside/bin:/usr/bin:/bin emacs names.py
for ((i = 0; i < 300; i++)); do [[ ! -e $outside/home/pid ]] || break; sleep 0.1; done
at_end_of 7
keys 'if na'
saved names.py "typing beside a server that does not answer" "$typed"
# By itself: a terminal that is closed kills an Emacs that has not ended within two seconds, and then nobody ends the server.
lisp '(kill-emacs)' >/dev/null 2>&1 || true
close_terminal
gone "after Emacs"
passed "a server that does not answer does not keep from editing, and ends with Emacs"

path=/usr/bin:/bin emacs names.py
sees 10 "the warning" 'There is no executable `coderlsp'
lisp "(find-file \"$inside/project/area.py\")" >/dev/null
sleep 1
[[ $(lisp '(with-current-buffer "*Warnings*" (how-many "There is no executable" (point-min)))') == 1 ]] || fail "it is said more than once"
passed "a missing executable: $(screen | grep -m 1 'There is no executable' | sed 's/^[^:]*: //')"
close_terminal
