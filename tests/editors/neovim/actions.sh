# Explanations, changes and the chat, without a chat model and with a real one.

area
start area.py "vim.ui.select = function(items, options, choose)
    T.menu = vim.tbl_map(options.format_item or tostring, items)
    for _, item in ipairs(items) do if (options.format_item or tostring)(item) == T.choice then return choose(item) end end
    choose(nil)
  end"
attached
send '3G'
lua 'T.run("explain")' >/dev/null
wait_until 30 "the sentence about the missing chat model" 'T.float():match([[chatModel]])'
send 'q'
wait_until 10 "closing the window" 'T.name() == [[area.py]]'
passed "without a chat model an explanation says how to get one"
lua 'T.run("edit", "simplify")' >/dev/null
wait_until 30 "the message about the missing chat model" 'T.messages():match([[chatModel]]) and T.float() == [[]]'
passed "without a chat model a change says how to get one"

lua "require([[coderlsp.server]]).change_settings({ chatModel = [[$chat_model]],
  chat = { maxTokens = 120, temperature = 0 } }) or 1" >/dev/null
lua 'T.run("explain")' >/dev/null
wait_until 90 "the first words of the explanation" '#T.float() > 0 and T.footer() == [[q ends it]]'
early=$(lua 'T.float()')
wait_until 90 "the end of the explanation" 'T.footer() == [[q closes]]'
text=$(lua 'T.float()')
[[ $text == *area* && ${#early} -lt ${#text} ]] || fail "the explanation is not about the code, or did not stream: '$early' became '$text'"
passed "an explanation streams into a window: ${text:0:60}…"
send 'G'
wait_until 10 "scrolling" 'vim.fn.line([[.]]) == vim.fn.line([[$]])'
send 'q'
wait_until 10 "closing the window" 'T.name() == [[area.py]]'

lua 'T.run("explain")' >/dev/null
wait_until 90 "another explanation" '#T.float() > 0'
send 'q'
wait_until 10 "closing the window while the model writes" 'T.name() == [[area.py]]'
wait_until 30 "the end of the cancelled work" 'T.is_quiet()'
wait_until 30 "the server's rest" 'require([[coderlsp.status]]).current.state == [[ready]]'
passed "closing the window ends the explanation"

# change WHAT: asks for a change and waits for the preview; prints the diff. So small a model may also find nothing to do, which is said.
previewed() {
  wait_until 90 "$1: the preview" 'T.footer():match([[accepts]]) or T.messages():match([[suggests no change]]) and T.float() == [[]]'
  lua 'T.float()'
}
before=$(lua 'T.text()')
lua 'T.run("edit", "document")' >/dev/null
diff=$(previewed "document") || exit 1
[[ $diff == @@*$'\n+'* ]] || fail "the preview is no diff: $diff"
[[ $(lua 'table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr([[area.py]]), 0, -1, false), "\n")') == "$before" ]] \
  || fail "the preview has changed the text"
send 'q'
wait_until 10 "discarding" 'T.name() == [[area.py]]'
[[ $(lua 'T.text()') == "$before" ]] || fail "discarding has changed the text"
passed "a preview of a change, discarded: $diff"

lua '(function() vim.ui.input = function(_, done) done("Rename w to width and h to height.") end; T.choice = "Refactor with instruction…"; T.run("edit") end)()' >/dev/null
diff=$(previewed "an instruction") || exit 1
[[ $diff == @@*$'\n'[+-]* ]] || fail "the preview of an instruction is no diff: $diff"
[[ $(lua 'table.concat(T.menu, "|")') == *'Refactor: simplify|'* ]] || fail "the menu is $(lua 'table.concat(T.menu, "|")')"
send '<CR>'
wait_until 10 "accepting" "T.name() == [[area.py]] and T.text() ~= [==[$before]==]"
after=$(lua 'T.text()')
# The file is so short that the hunk has all of it.
[[ $after == "$(sed '/^@@/d; /^-/d; s/^.//' <<< "$diff")" ]] || fail "the preview was $diff, and the text became: $after"
passed "a change by an instruction from the menu, accepted: $after"
send 'u'
wait_until 10 "undoing" "T.text() == [==[$before]==]"
passed "one undo takes the change back"

lua '(function() vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title == "Document" end }) return 1 end)()' >/dev/null
diff=$(previewed "the code action") || exit 1
[[ $diff == @@* ]] || fail "the code action of Neovim's own menu shows no preview: $diff"
send '<Esc>'
wait_until 10 "discarding" 'T.name() == [[area.py]]'
passed "an action of Neovim's own menu is previewed too"

lua 'T.run("chat", "Say", "hello.")' >/dev/null
wait_until 90 "the answer" 'T.answers() == 1'
text=$(lua 'T.text()')
[[ $text == *'Say hello.'* ]] || fail "the chat shows: $text"
lua '(function() require("coderlsp.chat").send("What did I say?") return 1 end)()' >/dev/null
wait_until 90 "the second answer" 'T.answers() == 2'
chat=$text
# The server is stopped at the first piece of the answer, so that the key comes before its end.
lua 'T.watch_chat()' >/dev/null
lua '(function() require("coderlsp.chat").send("Write a Python example.") return 1 end)()' >/dev/null
wait_until 90 "the beginning of an answer" 'T.pieces > 0'
send '<C-c>'
wait_until 10 "ending it" 'T.text():match("%(ended%)")'
lua '(function() require("coderlsp.chat").send("Why?") return 1 end)()' >/dev/null
send '<C-c>'
wait_until 10 "ending another one before its first piece" 'select(2, T.text():gsub("%(ended%)", "")) == 2'
kill -CONT "$(lua 'T.pid()')"
lua '(function() require("coderlsp.chat").send("What did I ask?") return 1 end)()' >/dev/null
[[ $(lua 'T.roles') == 'user assistant user assistant user assistant user' ]] || fail "after <C-c> the server gets: $(lua 'T.roles')"
wait_until 90 "the answer after those" 'T.answers() == 4'
passed "<C-c> ends an answer, and what was written of it stays in the conversation: $(lua 'T.roles')"
send 'q'
wait_until 10 "closing the chat" 'T.name() == [[area.py]]'
passed "a chat: ${chat//$'\n'/ }"

lua 'T.watch_context()' >/dev/null
# about LINES WHAT: asks the next question, which takes these lines along.
about() {
  lua '(function() require("coderlsp.chat").send("Why?") return 1 end)()' >/dev/null
  [[ $(lua 'T.context') == "$1" ]] || fail "$2: the question takes along $(lua 'T.context'), not $1"
  wait_until 90 "$2: the answer" 'T.is_quiet()'
}
send ':2,3CoderLsp chat What is this?<CR>'
wait_until 90 "the answer about lines" 'T.answers() == 5'
[[ $(lua 'T.context') == 2-3 ]] || fail "the question about lines takes along $(lua 'T.context')"
send 'q'
wait_until 10 "closing the chat" 'T.name() == [[area.py]]'
send 'ggO# above<CR># more<Esc>'
wait_until 10 "inserting lines" 'vim.fn.line([[$]]) == 5'
about 4-5 "after lines were inserted above"
send ':4,5delete<CR>'
wait_until 10 "deleting the lines" 'vim.fn.line([[$]]) == 3'
about none "after the lines were deleted"
text=$(lua 'table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr([[coderlsp://chat]]), 0, -1, false), "\n")')
[[ $text == *'the lines that this is about were deleted'* && $text != *outside* ]] || fail "the chat says: $text"
passed "the chat is about the same lines while they move, and says when they are deleted"
stop
