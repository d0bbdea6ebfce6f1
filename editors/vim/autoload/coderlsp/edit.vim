vim9script
# Changes of code by the chat model: what can be done is asked of the server, what comes of it is shown as a diff, and nothing is
# changed before the user agrees.

import autoload './change.vim'
import autoload './documents.vim'
import autoload './position.vim'
import autoload './rpc.vim'
import autoload './server.vim'
import autoload './tell.vim'
import autoload './view.vim'

# Words for the ready instructions, as `:CoderLsp edit` takes them, with what their titles begin with.
export const ready: dict<string> = {
  simplify: 'Refactor: simplify',
  extract: 'Refactor: extract',
  rename: 'Refactor: rename',
  performance: 'Refactor: improve performance',
  errors: 'Refactor: add error handling',
  document: 'Document',
  translate: 'Translate comments',
  fix: 'Fix: ',
}

const outdated = 'the text has changed meanwhile, so that nothing was done. Ask again.'

# The change of the one document.
def EditsOf(action: any, uri: string): list<dict<any>>
  var edit = type(action) == v:t_dict ? get(action, 'edit', {}) : {}
  for one in get(edit, 'documentChanges', [])
    if has_key(one, 'textDocument') && one.textDocument.uri == uri
      return one.edits
    endif
  endfor
  return []
enddef

def Preview(window: number, bufnr: number, edits: list<dict<any>>)
  var tick = getbufvar(bufnr, 'changedtick')
  var blocks = change.Blocks(bufnr, edits)
  view.Footer(window, '<CR> or a accepts, q discards')
  view.Set(window, change.Diff(bufnr, blocks))
  setbufvar(window, '&filetype', 'diff')
  def Take()
    view.Close(window)
    if !bufloaded(bufnr) || getbufvar(bufnr, 'changedtick') != tick
      tell.Warn(outdated)
    else
      change.Apply(bufnr, blocks)
    endif
  enddef
  view.Map(window, '<CR>', Take)
  view.Map(window, 'a', Take)
enddef

def AskModel(bufnr: number, argument: dict<any>, title: string, command: string)
  if !server.NeededIn(bufnr)
    return
  endif
  documents.Sync(bufnr)
  var tick = getbufvar(bufnr, 'changedtick')
  var window = 0
  var Cancel = rpc.Request('codeAction/resolve', {title: title, data: extendnew(argument, {command: command})},
    (error, action) => {
      if !view.IsOpen(window)
        return
      endif
      var edits = EditsOf(action, argument.uri)
      if !empty(edits) && getbufvar(bufnr, 'changedtick') == tick
        Preview(window, bufnr, edits)
        return
      endif
      view.Close(window)
      # Why there is no change, the server has said by a message.
      if error != '' || !empty(edits)
        tell.Warn(error != '' ? error : outdated)
      endif
    },
    {report: (line) => view.Set(window, ['The model writes:', '', substitute(line, "\n", ' ', 'g')])})
  window = view.Open({title: title, footer: 'q ends it', filetype: 'text', lines: ['Asking the model…'], closed: () => Cancel()})
enddef

# Problems of the range, as far as Vim knows them: entries of the quickfix and the location list.
def Diagnostics(bufnr: number, range: dict<any>): list<dict<any>>
  var entries = getloclist(0) + getqflist()
  filter(entries, (_, entry) => entry.bufnr == bufnr && entry.lnum > range.start.line && entry.lnum <= range.end.line + 1)
  return mapnew(entries, (_, entry) => {
    return {range: position.Lines(bufnr, entry.lnum, entry.lnum), message: entry.text, severity: entry.type ==? 'w' ? 2 : 1}
  })
enddef

# Asks for the server's commands for a range, but for those that change nothing.
def Offers(bufnr: number, range: dict<any>, Then: func)
  documents.Sync(bufnr)
  rpc.Request('textDocument/codeAction', {
    textDocument: documents.Identifier(bufnr), range: range, context: {diagnostics: Diagnostics(bufnr, range)},
  }, (error, actions) => {
    if error != ''
      tell.Warn(error)
    else
      Then(filter(type(actions) == v:t_list ? actions : [],
        (_, action) => type(get(action, 'command', 0)) == v:t_dict && action.command.command != 'coderlsp.explain'))
    endif
  })
enddef

def Choose(bufnr: number, action: dict<any>)
  var command = action.command
  var argument: dict<any> = command.arguments[0]
  if command.command == 'coderlsp.tests'
    # A new file, which the server makes.
    tell.Info('the model writes tests…')
    rpc.Request('workspace/executeCommand', {command: command.command, arguments: command.arguments}, (error, _) => {
      if error != ''
        tell.Warn(error)
      endif
    })
  elseif command.command == 'coderlsp.edit' && get(argument, 'instruction', '') == ''
    var instruction = trim(input('Change the code so that: '))
    if instruction != ''
      AskModel(bufnr, extendnew(argument, {instruction: instruction}), $'Refactor: {instruction}', command.command)
    endif
  else
    AskModel(bufnr, argument, action.title, command.command)
  endif
enddef

def Menu(bufnr: number, actions: list<dict<any>>)
  popup_menu(mapnew(actions, (_, action) => action.title), {
    title: ' CoderLsp ',
    callback: (_, chosen) => chosen > 0 ? Choose(bufnr, actions[chosen - 1]) : 0,
  })
enddef

# Changes the code of a range. `what` is the word of a ready instruction, or what to do; without it there is a menu.
export def Start(bufnr: number, range: dict<any>, what: string)
  if !getbufvar(bufnr, '&modifiable')
    tell.Warn('this file cannot be changed.')
  elseif server.NeededIn(bufnr)
    Offers(bufnr, range, (actions) => Offered(bufnr, actions, what))
  endif
enddef

def Offered(bufnr: number, actions: list<dict<any>>, what: string)
  if empty(actions)
    tell.Warn('there is nothing to change here: select code, or put the cursor into a function.')
    return
  elseif what == ''
    Menu(bufnr, actions)
    return
  endif
  var title = get(ready, what, 'Refactor with instruction')
  for action in actions
    if stridx(action.title, title) == 0
      if !has_key(ready, what)
        action.command.arguments[0].instruction = what
        action.title = $'Refactor: {what}'
      endif
      Choose(bufnr, action)
      return
    endif
  endfor
  tell.Warn($"'{what}' is not possible here.")
enddef

# Generates tests for the code of a range, in a new file.
export def Tests(bufnr: number, range: dict<any>)
  if !server.NeededIn(bufnr)
    return
  endif
  Offers(bufnr, range, (actions) => {
    for action in actions
      if action.command.command == 'coderlsp.tests'
        Choose(bufnr, action)
        return
      endif
    endfor
    tell.Warn('there is nothing to test here: select code, or put the cursor into a function.')
  })
enddef
