# Suggestions: shown as virtual text, taken whole and in parts, and kept away from where they do not belong.

# quiet WHERE: types in names.py where no suggestion is to come.
quiet() {
  send '7GAprint(os.p'
  sleep 1
  [[ -z $(ask 'T_shown()') && -z $(terminal 'T_behind()') ]] || fail "a suggestion $1"
}

names
blocks
start names.py '
  set completeopt=menuone
  inoremap <Tab> tab
  let g:coderlsp = #{settings: #{inline: #{multiline: "always", minConfidence: 0}}}'
attached
try "at the end of a line" 7 'print(os.p'
try "behind characters of several bytes" 7 '\<CR>print(\"größer 😀\", os.p'

send '\<Esc>:silent edit!\<CR>ggO\t'
wait_until 10 "the user's own mapping" 'T_line() == "tab"'
send '\<Esc>:iunmap <Tab>\<CR>:silent edit!\<CR>ggO\t'
wait_until 10 "a tab" 'T_line() == "\t" || T_line() == "    "'
passed "a key does what it did before where no suggestion is shown"

send '\<Esc>:silent edit!\<CR>7GAprint(os.p'
suggested "a suggestion to remove" >/dev/null
send "$control_bracket"
wait_until 10 "removing it" 'T_shown() == ""'
[[ $(ask 'T_mode() .. T_line()') == 'i        print(os.p' ]] || fail "removing the suggestion did something else"
passed "removed"

send "$meta_up"
first=$(suggested "a suggestion that was asked for") || exit 1
send "$meta_page_down"
wait_until 60 "another suggestion" 'T_count() =~ "^(2/"'
second=$(suggested "another suggestion") || exit 1
[[ $second != "$first" ]] || fail "the second suggestion is the first: $first"
count=$(ask 'T_count()')
[[ $(screen) == *"$count"* ]] || fail "the count $count is not on the screen"
send "$meta_page_up"
wait_until 10 "the one before" 'T_count() =~ "^(1/"'
[[ $(ask 'T_shown()') == "$first" ]] || fail "the one before is another one: $(ask 'T_shown()')"
passed "asked for; next and previous $count: '$first', '$second'"

before=$(ask 'T_line()')
send "${first:0:1}"
wait_for 10 "typing along" "T_line() ==# $(quoted "$before${first:0:1}") ? T_shown() : ''" >/dev/null
[[ $(ask 'T_shown()') == "${first:1}" ]] || fail "typing along changed the suggestion '$first' to '$(ask 'T_shown()')'"
passed "typing what is suggested keeps the rest"
send '\<Esc>'
wait_until 10 "leaving insert mode" 'T_shown() == "" && T_mode() == "n"'
[[ $(screen) != *"${first:1}"* ]] || fail "the suggestion is still on the screen"
passed "leaving insert mode removes the suggestion"

