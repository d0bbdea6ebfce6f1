# What the server is doing, and what is done when it does not.

# alone WHAT: one message of the plugin's, which is on the screen, and nothing else went wrong.
alone() {
  [[ $(ask 'T_told("^CoderLsp:")') == 1 && $(ask 'T_told("^E[0-9]")') == 0 ]] || fail "$1: the user was told: $(ask 'T_messages()')"
  [[ $(screen) == *'CoderLsp: '* ]] || fail "$1: the message is not on the screen"
}
message() { ask 'matchstr(T_messages(), "CoderLsp: [^\n]*")'; }

names
start names.py
attached
wait_until 30 "the status" 'coderlsp#Status() =~ "seedling"'
send ':CoderLsp status\<CR>'
wait_until 10 "the window of the status" 'T_view() =~ "State: .*seedling.* MB.*here: on"'
text=$(ask 'T_view()')
[[ $(screen) == *'Suggestions here: on'* ]] || fail "the status is not on the screen"
send 'q'
passed "the status: ${text//$'\n'/, }"
send ':set laststatus=2 statusline=%{coderlsp#Status()}\<CR>'
wait_for 10 "the statusline" 'screen:T_screen() =~ "seedling" ? "yes" : ""' >/dev/null
passed "the statusline: $(ask 'coderlsp#Status()')"

configured '{"inline": {"languages": {"python": false}}}'
wait_until 30 "the configuration file's effect" '!g:coderlsp#status#current.inline.languages->get("python", v:true)'
send ':CoderLsp status\<CR>'
wait_until 10 "the window of the status" 'T_view() =~ "here: off by"'
send 'q'
send ':CoderLsp toggle python\<CR>'
try "off by the configuration file, and toggled" 7 'print(os.p'
send '\<Esc>:silent edit!\<CR>'
configured

words=$(ask 'join(getcompletion("CoderLsp ", "cmdline"))')
[[ $words == 'chat disable edit enable explain log model restart status tests toggle' ]] || fail "the commands are completed as: $words"
[[ $(ask 'join(getcompletion("CoderLsp edit s", "cmdline"))') == simplify ]] || fail "changes are not completed"
[[ $(ask 'join(getcompletion("CoderLsp model s", "cmdline"))') == seedling ]] || fail "models are not completed"
passed "the command line completes: $words"

send ':CoderLsp model no-such-model\<CR>'
wait_until 30 "the state of a model that is not there" 'coderlsp#Status() =~ "error"'
send ':CoderLsp model seedling\<CR>'
wait_until 30 "the model's return" 'coderlsp#Status() =~ "^seedling"'
passed "another model, and back"

pid=$(ask 'T_pid()')
send ':CoderLsp restart\<CR>'
wait_until 30 "another process" "T_pid() != '' && T_pid() != $pid && coderlsp#documents#IsOpen(bufnr())"
[[ $(ask 'T_told("ended")') == 0 ]] || fail "a restart that was asked for is told as an accident: $(ask 'T_messages()')"
try "after a restart" 7 'print(os.p'
send '\<Esc>'

file ../other/second.py <<< 'import os'
send ":silent edit! $inside/other/second.py\<CR>"
wait_until 10 "another file" 'T_name() == "second.py"'
attached
[[ $(ask 'len(filter(job_info(), {_, job -> job_status(job) ==# "run"}))') == 1 ]] || fail "another project has another server"
passed "two projects, one server"
open names.py

pid=$(ask 'T_pid()')
kill -KILL "$pid"
wait_until 30 "another process" "T_pid() != '' && T_pid() != $pid && coderlsp#documents#IsOpen(bufnr())"
wait_until 30 "the message" 'T_told("ended unexpectedly") > 0'
[[ $(ask 'T_told("ended")') == 1 && $(screen) == *'ended'*'unexpectedly'* ]] || fail "the user was told: $(ask 'T_messages()')"
try "after the server was killed" 7 'print(os.p'
passed "a server that is killed is started again, with one message"
send '\<Esc>:CoderLsp log\<CR>'
wait_until 10 "the log" 'T_text() =~ "The server ended: signal kill"'
[[ $(ask 'T_text()') != *'os.p'* ]] || fail "the log has the user's text: $(ask 'T_text()')"
passed "the log says why: $(ask 'matchstr(T_text(), "The server ended[^\n]*")')"
stop

