vim9script
# Suggestions while typing: when they are asked for, and how they are shown (virtual text of text properties).

import autoload './config.vim'
import autoload './documents.vim'
import autoload './keys.vim'
import autoload './position.vim'
import autoload './rpc.vim'
import autoload './server.vim'

# There is one cursor, so that there is one of each of these. A suggestion is {bufnr, lnum, col, text, before, item}: the item's
# `text` belongs behind byte `col` of its line; `before` bytes of the item were taken already and are not in `text`.
var suggestions: list<dict<any>> = []
var current = 0
var shown: dict<any> = {} # where something is drawn: {bufnr, lnum}
var seen: list<number> = [] # the buffer, its tick and the cursor, when these were looked at last
var timer = 0
var Cancel: func = () => false

export def Attach(bufnr: number)
  for type in ['CoderLspSuggestion', 'CoderLspCount']
    if empty(prop_type_get(type))
      prop_type_add(type, {highlight: type, override: true})
    endif
  endfor
  Detach(bufnr)
  augroup coderlsp_inline
    execute $'autocmd InsertEnter <buffer={bufnr}> Entered()'
    execute $'autocmd TextChangedI,CursorMovedI,TextChangedP,CompleteDone <buffer={bufnr}> Update()'
    execute $'autocmd InsertLeave,BufLeave <buffer={bufnr}> Dismiss()'
    # Undoing brings lines back as they were saved, maybe with what was shown in them.
    execute $'autocmd TextChanged <buffer={bufnr}> Clean({bufnr})'
  augroup END
enddef

export def Detach(bufnr: number)
  augroup coderlsp_inline
    execute $'autocmd! * <buffer={bufnr}>'
  augroup END
  Dismiss()
enddef

def Clean(bufnr: number)
  prop_remove({types: ['CoderLspSuggestion', 'CoderLspCount'], bufnr: bufnr, all: true})
enddef

def Entered()
  keys.Ensure()
  seen = []
  Update()
enddef

def Update()
  var now = [bufnr(), b:changedtick, line('.'), col('.'), pumvisible()]
  if now == seen
    return
  endif
  seen = now
  # Who types what is suggested keeps it.
  if Show()
    return
  endif
  Dismiss()
  if CanShow() && server.Reason(bufnr()) == ''
    timer = timer_start(config.options.inline.debounce, (_) => Ask(2, 0))
  endif
enddef

# Not in a completion popup, nor while something else is being typed.
def CanShow(): bool
  return mode(1) ==# 'i' && !pumvisible()
enddef

def Hide()
  if !empty(shown) && bufloaded(shown.bufnr)
    # The line may be gone meanwhile.
    var last = getbufinfo(shown.bufnr)[0].linecount
    for lnum in range(max([1, shown.lnum - 1]), min([last, shown.lnum + 1]))
      prop_remove({types: ['CoderLspSuggestion', 'CoderLspCount'], bufnr: shown.bufnr, all: true}, lnum)
    endfor
  endif
  shown = {}
enddef

# Removes the suggestion, and ends what was asked for.
export def Dismiss()
  timer_stop(timer)
  Cancel()
  Hide()
  suggestions = []
  current = 0
enddef

export def IsShown(): bool
  return !empty(shown)
enddef

# What is not typed yet of a suggestion, and how many bytes of it stand before the cursor; [] when another way was taken.
def Rest(suggestion: dict<any>): list<any>
  var byte = col('.') - 1
  if bufnr() != suggestion.bufnr || line('.') != suggestion.lnum || byte < suggestion.col
    return []
  endif
  var typed = strpart(getline('.'), suggestion.col, byte - suggestion.col)
  var rest = strpart(suggestion.text, len(typed))
  return rest != '' && stridx(suggestion.text, typed) == 0 ? [rest, len(typed)] : []
enddef

# Shows what is left of the current suggestion behind the cursor, with which of how many it is, if wanted.
def Show(counted = false): bool
  Hide()
  if current >= len(suggestions) || !CanShow()
    return false
  endif
  var rest = Rest(suggestions[current])
  if empty(rest)
    return false
  endif
  # A tab would be shown as ^I.
  var lines = rest[0]->substitute('\t', repeat(' ', &tabstop), 'g')->split("\n", true)
  shown = {bufnr: bufnr(), lnum: line('.')}
  if lines[0] != ''
    prop_add(line('.'), col('.'), {type: 'CoderLspSuggestion', text: lines[0]})
  endif
  if counted
    prop_add(line('.'), 0, {type: 'CoderLspCount', text: $'({current + 1}/{len(suggestions)})', text_align: 'after', text_padding_left: 1})
  endif
  for line in lines[1 :]
    prop_add(line('.'), 0, {type: 'CoderLspSuggestion', text: line == '' ? ' ' : line, text_align: 'below'})
  endfor
  return true
