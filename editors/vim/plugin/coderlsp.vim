if !has('vim9script') || v:version < 901 || !has('job') || !has('textprop') || !has('timers')
  if !exists('g:loaded_coderlsp')
    let g:loaded_coderlsp = 1
    echohl ErrorMsg | echomsg 'CoderLsp needs Vim 9.1 or later, with +job, +textprop and +timers.' | echohl None
  endif
  finish
endif
vim9script

if exists('g:loaded_coderlsp')
  finish
endif
g:loaded_coderlsp = 1

import autoload 'coderlsp/command.vim'
import autoload 'coderlsp/inline.vim'
import autoload 'coderlsp/server.vim'

command -nargs=* -range -complete=customlist,command.Complete CoderLsp command.Run(<q-args>, <range>, <line1>, <line2>)

for name in ['explain', 'edit', 'tests', 'chat']
  for mode in ['n', 'x']
    execute $'{mode}noremap <silent> <Plug>(coderlsp-{name}) :CoderLsp {name}<CR>'
  endfor
endfor

def Highlight()
  if str2nr(&t_Co) >= 256 || &termguicolors || has('gui_running')
    highlight default CoderLspSuggestion ctermfg=244 guifg=#808080
  else
    highlight default link CoderLspSuggestion NonText
  endif
  highlight default link CoderLspCount MoreMsg
enddef
Highlight()

augroup coderlsp
  autocmd!
  autocmd ColorScheme * Highlight()
  autocmd VimEnter * server.Begin()
augroup END

# Loaded later than at the start, for example by :packadd.
if v:vim_did_enter
  server.Begin()
endif
