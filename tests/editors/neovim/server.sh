# What the server is doing, and what is done when it does not.

names
start names.py
attached
wait_until 30 "the status" 'require([[coderlsp]]).status():match([[seedling]])'
lua 'T.run("status")' >/dev/null
wait_until 10 "the window of the status" 'T.float():match([[State]]) and T.float():match([[seedling]]) and T.float():match([[%d MB]])'
text=$(lua 'T.float()')
send 'q'
passed "the status: ${text//$'\n'/, }"

wait_until 10 "telling the server where the user is" 'T.focus() == [[names.py:1]]'
send '5G'
wait_until 10 "telling it where the cursor went" 'T.focus() == [[names.py:5]]'
passed "the server is told where the user is"

configured '{"inline": {"languages": {"python": false}}}'
wait_until 30 "the configuration file's effect" 'not require([[coderlsp.inline]]).is_enabled([[python]])'
lua 'T.run("status")' >/dev/null
wait_until 10 "the window of the status" 'T.float():match([[here:%*%* off]])'
send 'q'
lua 'T.run("toggle", "python")' >/dev/null
try "off by the configuration file, and toggled" 7 'print(os.p'
send '<Esc>:silent edit!<CR>'
configured

words=$(lua 'table.concat(vim.fn.getcompletion([[CoderLsp ]], [[cmdline]]), [[ ]])')
[[ $words == 'chat disable edit enable explain log model restart status tests toggle why' ]] || fail "the commands are completed as: $words"
[[ $(lua 'table.concat(vim.fn.getcompletion([[CoderLsp edit s]], [[cmdline]]), [[ ]])') == simplify ]] || fail "changes are not completed"
[[ $(lua 'table.concat(vim.fn.getcompletion([[CoderLsp model s]], [[cmdline]]), [[ ]])') == seedling ]] || fail "models are not completed"
passed "the command line completes: $words"

lua 'T.run("model", "no-such-model")' >/dev/null
wait_until 30 "the state of a model that is not there" 'require([[coderlsp.status]]).current.state == [[error]]'
lua 'T.run("model", "seedling")' >/dev/null
wait_until 30 "the model's return" 'require([[coderlsp.status]]).current.state == [[ready]]'
passed "another model, and back"

send ':checkhealth coderlsp<CR>'
wait_until 30 "the report" 'T.text():match([[The server answers]])'
text=$(lua 'T.text()')
[[ $text == *'has inline completion'* || $text == *'virtual text of the plugin'* ]] || fail "the report: $text"
[[ $text != *ERROR* && $text != *WARNING* && $text == *'Keys'* ]] || fail "the report: $text"
passed "checkhealth finds executable, version, model and keys"
send ':bdelete<CR>'
open names.py

pid=$(lua 'T.pid()')
lua 'T.run("restart")' >/dev/null
wait_until 30 "another process" "T.pid() ~= [[]] and T.pid() ~= [[$pid]] and T.attached() ~= [[]]"
[[ $(lua 'T.all_told()') != *ended* ]] || fail "a restart that was asked for is told as an accident: $(lua 'T.all_told()')"
try "after a restart" 7 'print(os.p'
send '<Esc>'

file ../other/second.py <<< 'import os'
send ":silent edit! $inside/other/second.py<CR>"
attached
[[ $(lua '#vim.lsp.get_clients({ name = [[coderlsp]] })') == 1 ]] || fail "another project has another server"
[[ $(lua 'T.folders()') == 'other project' ]] || fail "the server's folders are: $(lua 'T.folders()')"
passed "two projects, one server"
open names.py

pid=$(lua 'T.pid()')
kill -KILL "$pid"
wait_until 30 "another process" "T.pid() ~= [[]] and T.pid() ~= [[$pid]] and T.attached() ~= [[]]"
wait_until 30 "the message" 'T.all_told():match([[ended unexpectedly]])'
[[ $(lua '#vim.tbl_filter(function(m) return m:match("ended") or m:match("quit") end, T.told)') == 1 ]] || fail "the user was told: $(lua 'T.all_told()')"
try "after the server was killed" 7 'print(os.p'
passed "a server that is killed is started again, with one message"
stop

