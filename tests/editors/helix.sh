#!/bin/bash
# Tries editors/helix/languages.toml and a published server in the real Helix, at a terminal: suggestions in the completion menu, also
# beside another server, are taken, refused and asked for; code actions with a real model explain and change; a server that is killed,
# and one that is missing. Each check prints "passed: …".
# usage: tests/editors/helix.sh PUBLISHED_FOLDER
# Needs root and the shared test data (CODERLSP_SHARED, else ../shared), whose peers/sid-root makes a Debian with Helix.
set -euo pipefail
. "$(dirname "$0")/root.sh"
. "$repository/tests/editors/terminal.sh"
stop() { close_terminal; }
say_more() {
  screen
  tail -n 40 "$outside/home/.cache/helix/helix.log"
}
configuration=$outside/home/.config/helix/languages.toml
mkdir -p "$(dirname "$configuration")"

# configure CONFIG [SED]: the file of the repository with the server's settings in the place of the commented ones.
configure() { sed "s|^# config = .*|config = $1|; ${2:-}" "$repository/editors/helix/languages.toml" > "$configuration"; }
log=$outside/home/.cache/helix/helix.log
# helix FILE:LINE: Helix on a file, when the server is there: before, Helix asks nobody while one types.
helix() {
  rm -f "$log"
  terminal "hx $1"
  sees 30 "the start of the editor" "NOR   ${1%:*}"
  ready 1
}
# ready TIMES: waits until a server has said so often that its model is there.
ready() {
  for ((i = 0; i < 300; i++)); do [[ $(grep -c 'The model is ready' "$log" 2>/dev/null) -lt $1 ]] || return 0; sleep 0.1; done
  fail "no server was ready within 30 seconds"
}
# saved NAME WHAT TEXT: saves, and compares the whole file.
saved() {
  keys $'\e' $':w!\r'
  becomes "$@"
}

configure '{ }'
health=$(in_root hx --health python)
[[ $health == *coderlsp:*"$inside/server/coderlsp"* ]] || fail "hx --health says: $health"
passed "hx --health finds the server"

names
suggestion="name not in os.listdir('.'):"
taken=$(sed "7s/.*/        if $suggestion/" "$outside/project/names.py")
typed=$(sed "7s/.*/        if na/" "$outside/project/names.py")
helix names.py:7
keys 'Aif na'
sees 30 "a suggestion" "$suggestion snippet"
passed "a suggestion in the menu: '$suggestion'"
keys $'\t'
sees 10 "choosing it" "CoderLsp suggestion (seedling)"
keys $'\r'
saved names.py "taking the suggestion" "$taken"
passed "taken: the file has exactly that"

names
keys $':reload\r' '7GAif na'
sees 30 "a suggestion to refuse" "$suggestion snippet"
saved names.py "refusing the suggestion" "$typed"
passed "refused with Escape: nothing is inserted"

names
keys $':reload\r' '7GAprint("größer 😀", os.p'
sees 30 "a suggestion behind characters of several bytes" "path.join"
keys $'\t'
sees 10 "choosing it" "CoderLsp suggestion (seedling)"
keys $'\r' $'\e' $':w!\r'
sees 10 "saving" "written"
line=$(sed -n 7p "$outside/project/names.py")
[[ $line == '        print("größer 😀", os.path.join('*')' ]] || fail "behind characters of several bytes the line became '$line'"
passed "behind characters of several bytes: '$line'"

close_terminal

configure '{ inline = { minConfidence = 0.99 } }' "s/\"ty\", \"ruff\", \"jedi\", \"pylsp\"/\"other\"/; \$a [language-server.other]\ncommand = \"nvim\"\nargs = [\"-l\", \"$inside/other-server.lua\"]"
cp "$repository/tests/editors/helix/other-server.lua" "$outside"
names
helix names.py:7
keys 'Aif na'
sees 30 "the other server's entry" "name_of_another_server function"
[[ $(screen) != *"$suggestion"* ]] || fail "a suggestion that is less certain than wanted is in the menu"
keys $'\x03'
misses 10 "closing the menu" "name_of_another_server"
keys $'\x18'
sees 30 "asking for it" "$suggestion"
sees 10 "the other server's entry beside it" "name_of_another_server"
passed "withheld as the settings say, and there when it is asked for, beside the entry of another server"
close_terminal

