# Suggestions: without the plugin, by Neovim's inline completion, by our own virtual text.

names
sed -n '/^-- coderlsp, without the plugin/,/^```/{/^```/!p}' "$repository/editors/neovim/README.md" > "$outside/home/readme.lua"
[[ -s $outside/home/readme.lua ]] || fail "the README has lost its lines for users without the plugin"
if [[ $(in_root nvim --headless --clean +'lua io.write(vim.lsp.inline_completion and "yes" or "no")' +q) == yes ]]; then
  engines="native ghost"
  without_plugin=1 start names.py "dofile [[$inside/home/readme.lua]]"
  attached
  try "without the plugin, by the README's lines" 7 'print(os.p'
  stop
else
  engines=ghost
fi

# taken_in_parts ENGINE: a word, then a line of what is left, then everything.
taken_in_parts() {
  open blocks.py
  send '<Esc>GA<CR>def '
  local suggestion before word
  suggestion=$(suggested "$1: a suggestion of several lines") || exit 1
  [[ $suggestion == *$'\n'* ]] || fail "$1: the suggestion has one line only: $suggestion"
  passed "$1: a suggestion of $(wc -l <<< "$suggestion") lines is on the screen"

  before=$(lua 'T.text()')
  send '<M-Right>'
  wait_until 10 "$1: taking a word" "T.text() ~= [==[$before]==]"
  word=$(lua 'T.text()')
  [[ $before$suggestion == "$word"* && ${#word} -lt $((${#before} + ${#suggestion})) ]] || fail "$1: '$suggestion' taken by a word became '$word'"
  passed "$1: a word: '${word:${#before}}'"

  local left line
  left=$(suggested "$1: what is left") || exit 1
  send '<M-Down>'
  wait_until 10 "$1: taking a line" "T.text() ~= [==[$word]==]"
  line=$(lua 'T.text()')
  [[ $line == "$word${left%%$'\n'*}" ]] || fail "$1: '$left' taken by a line became '$line'"
  passed "$1: a line: '${line:${#word}}'"

  left=$(suggested "$1: the rest") || exit 1
  send '<Tab>'
  wait_until 10 "$1: taking the rest" "T.text() ~= [==[$line]==]"
  [[ $(lua 'T.text()') == "$line$left" ]] || fail "$1: '$left' taken whole became '$(lua 'T.text()')'"
  passed "$1: the rest: '$left'"

  send '<Esc>'
  wait_until 10 "$1: leaving insert mode" 'T.mode() == [[n]]'
  lua 'T.run("why")' >/dev/null
  wait_until 10 "$1: why" 'T.float():find([[# Why this suggestion]], 1, true) and T.float():find([[| typed |]], 1, true)'
  send 'q'
  wait_until 10 "$1: closing the window" 'T.name() == [[blocks.py]]'
  passed "$1: :CoderLsp why shows what the suggestion was made of"
  send ':silent edit!<CR>'
}

for engine in $engines; do
  names
  blocks
  start names.py "
    vim.keymap.set([[i]], [[<Tab>]], [[tab]])
    require([[coderlsp]]).setup({ inline = { engine = [[$engine]] }, settings = { inline = { multiline = [[always]], minConfidence = 0 } } })"
  attached
  [[ $(lua 'require([[coderlsp.inline]]).engine()') == "$engine" ]] || fail "the engine is not $engine"
  try "$engine: at the end of a line" 7 'print(os.p'
  try "$engine: behind characters of several bytes" 7 '<CR>print("größer 😀", os.p'

  send '<Esc>:silent edit!<CR>ggO<Tab>'
  wait_until 10 "$engine: the user's own mapping" 'T.line() == [[tab]]'
  passed "$engine: a key does what it did before where no suggestion is shown"

  send '<Esc>:silent edit!<CR>7GAprint(os.p'
  suggested "$engine: a suggestion to remove" >/dev/null || exit 1
  send '<C-]>'
  wait_until 10 "$engine: removing it" 'T.shown() == [[]]'
  [[ $(lua 'T.mode() .. T.line()') == 'i        print(os.p' ]] || fail "$engine: removing the suggestion did something else"
  passed "$engine: removed"

  send '<M-Bslash>'
  suggested "$engine: a suggestion that was asked for" >/dev/null || exit 1
  first=$(lua 'T.shown()')
  send '<M-]>'
  wait_until 60 "$engine: another suggestion" "T.shown() ~= [==[$first]==] and T.shown() ~= [[]]"
  second=$(lua 'T.shown()')
  count=$(lua 'T.count()')
  [[ $count == '(2/'* ]] || fail "$engine: the count is '$count'"
  send '<M-[>'
  wait_until 10 "$engine: the one before" "T.shown() == [==[$first]==]"
  passed "$engine: asked for; next and previous $count: '$first', '$second'"

  before=$(lua 'T.line()')
  send "${first:0:1}"
  wait_until 10 "$engine: typing along" "T.line() == [==[$before${first:0:1}]==] and T.shown() == [==[${first:1}]==]"
  passed "$engine: typing what is suggested keeps the rest"
  send '<Esc>'
  wait_until 10 "$engine: leaving insert mode" 'T.shown() == [[]]'

  taken_in_parts "$engine"
  send ':CoderLsp disable python<CR>'
  open names.py
  send '7GAprint(os.p'
  sleep 2
  [[ -z $(lua 'T.shown()') ]] || fail "$engine: a suggestion in spite of :CoderLsp disable python"
  send '<Esc>:CoderLsp enable python<CR>:silent edit!<CR>7GAprint(os.p'
  suggested "$engine: after :CoderLsp enable" >/dev/null || exit 1
  passed "$engine: disabled for a file type, and enabled"
  before=$(lua 'T.text()')
  send '<M-Right>'
  wait_until 10 "$engine: taking a word only" "T.text() ~= [==[$before]==]"
  send '<Esc>Oprint(os.p'
  suggested "$engine: going on elsewhere" >/dev/null || exit 1
  stop
done
counted_in_part
