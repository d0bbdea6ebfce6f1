# What the server is sent: its copy of the text, through all kinds of changes; and the end of requests that nobody waits for.

names
path=$recorded start names.py 'let g:coderlsp = #{cmd: ["recorded"]}'
attached

# Each line is a change; the server is told of it by the request that comes with typing.
count=0
while IFS= read -r change; do
  send "\\<Esc>$change"
  count=$((count + 1))
  # Behind every other one: typing on a new line makes the plugin tell the server of both.
  if ((count % 2 == 0)); then
    send "\\<Esc>ox = $count"
    wait_until 10 "telling the server" "T_copy('names.py') =~ 'x = $count'"
  fi
done <<'CHANGES'
ggOimport re
Gofoo(\<CR>1,\<CR>2)\<Esc>
dgg
ggP
:2,4move 0\<CR>
:g/import/copy $\<CR>
uu
:%substitute/o/ö😀/g\<CR>
ggVGJ
u
ggdGu
ggdG
icount = 1\<CR>other = 2\<Esc>
ggdG:put =range(1,30)\<CR>
:5,9join\<CR>
:%!tac\<CR>
u\<C-r>
:earlier 4\<CR>
:1delete\<CR>:\$delete\<CR>
ggyyppp:%sort\<CR>
ggqaAx\<Esc>jq5@a
3GcipA text.\<CR>Another.\<Esc>
CHANGES
send '\<Esc>oy = 0'
wait_until 10 "telling the server" "T_copy('names.py') =~ 'y = 0'"
[[ $(ask 'T_copy("names.py")') == "$(ask 'T_text() .. "\n"')" ]] || fail "the server's copy is: $(ask 'T_copy("names.py")')"
[[ $(ask 'T_partial()') -ge 5 ]] || fail "changes are told as whole texts, $(ask 'T_partial()') in part"
passed "the server's copy is the text after $count changes"

send '\<Esc>:set filetype=ruby\<CR>'
wait_until 10 "the other type" 'T_types() =~ "python ruby$"'
passed "another type of the file is told: $(ask 'T_types()')"
send ':set filetype=python\<CR>'
attached

# A server that is slow, since it is stopped.
server=$(cat "$outside/home/pid")
send '\<Esc>:silent edit!\<CR>7GAprint(os.p'
suggested "a suggestion before the server is stopped" >/dev/null
kill -STOP "$server"
requests=$(ask 'T_requests()')
send '\x08'
wait_until 10 "another request" "T_requests() > $requests"
send 'p'
wait_until 10 "a third request" "T_requests() > $requests + 1"
[[ $(ask 'T_cancelled()') == yes ]] || fail "the request before was not cancelled"
[[ -z $(terminal 'T_behind()') ]] || fail "there is a suggestion though the server is stopped"
kill -CONT "$server"
take "after a server that was slow"
stop
