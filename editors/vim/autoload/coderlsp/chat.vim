vim9script
# A conversation with the chat model, in a window beside the code.

import autoload './documents.vim'
import autoload './rpc.vim'
import autoload './server.vim'
import autoload './tell.vim'
import autoload './view.vim'

var chat = 0 # the buffer's number
var messages: list<dict<string>> = []
var context: list<dict<any>> = []
var answering = false
var written = '' # of the answer that is being written
var Cancel: func = () => false

def Append(text: string)
  if !bufloaded(chat)
    return
  endif
  var last = getbufinfo(chat)[0].linecount
  view.Append(chat, text)
  for window in win_findbuf(chat)
    # Who scrolled up reads there on.
    if line('.', window) >= last
      win_execute(window, 'call cursor("$", 1)')
    endif
  endfor
enddef

def Stop()
  if answering
    answering = false
    Cancel()
    # The next question finds what was answered, or no question without an answer.
    if written != ''
      add(messages, {role: 'assistant', content: written})
    else
      remove(messages, -1)
    endif
    Append("\n\n*(ended)*\n\n")
  endif
enddef

# Asks something.
def Send(question: string)
  if !server.Needed()
    return
  elseif answering
    tell.Info('an answer is being written; x ends it.')
    return
  endif
  documents.SyncAll()
  add(messages, {role: 'user', content: question})
  Append($"## You\n\n{question}\n\n## CoderLsp\n\n")
  written = ''
  answering = true
  Cancel = rpc.Request('coderlsp/chat', extend({messages: messages}, empty(context) ? {} : {context: context}), (error, result) => {
    answering = false
    if error != ''
      remove(messages, -1)
      Append($"**{error}**\n\n")
    else
      add(messages, {role: 'assistant', content: result.message.content})
      Append((written != '' ? '' : result.message.content) .. (result.stopReason == 'length' ? ' … *(cut off)*' : '') .. "\n\n")
    endif
  }, {piece: (text) => {
    written ..= text
    Append(text)
  }})
enddef

export def Ask()
  var question = trim(input('Ask: '))
  if question != ''
    Send(question)
  endif
enddef

export def Key(key: string)
  if key == 'ask'
    Ask()
  elseif key == 'stop'
    Stop()
  else
    Stop()
    messages = []
    context = []
    view.Set(chat, [])
  endif
enddef

def Open()
  var window = bufwinid(chat)
  if chat > 0 && window > 0
    win_gotoid(window)
    return
  endif
  if chat > 0 && bufloaded(chat)
    execute $'botright vertical sbuffer {chat}'
  else
    botright vertical new
    chat = bufnr()
    setlocal buftype=nofile bufhidden=hide noswapfile nobuflisted nomodifiable filetype=markdown
    silent file coderlsp://chat
    # Not <C-c> alone: while text comes in, Vim takes it for an interruption of its own, and for no key.
    for [key, name] in [['<CR>', 'ask'], ['i', 'ask'], ['x', 'stop'], ['<C-c>', 'stop'], ['C', 'clear']]
      execute $'nnoremap <buffer> <nowait> <silent> {key} <Cmd>call coderlsp#chat#Key("{name}")<CR>'
    endfor
    nnoremap <buffer> <nowait> <silent> q <Cmd>silent! close<CR>
  endif
  setlocal wrap linebreak nonumber norelativenumber signcolumn=no
  &l:statusline = ' CoderLsp chat: <CR> asks, x ends an answer, C starts anew, q closes '
enddef

# Opens the conversation. `about` is code that the following questions are about, or empty; without a question the user types one.
export def Start(about: dict<any>, question: string)
  if !empty(about)
    context = [about]
  endif
  Open()
  if question != ''
    Send(question)
  elseif empty(messages)
    Ask()
  endif
enddef
