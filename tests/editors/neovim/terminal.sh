# In a real terminal, as a user has it: typed, seen on the screen, taken.

names
suggestion="name not in os.listdir('.'):"
taken=$(sed "7s/.*/        if $suggestion/" "$outside/project/names.py")
taken_word=$(sed '7s/.*/        if name/' "$outside/project/names.py")
echo "vim.o.statusline = [[%{%v:lua.require'coderlsp'.status()%}]]" > "$outside/home/init.lua"
terminal "nvim --cmd 'set runtimepath^=$inside/plugin' -u $inside/home/init.lua names.py"
sees 30 "the model in the status line" seedling
keys '7GAif na'
sees 30 "ghost text" "if $suggestion"
keys $'\e[1;3C'
sees 10 "the rest behind a word" "if $suggestion"
keys $'\e' $':w\r'
becomes names.py "taking a word" "$taken_word"
keys '7GA '
sees 30 "ghost text behind the word" "if $suggestion"
keys $'\t' $'\e' $':w\r'
becomes names.py "taking the rest" "$taken"
passed "in a terminal: '$suggestion', by Alt-Right a word of it, by Tab the rest"
close_terminal