enddef

# Asks for suggestions, and shows the one so many behind the first. `kind` is 1 when the user asks, 2 when they come by themselves.
def Ask(kind: number, further: number)
  timer_stop(timer)
  Cancel()
  var bufnr = bufnr()
  if !CanShow() || server.Reason(bufnr) != ''
    return
  endif
  documents.Sync(bufnr)
  var asked = [bufnr, b:changedtick, line('.'), col('.')]
  Cancel = rpc.Request('textDocument/inlineCompletion', {
    textDocument: documents.Identifier(bufnr),
    position: position.At(bufnr, line('.'), col('.') - 1),
    context: {triggerKind: kind},
  }, (error, result) => {
    if error == '' && CanShow() && asked == [bufnr(), b:changedtick, line('.'), col('.')]
      Answered(result, kind, further)
    endif
  })
enddef

def Answered(result: any, kind: number, further: number)
  Hide()
  suggestions = type(result) == v:t_dict ? Suggestions(get(result, 'items', [])) : []
  current = empty(suggestions) ? 0 : further % len(suggestions)
  if Show(kind == 1 && len(suggestions) > 1)
    rpc.Notify('textDocument/didShowCompletion', {item: suggestions[current].item})
  else
    Dismiss()
  endif
enddef

def Suggestions(items: list<dict<any>>): list<dict<any>>
  var text = getline('.')
  var found: list<dict<any>> = []
  for item in items
    var [first, last] = has_key(item, 'range') ? [item.range.start, item.range.end] : [{}, {}]
    var start = empty(first) ? col('.') - 1 : position.Byte(text, first.character)
    # Without a popup, nothing behind the cursor is to be replaced.
    if !empty(first) && (first.line != line('.') - 1 || position.Byte(text, last.character) > col('.') - 1)
      continue
    endif
    var inserted = substitute(item.insertText, '\n\+$', '', '')
    add(found, {bufnr: bufnr(), lnum: line('.'), col: start, text: inserted, before: 0, item: item})
  endfor
  return found
enddef

# Asks for suggestions now.
export def Request()
  Ask(1, 0)
enddef

# Shows the next suggestion, or with -1 the one before; asks for others where there is but one.
export def Move(count: number)
  if len(suggestions) < 2
    Ask(1, count)
    return
  endif
  current = (current + count) % len(suggestions)
  current += current < 0 ? len(suggestions) : 0
  if Show(true)
    rpc.Notify('textDocument/didShowCompletion', {item: suggestions[current].item})
  endif
enddef

# The beginning of a text: a word with the white space before it, or a line with the line ends before it.
def Part(text: string, part: string): string
  var found = part == 'word' ? matchstr(text, '^\_s*\%(\k\+\|\%(\k\@!\S\)\+\)')
    : part == 'line' ? matchstr(text, '^\n*[^\n]*') : text
  return found == '' ? text : found
enddef

# Takes the suggestion or a part of it. False when there is none.
export def Accept(part: string): bool
  var rest = IsShown() ? Rest(suggestions[current]) : []
  if empty(rest)
    return false
  endif
  var suggestion = suggestions[current]
  var taken = Part(rest[0], part)
  var line = line('.')
  var byte = col('.') - 1
  Dismiss()
  Insert(taken)
  if taken == rest[0]
    if type(get(suggestion.item, 'command', v:null)) == v:t_dict
      var command = suggestion.item.command
      rpc.Request('workspace/executeCommand', {command: command.command, arguments: command.arguments}, (_, _) => 0)
    endif
    return true
  endif
  var accepted = suggestion.before + rest[1] + len(taken)
  rpc.Notify('textDocument/didPartiallyAcceptCompletion', {
    item: suggestion.item, acceptedLength: strutf16len(strpart(suggestion.item.insertText, 0, accepted)),
  })
  # What is left is shown when the text has come.
  var feeds = count(taken, "\n")
  suggestions = [extendnew(suggestion, {
    lnum: line + feeds, col: feeds == 0 ? byte + len(taken) : len(matchstr(taken, '[^\n]*$')),
    text: strpart(rest[0], len(taken)), before: accepted,
  })]
  return true
enddef

# As if typed, so that it belongs to the insertion: to its one undo and to `.`. Nothing is to be added to it, neither indents nor
# line breaks; `0 CTRL-D` removes the indents when `.` types it again.
def Insert(text: string)
  var typed = text->substitute('[[:cntrl:]]', (m) => m[0] == "\n" ? "\<CR>0\<C-D>" : "\<C-V>" .. m[0], 'g')
  feedkeys(&paste ? typed : "\<Cmd>set paste\<CR>" .. typed .. "\<Cmd>set nopaste\<CR>", 'ni')
enddef