names
path=/usr/bin:/bin start names.py
wait_until 10 "the message about the missing executable" 'T.all_told():match([[there is no executable]])'
open_quietly() { send "<Esc>:silent edit! $inside/$1<CR>"; sleep 1; }
open_quietly other/second.py
open_quietly project/names.py
[[ $(lua '#T.told') == 1 ]] || fail "the missing executable was told more than once: $(lua 'T.all_told()')"
passed "a missing executable: $(lua 'T.all_told()')"
send ':checkhealth coderlsp<CR>'
wait_until 30 "the report" 'T.text():match([[ERROR[^\n]*There is no executable]])'
passed "checkhealth says that it is missing"
stop

crashing_server
path=$inside/bin:/usr/bin:/bin start names.py
wait_until 60 "giving up" 'T.all_told():match([[4 times in a row]])'
sleep 2
[[ $(lua '#T.told') == 1 && $(wc -l < "$outside/home/starts") == 4 ]] \
  || fail "$(wc -l < "$outside/home/starts") starts, and the user was told: $(lua 'T.all_told()')"
[[ $(lua 'require([[coderlsp]]).status()') == *failed* ]] || fail "the statusline says $(lua 'require([[coderlsp]]).status()')"
passed "a server that crashes in a loop: $(lua 'T.all_told()')"
mended_server
send ':CoderLsp restart<CR>'
attached
try "after the server was mended and restarted" 7 'print(os.p'
stop

names
hanging_server
path=$inside/bin:/usr/bin:/bin start names.py
wait_until 10 "the start of a server that does not answer" 'require([[coderlsp]]).status():match([[starting]])'
lua 'T.run("explain")' >/dev/null
wait_until 10 "the message that it is starting" 'T.all_told():match([[the server is starting]])'
mended_server
lua 'T.run("restart")' >/dev/null
attached
gone "after a restart"
try "after a server that does not answer was restarted" 7 'print(os.p'
stop

hanging_server
path=$inside/bin:/usr/bin:/bin start names.py 'require([[coderlsp.server]]).longest_start = 2000'
wait_until 10 "giving up" 'T.all_told():match([[gave no answer within 2 seconds]])'
gone "after giving up"
sleep 1
[[ $(lua '#T.told') == 1 && $(lua 'require([[coderlsp]]).status()') == *failed ]] || fail "the user was told: $(lua 'T.all_told()')"
passed "a server that does not answer: $(lua 'T.all_told()')"
stop

refusing_server
path=$inside/bin:/usr/bin:/bin start names.py
wait_until 10 "giving up" 'T.all_told():match([[not today]])'
gone "after giving up"
sleep 1
[[ $(lua '#T.told') == 1 && $(lua 'T.messages()') != *Error* ]] || fail "the user was told: $(lua 'T.messages()')"
passed "a server that refuses: $(lua 'T.all_told()')"
stop

names
start names.py "for _, name in ipairs({ [[other/second.py]], [[project/names.py]] }) do
    vim.cmd.edit([[$inside/]] .. name)
    vim.bo.filetype = [[python]]
  end
  require([[coderlsp]]).setup({ debounce = 3, inline = { engine = [[magic]] }, keys = { accept = [[<M-a>]], dismiss = false } })"
attached
wait_until 10 "the message about wrong options" 'T.all_told():match([[no option .debounce.]]) and T.all_told():match([[inline.engine]])'
[[ $(lua 'vim.fn.maparg([[<M-a>]], [[i]], false, true).desc') == 'CoderLsp: Take the suggestion' ]] || fail "the user's key is not mapped"
[[ -z $(lua 'vim.fn.maparg([[<C-]>]], [[i]])') ]] || fail "a key that was given false is mapped"
passed "wrong options are told, the right ones hold"
[[ $(lua '#vim.lsp.get_clients({ name = [[coderlsp]] })') == 1 ]] || fail "two files at the start have two servers"
[[ $(lua 'T.folders()') == 'other project' ]] || fail "of two files at the start the server has the folders: $(lua 'T.folders()')"
lua '(function() vim.lsp.stop_client(vim.lsp.get_clients({ name = "coderlsp" })) return 1 end)()' >/dev/null
wait_until 10 "stopping it" 'T.pid() == [[]] and require([[coderlsp]]).status() == [[]]'
sleep 1
[[ -z $(lua 'T.pid()') && $(lua '#T.told') == 1 ]] || fail "a server that was stopped comes back: $(lua 'T.all_told()')"
passed "two files at the start have one server, which stays stopped when it is stopped"
stop