names
path=/usr/bin:/bin start names.py
wait_until 10 "the message about the missing executable" 'T_told("there is no executable") > 0'
alone "a missing executable"
send ":silent edit! $inside/other/second.py\<CR>:silent edit! $inside/project/names.py\<CR>oprint(os.p\<Esc>"
wait_until 10 "going on" 'T_line() =~ "os.p" && T_mode() == "n"'
alone "a missing executable"
passed "a missing executable: $(message)"
stop

crashing_server
path=$inside/bin:/usr/bin:/bin start names.py
send '7GAprint(os.p'
wait_until 60 "giving up" 'T_told("4 times in a row") > 0'
[[ $(ask 'T_mode()') == i ]] || fail "the message has interrupted the typing"
sleep 1
alone "a server that crashes in a loop"
[[ $(wc -l < "$outside/home/starts") == 4 ]] || fail "$(wc -l < "$outside/home/starts") starts"
[[ $(ask 'coderlsp#Status()') == *failed* ]] || fail "the statusline says $(ask 'coderlsp#Status()')"
passed "a server that crashes in a loop: $(message)"
mended_server
send '\<Esc>:silent edit!\<CR>:CoderLsp restart\<CR>'
attached
try "after the server was mended and restarted" 7 'print(os.p'
stop

names
hanging_server
path=$inside/bin:/usr/bin:/bin start names.py
wait_until 10 "the start of a server that does not answer" 'coderlsp#Status() =~ "starting"'
send ':CoderLsp explain\<CR>'
wait_until 10 "the message that it is starting" 'T_told("the server is starting") == 1'
mended_server
send ':CoderLsp restart\<CR>'
attached
gone "after a restart"
try "after a server that does not answer was restarted" 7 'print(os.p'
stop

names
hanging_server
path=$inside/bin:/usr/bin:/bin start names.py 'runtime START autoload/coderlsp/server.vim | let coderlsp#server#longest_start = 2'
wait_until 10 "giving up" 'T_told("gave no answer within 2 seconds") == 1'
gone "after giving up"
sleep 1
alone "a server that does not answer"
[[ $(ask 'coderlsp#Status()') == *failed ]] || fail "the statusline says $(ask 'coderlsp#Status()')"
passed "a server that does not answer: $(message)"
stop

refusing_server
path=$inside/bin:/usr/bin:/bin start names.py
wait_until 10 "giving up" 'T_told("not today") == 1'
gone "after giving up"
sleep 1
alone "a server that refuses"
[[ $(ask 'coderlsp#Status()') == *failed ]] || fail "the statusline says $(ask 'coderlsp#Status()')"
passed "a server that refuses: $(message)"
stop

names
start names.py "let g:coderlsp = #{debounce: 3, inline: #{debounce: 'soon'}, keys: #{accept: '<M-Left>', dismiss: v:false}}"
attached
wait_until 10 "the message about wrong options" 'T_told("no option .debounce.*inline.debounce\\|inline.debounce.*no option .debounce") == 1'
alone "wrong options"
send '7GAprint(os.p'
suggestion=$(suggested "with other keys") || exit 1
[[ -z $(ask 'maparg("<C-]>", "i")') ]] || fail "a key that was given false is mapped"
send '\e[1;3D'
wait_until 10 "taking it by another key" "T_line() ==# $(quoted "        print(os.p${suggestion%%$'\n'*}")"
passed "wrong options are told, the right ones hold"
stop