# The rows of text: the last two are Helix's own.
rows() { screen | head -n 30; }

# act UP [KEYS]: chooses the action that is so many entries above the first one of the menu, and types on at once.
act() {
  local i
  keys ' a'
  sees 10 "the menu of actions" 'Generate tests'
  for ((i = 0; i < $1; i++)); do keys $'\x10'; done
  keys $'\r'"${2:-}"
  misses 10 "closing the menu" 'Generate tests'
}
explain=2 document=4

area
before=$(<"$outside/project/area.py")
configure '{ }'
helix area.py:2
act $explain
sees 30 "the sentence about the missing chat model" "There is no model for actions and chat"
passed "without a chat model an action says how to get one"
close_terminal

configure "{ chatModel = \"$chat_model\", chat = { maxTokens = 120, temperature = 0 } }"
helix area.py:2
act $explain
keys 'll'
sees 5 "moving the cursor while the model writes" '2:3'
misses 90 "an explanation in a document of its own" 'Fläche berechnen'
[[ $(rows) == *area* ]] || fail "the explanation is not about the code"
passed "the editor stays awake, and an explanation comes as a document: $(screen | sed -n '1s/^ *1 *//p' | cut -c 1-60)…"
keys $':buffer-close\r'
sees 10 "closing the explanation" 'Fläche berechnen'

act $document
keys 'j'
sees 5 "moving the cursor while the model writes" '3:'
sees 90 "the change" '[+]'
keys $':w\r'
sees 10 "saving" 'written'
after=$(<"$outside/project/area.py")
[[ $after == *'"""'* && $after == 'def area(w, h):'*'return w * h' ]] || fail "documenting it made: $after"
passed "a change, of the function around the cursor: $(sed -n 3p <<< "$after")"
keys 'u'
saved area.py "undoing" "$before"
passed "one undo takes it back"

act $document 'ggO# typed meanwhile'
keys $'\e'
sees 90 "the sentence about a document that has changed" "has changed"
saved area.py "changing the document meanwhile" "# typed meanwhile"$'\n'"$before"
passed "a document that changes meanwhile is left alone, and the user is told"

pkill_server() { kill -KILL "$(pgrep -f "^$inside/server/coderlsp --stdio")"; }
pkill_server
sees 10 "the message" "Language server exited: coderlsp"
passed "a server that is killed: $(screen | tail -n 1)"
names
keys $':open names.py\r' $':lsp-restart\r'
ready 2
keys '7GAif na'
sees 30 "a suggestion after the restart" "$suggestion snippet"
passed "and :lsp-restart starts it again"
close_terminal

crashing_server
path=$inside/bin:/usr/bin:/bin terminal "hx names.py"
sees 30 "the message about a server that ends at once" "Language server exited: coderlsp"
sleep 2
[[ $(wc -l < "$outside/home/starts") == 1 ]] || fail "a server that ends at once was started $(wc -l < "$outside/home/starts") times"
passed "a server that ends at once is started once: $(screen | tail -n 1)"
close_terminal

names
hanging_server
path=$inside/bin:/usr/bin:/bin terminal "hx names.py:7"
for ((i = 0; i < 300; i++)); do [[ ! -e $outside/home/pid ]] || break; sleep 0.1; done
keys 'Aif na'
saved names.py "typing beside a server that does not answer" "$typed"
mended_server
keys $':lsp-restart\r'
ready 1
close_terminal
gone "after Helix"
passed "a server that does not answer does not keep from editing, and :lsp-restart starts another"

rm "$outside/bin/coderlsp" "$log"
names
path=$inside/bin:/usr/bin:/bin terminal "hx names.py:7"
sees 30 "the start of the editor" "NOR   names.py"
keys 'Aif na'
saved names.py "typing without a server" "$typed"
[[ $(path=/usr/bin:/bin in_root hx --health python) == *"'coderlsp' not found in \$PATH"* ]] || fail "hx --health does not say that the server is missing"
passed "without the executable Helix edits as ever, and hx --health says: 'coderlsp' not found in \$PATH"