open blocks.py
original=$(ask 'T_text()')
send 'GA\<CR>def '
suggestion=$(suggested "a suggestion of several lines") || exit 1
[[ $suggestion == *$'\n'* ]] || fail "the suggestion has one line only: $suggestion"
passed "a suggestion of $(wc -l <<< "$suggestion") lines is on the screen"
before=$(ask 'T_text()')
send "$meta_right"
wait_until 10 "taking a word" 'T_line() =~ "^def ." && T_shown() != ""'
word=$(ask 'T_text()')
[[ $before$suggestion == "$word"* && ${#word} -lt $((${#before} + ${#suggestion})) ]] || fail "'$suggestion' taken by a word became '$word'"
passed "a word: '${word:${#before}}'"
left=$(suggested "what is left") || exit 1
send "$meta_down"
wait_until 10 "taking a line" "T_line() ==# $(quoted "def ${suggestion%%$'\n'*}") && T_shown() != ''"
line=$(ask 'T_text()')
[[ $line == "$word${left%%$'\n'*}" ]] || fail "'$left' taken by a line became '$line'"
passed "a line: '${line:${#word}}'"
left=$(wait_for 10 "the rest" 'T_shown()') || exit 1
send '\t'
wait_until 10 "taking the rest" 'T_shown() == "" && T_mode() == "i"'
[[ $(ask 'T_text()') == "$line$left" ]] || fail "'$left' taken whole became '$(ask 'T_text()')'"
passed "the rest: '$left'"
whole=$(ask 'T_text()')
send '\<Esc>:setlocal indentexpr=\<CR>:call append(\"$\", [\"\", \"\"])\<CR>G.'
wait_until 10 "repeating" 'line("$") > 15'
[[ $(ask 'T_text()') == "$whole"$'\n\n\n'"def $suggestion" ]] || fail "repeated it became: $(ask 'T_text()')"
passed "'.' repeats what was typed and taken"
send 'uuu'
wait_until 10 "undoing" 'line("$") == 10'
[[ $(ask 'T_text()') == "$original" ]] || fail "undone it became: $(ask 'T_text()')"
[[ $(ask 'string(prop_list(1, {"end_lnum": -1}))') == '[]' ]] || fail "undoing brought a suggestion back"
passed "one undo takes back an insertion with its suggestions"

send ':CoderLsp disable python\<CR>'
open names.py
quiet "after :CoderLsp disable python"
send '\<Esc>:CoderLsp enable python\<CR>:silent edit!\<CR>7GAprint(os.p'
suggested "after :CoderLsp enable" >/dev/null
send '\<Esc>:silent edit! | let b:coderlsp = v:false\<CR>'
quiet "where b:coderlsp is false"
send '\<Esc>:silent edit! | let b:coderlsp = v:true\<CR>7GAprint(os.p'
suggested "where b:coderlsp is true" >/dev/null
passed "off for a file type, and for a buffer"

send '\<Esc>:silent edit! | set readonly\<CR>'
quiet "in a read-only file"
send '\<Esc>:silent edit! | set noreadonly | new | set buftype=prompt filetype=python\<CR>iprint(os.p'
sleep 1
[[ -z $(ask 'T_shown()') && -z $(terminal 'T_behind()') ]] || fail "a suggestion in a prompt"
send '\<C-c>\<Esc>:bwipeout!\<CR>'
wait_until 10 "the file again" 'T_name() == "names.py"'
send ':silent edit!\<CR>7GAprint(os.p'
suggested "a suggestion before a popup" >/dev/null
send '\<C-x>\<C-n>'
wait_until 10 "the popup" 'pumvisible() && T_shown() == "" && !coderlsp#IsShown()'
sleep 1
[[ -z $(ask 'T_shown()') ]] || fail "a suggestion behind the popup"
send '\<C-e>'
suggested "a suggestion after the popup" >/dev/null
passed "no suggestions in read-only files, prompts, and beside a popup"

before=$(ask 'T_before()')
send "$meta_right"
wait_until 10 "taking a word only" "T_before() !=# $(quoted "$before")"
send '\<Esc>Oprint(os.p'
suggested "going on elsewhere" >/dev/null
stop
counted_in_part

# To a terminal that sends no more than characters, Alt and \ would be Ü.
names
terminal_type=screen start names.py
attached
send 'oÜÝÛ'
wait_until 10 "typing letters" 'T_line() =~ "^\\s*ÜÝÛ$"'
passed "no letter is a key of ours"
stop

# The server has the text in UTF-8 all the same.
printf 'import os\n\n\ndef main(name):\n    pass\n' | file latin.py
start latin.py 'set termencoding=utf-8 encoding=latin1'
attached
send '5GAä = \"größer\" + os.p'
suggestion=$(suggested "in another encoding") || exit 1
send '\t'
wait_until 10 "taking it" '!coderlsp#IsShown()'
send '\<Esc>:write ++enc=utf-8\<CR>'
wait_until 10 "writing" '!&modified'
[[ $(tail -n +5 "$outside/project/latin.py") == '    passä = "größer" + os.p'"$suggestion" ]] || fail "it became: $(cat "$outside/project/latin.py")"
passed "in another encoding, behind characters of several bytes: '$suggestion'"
stop
