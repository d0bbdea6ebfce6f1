# Explanations, changes and the chat, without a chat model and with a real one.

# told WHAT PATTERN: waits for a message.
told() { wait_until 30 "the message $1" "T_told($(quoted "$2")) > 0"; }

area
start area.py
attached
send '3G:CoderLsp explain\<CR>'
wait_until 30 "the sentence about the missing chat model" 'T_view() =~ "chatModel"'
[[ $(screen) == *chatModel* ]] || fail "the sentence is not on the screen"
send 'q'
wait_until 10 "closing the window" 'T_name() == "area.py"'
passed "without a chat model an explanation says how to get one"
send ':CoderLsp edit simplify\<CR>'
told "about the missing chat model" 'CoderLsp:.*chatModel'
wait_until 10 "closing the window" 'T_name() == "area.py"'
[[ $(screen) == *'CoderLsp: '* ]] || fail "the sentence is not on the screen"
passed "without a chat model a change says how to get one"
stop

path=$recorded start area.py "let g:coderlsp = #{cmd: ['recorded'], settings: #{chatModel: '$chat_model', chat: #{maxTokens: 120, temperature: 0}}}"
attached
send '3G:CoderLsp explain\<CR>'
wait_until 90 "the first words of the explanation" 'T_view() != "" && T_footer() == "q ends it"'
early=$(ask 'T_view()')
wait_until 90 "the end of the explanation" 'T_footer() == "q closes"'
text=$(ask 'T_view()')
[[ $text == *area* && ${#early} -lt ${#text} ]] || fail "the explanation is not about the code, or did not stream: '$early' became '$text'"
line=$(head -1 <<< "$text")
[[ $(screen) == *"${line:0:60}"* ]] || fail "the explanation is not on the screen"
passed "an explanation streams into a window: ${text:0:60}…"
send 'G'
wait_until 10 "going to its end" 'line(".") == line("$")'
send 'q'
wait_until 10 "closing the window" 'T_name() == "area.py"'

send ':CoderLsp explain\<CR>'
wait_until 90 "another explanation" 'T_view() != ""'
send 'q'
wait_until 10 "closing the window while the model writes" 'T_name() == "area.py"'
wait_until 30 "the end of the cancelled work" 'coderlsp#rpc#Waiting() == 0'
wait_until 30 "the server's rest" 'coderlsp#Status() =~ "^seedling"'
passed "closing the window ends the explanation"

# previewed WHAT: waits for the preview of a change; prints the diff.
previewed() {
  wait_until 90 "$1: the preview" 'T_footer() =~ "accepts"'
  ask 'T_view()'
}
before=$(ask 'T_text()')
send ':CoderLsp edit document\<CR>'
diff=$(previewed "document") || exit 1
[[ $diff == @@*$'\n+'* ]] || fail "the preview is no diff: $diff"
[[ $(ask 'T_buffer("area.py")') == "$before" ]] || fail "the preview has changed the text"
[[ $(screen) == *"$(head -1 <<< "$diff")"*'q discards'* ]] || fail "the preview is not on the screen"
send 'q'
wait_until 10 "discarding" 'T_name() == "area.py"'
[[ $(ask 'T_text()') == "$before" ]] || fail "discarding has changed the text"
passed "a preview of a change, discarded: $diff"

send ':CoderLsp edit\<CR>'
wait_for 30 "the menu" 'popup_list()->len() == 1 ? "yes" : ""' >/dev/null
[[ $(screen) == *'Refactor: simplify'* ]] || fail "the menu is not on the screen"
rows=$(ask 'getbufline(winbufnr(popup_list()[0]), 1, "$")->indexof("v:val =~ \"with instruction\"")')
for ((i = 0; i < rows; i++)); do send j; done
send '\<CR>'
wait_for 10 "the question" 'screen:T_screen() =~ "Change the code so that:" ? "yes" : ""' >/dev/null
send 'Rename w to width and h to height.\<CR>'
diff=$(previewed "an instruction") || exit 1
[[ $diff == @@*$'\n'[+-]* ]] || fail "the preview of an instruction is no diff: $diff"
send '\<CR>'
wait_until 10 "accepting" 'T_name() == "area.py"'
after=$(ask 'T_text()')
# The file is so short that the hunk has all of it.
[[ $after != "$before" && $after == "$(sed '/^@@/d; /^-/d; s/^.//' <<< "$diff")" ]] || fail "the preview was $diff, and the text became: $after"
passed "a change by an instruction from the menu, accepted: $after"
send 'u'
wait_until 10 "undoing" 'T_told("before #") > 0'
[[ $(ask 'T_text()') == "$before" ]] || fail "undone it became: $(ask 'T_text()')"
passed "one undo takes the change back"

send ':1,3CoderLsp edit document\<CR>'
previewed "a change that comes too late" >/dev/null
send ':wincmd p | 1delete | wincmd p\<CR>\<CR>'
told "that the text has changed" 'has changed meanwhile'
[[ $(ask 'T_text()') == "$(tail -n +2 <<< "$before")" ]] || fail "a change that came too late was made"
passed "a change for another text is not made"
send 'u'
wait_until 10 "undoing" 'line("$") == 3'

send ':CoderLsp tests\<CR>'
wait_until 90 "the tests" 'T_windows("test") > 0'
[[ $(ask 'T_windows("test")') == 1 && $(ask 'T_name()') == area.py ]] || fail "the tests took the cursor, or stand in $(ask 'T_windows("test")') windows"
passed "tests, in one window beside"
send '\<Esc>:silent! only! | silent! edit! '"$inside"'/project/area.py\<CR>'
wait_until 10 "the file again" 'T_name() == "area.py"'

# say QUESTION: in the chat.
say() {
  send '\<CR>'
  wait_for 10 "the question" 'screen:T_screen() =~ "Ask:" ? "yes" : ""' >/dev/null
  send "$1\\<CR>"
}
server=$(<"$outside/home/pid")
send ':CoderLsp chat Say hello.\<CR>'
wait_until 90 "the answer" 'T_answers() == 1 && coderlsp#rpc#Waiting() == 0'
[[ $(ask 'T_text()') == *'Say hello.'* ]] || fail "the chat shows: $(ask 'T_text()')"
say 'What did I say?'
wait_until 90 "the second answer" 'T_answers() == 2 && coderlsp#rpc#Waiting() == 0'
text=$(ask 'T_text()')
passed "a chat: ${text//$'\n'/ }"

# The server is stopped at the first piece of the answer, so that the key comes before its end.
ask "T_stop_at(3, $server)" >/dev/null
say 'Write a Python example.'
wait_until 90 "the beginning of an answer" 'T_answers() == 3'
send 'x'
wait_until 10 "ending it" 'count(T_text(), "(ended)") == 1'
say 'Why?'
wait_until 10 "the question" 'T_text() =~ "Why?"'
send 'x'
wait_until 10 "ending another one before its first piece" 'count(T_text(), "(ended)") == 2'
kill -CONT "$server"
say 'What did I ask?'
wait_until 90 "the answer after those" 'T_answers() == 4 && coderlsp#rpc#Waiting() == 0'
[[ $(ask 'T_roles()') == 'user assistant user assistant user assistant user' ]] || fail "after x the server gets: $(ask 'T_roles()')"
passed "x ends an answer, and what was written of it stays in the conversation: $(ask 'T_roles()')"
send 'q'
wait_until 10 "closing the chat" 'T_name() == "area.py"'

# about LINES QUESTIONS WHAT: the last of so many questions takes these lines along, and is answered.
about() {
  lines=$(wait_for 10 "$3: the question" "T_context($2)") || exit 1
  [[ $lines == "$1" ]] || fail "$3: the question takes along $lines, not $1"
  wait_until 90 "$3: the answer" 'coderlsp#rpc#Waiting() == 0'
}
send ':2,3CoderLsp chat What is this?\<CR>'
about 2-3 6 "lines"
send 'q'
wait_until 10 "closing the chat" 'T_name() == "area.py"'
send 'ggO# above\<CR># more\<Esc>:CoderLsp chat Why?\<CR>'
about 4-5 7 "after lines were inserted above"
send 'q'
wait_until 10 "closing the chat" 'T_name() == "area.py"'
send ':4,5delete\<CR>:CoderLsp chat Why?\<CR>'
about none 8 "after the lines were deleted"
text=$(ask 'T_text()')
[[ $text == *'the lines that this is about were deleted'* && $text != *outside* ]] || fail "the chat says: $text"
passed "the chat is about the same lines while they move, and says when they are deleted"
stop
