vim9script
# A conversation with the chat model, in a window beside the code.

import autoload './documents.vim'
import autoload './place.vim'
import autoload './rpc.vim'
import autoload './server.vim'
import autoload './tell.vim'
import autoload './view.vim'

var chat = 0 # the buffer's number
var messages: list<dict<string>> = []
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
  var code: dict<any> = place.IsEmpty() ? {} : place.Now()
  if !place.IsEmpty() && empty(code)
    place.Forget()
    Append("*(the lines that this is about were deleted)*\n\n")
  endif
  Append($"## You\n\n{question}\n\n## CoderLsp\n\n")
  written = ''
  answering = true
  Cancel = rpc.Request('coderlsp/chat', extend({messages: messages}, empty(code) ? {} : {context: [code]}), (error, result) => {
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
    place.Forget()
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

# Opens the conversation. Without a question the user types one.
export def Start(question: string)
  Open()
  if question != ''
    Send(question)
  elseif empty(messages)
    Ask()
  endif
enddef

# The same about lines of a buffer.
export def StartAbout(bufnr: number, first: number, last: number, question: string)
  place.Follow(bufnr, first, last)
  Start(question)
enddef
