vim9script
# The server: one for the whole editor, started when a file wants it, started again when it ends by accident.

import autoload './change.vim'
import autoload './config.vim'
import autoload './documents.vim'
import autoload './inline.vim'
import autoload './log.vim'
import autoload './position.vim'
import autoload './rpc.vim'
import autoload './status.vim'
import autoload './tell.vim'
import autoload './view.vim'

# Milliseconds before the server is started again after it ended by accident for the first, second, third time.
const pauses = [500, 2000, 8000]
# A server that has lived so many seconds does not crash in a loop.
const healthy = 120
# So many seconds the server may take to answer for the first time.
export var longest_start = 60

var begun = false
var accidents = 0 # since it was healthy
var told_restart = false
var started = 0 # the time
var ready = false # It has answered `initialize`.
var limit = 0 # the timer that does not wait longer for that
var folders: list<string> = [] # of projects that it knows

# Why the server is not started any more; empty while it is.
export var failure = ''

# Attaches to what is open and what will be.
export def Begin()
  if begun
    return
  endif
  begun = true
  Load()
  augroup coderlsp
    autocmd FileType,BufReadPost,BufFilePost * Attach(str2nr(expand('<abuf>')))
    autocmd BufUnload,BufFilePre * Detach(str2nr(expand('<abuf>')))
    autocmd BufWritePost * documents.Saved(str2nr(expand('<abuf>')))
    autocmd VimLeavePre * rpc.Leave()
  augroup END
  AttachAll()
enddef

def Load()
  var wrong = config.Load()
  if !empty(wrong)
    tell.Warn(join(wrong, '; ') .. '. See :help coderlsp-options.')
  endif
enddef

# Why suggestions do not come in a buffer; empty when they do.
export def Reason(bufnr: number): string
  if failure != ''
    return failure
  elseif getbufvar(bufnr, '&buftype') != ''
    return 'this is no file'
  elseif getbufvar(bufnr, '&readonly') || !getbufvar(bufnr, '&modifiable')
    return 'the file is read-only'
  elseif getbufvar(bufnr, '&filetype') == ''
    return 'the file has no type'
  elseif !config.Wants(getbufvar(bufnr, '&filetype'))
    return $"the option 'filetypes' leaves {getbufvar(bufnr, '&filetype')} out"
  elseif !getbufvar(bufnr, 'coderlsp', true)
    return 'b:coderlsp is false'
  elseif !documents.IsOpen(bufnr)
    return 'the server does not have this file'
  endif
  return ''
enddef

def IsFor(bufnr: number): bool
  return bufloaded(bufnr) && getbufvar(bufnr, '&buftype') == '' && getbufvar(bufnr, '&filetype') != ''
    && config.Wants(getbufvar(bufnr, '&filetype'))
enddef

# Gives a buffer that the server is for to it, and starts it if need be.
def Attach(bufnr: number)
  if documents.IsOpen(bufnr) && !documents.IsAs(bufnr, getbufvar(bufnr, '&filetype'))
    Detach(bufnr)
  endif
  documents.Replaced(bufnr)
  if failure != '' || documents.IsOpen(bufnr) || !IsFor(bufnr)
    return
  endif
  if !rpc.IsRunning()
    Start(bufnr)
  elseif ready
    AddFolder(bufnr)
    documents.Open(bufnr)
    inline.Attach(bufnr)
  endif
enddef

def Detach(bufnr: number)
  if documents.IsOpen(bufnr)
    inline.Detach(bufnr)
    documents.Close(bufnr)
  endif
enddef

def AttachAll()
  for buffer in getbufinfo({bufloaded: 1})
    Attach(buffer.bufnr)
  endfor
enddef

# The folder of the project that a buffer is of; empty when none of the markers is found.
def Root(bufnr: number): string
  var name = bufname(bufnr)
  var folder = name == '' ? getcwd() : fnamemodify(name, ':p:h')
  while true
    for marker in config.options.root_markers
      var path = $'{folder}/{marker}'
      if isdirectory(path) || filereadable(path)
        return folder
      endif
    endfor
    var parent = fnamemodify(folder, ':h')
    if parent == folder
      return ''
    endif
    folder = parent
  endwhile
  return ''
enddef

def Folder(root: string): dict<string>
  return {uri: position.UriOfPath(root), name: root}
enddef

def AddFolder(bufnr: number)
  var root = Root(bufnr)
  if root != '' && index(folders, root) < 0
    add(folders, root)
    rpc.Notify('workspace/didChangeWorkspaceFolders', {event: {added: [Folder(root)], removed: []}})
  endif
enddef

def Start(bufnr: number)
  var cmd = config.options.cmd
  if !executable(cmd[0])
    GiveUp($"there is no executable '{cmd[0]}'. Put it on the PATH, or name it by the option 'cmd'; then :CoderLsp restart.")
    return
  endif
  var root = Root(bufnr)
  folders = root == '' ? [] : [root]
  ready = false
  started = localtime()
  status.Set({state: 'starting'})
  try
    rpc.Start(cmd, {notification: Told, request: Asked, log: log.Add, end: Ended})
  catch
    GiveUp($'{cmd[0]} cannot be started: {v:exception}. :CoderLsp restart tries again.')
    return
  endtry
  rpc.Request('initialize', {
    processId: getpid(),
    clientInfo: {name: 'Vim', version: printf('%d.%d', v:version / 100, v:version % 100)},
    rootUri: root == '' ? v:null : position.UriOfPath(root),
    workspaceFolders: mapnew(folders, (_, folder) => Folder(folder)),
    capabilities: Capabilities(),
    initializationOptions: config.options.settings,
  }, Initialized)
  limit = timer_start(longest_start * 1000, (_) => Refuse($'it gave no answer within {longest_start} seconds'))
enddef

def Capabilities(): dict<any>
  return {
    general: {positionEncodings: ['utf-8', 'utf-16']},
    window: {workDoneProgress: true, showDocument: {support: true}},
    workspace: {
      applyEdit: true, workspaceFolders: true, workspaceEdit: {documentChanges: true, resourceOperations: ['create']},
    },
    textDocument: {
      synchronization: {didSave: true},
      inlineCompletion: {dynamicRegistration: false},
      # Actions come as commands, which are done here, with a preview.
      codeAction: {codeActionLiteralSupport: {codeActionKind: {valueSet: ['quickfix', 'refactor', 'source']}}},
    },
    experimental: {coderlspStatus: true, coderlspInstruction: true},
  }
enddef

def Initialized(error: string, result: any)
  timer_stop(limit)
  if error != ''
    # One that has ended is started again: Ended.
    if rpc.IsRunning()
      Refuse(error)
    endif
    return
  endif
  position.Agree(get(result.capabilities, 'positionEncoding', 'utf-16'))
  rpc.Notify('initialized', {})
  # The first model is loaded by the initialization options already.
  if !empty(config.options.settings)
    rpc.Notify('workspace/didChangeConfiguration', {settings: {coderlsp: config.options.settings}})
  endif
  ready = true
  AttachAll()
  if accidents > 0 && !told_restart
    told_restart = true
    tell.Warn('the server had ended unexpectedly and was started again. :CoderLsp log shows why.')
  endif
enddef

def GiveUp(why: string)
  if failure == ''
    failure = why
    status.Set({state: 'failed', message: why})
    tell.Error(why)
  endif
enddef

# Ends a process that does not come to be a language server; to try again would not help.
def Refuse(why: string)
  log.Add($'initialize: {why}')
  GiveUp($'{config.options.cmd[0]} did not start as a language server: {why}. :CoderLsp restart tries again.')
  rpc.Stop(() => 0)
enddef

# The server has ended; `how` is empty when it was asked to.
def Ended(how: string)
  ready = false
  timer_stop(limit)
  for bufnr in documents.ForgetAll()
    inline.Detach(bufnr)
  endfor
  if how == ''
    if failure == ''
      status.Set({state: 'stopped'})
    endif
    return
  endif
  log.Add($'The server ended: {how}.')
  if localtime() - started > healthy
    accidents = 0
    told_restart = false
  endif
  accidents += 1
  if accidents > len(pauses)
    GiveUp($'the server ended {accidents} times in a row ({how}) and is not started any more.'
      .. ' :CoderLsp log shows why, :CoderLsp restart tries again.')
    return
  endif
  status.Set({state: 'starting', message: $'the server ended ({how}) and is started again'})
  timer_start(pauses[accidents - 1], (_) => AttachAll())
enddef

# Ends the server and starts it again, also after it was given up; g:coderlsp is read anew.
export def Restart()
  rpc.Stop(() => {
    failure = ''
    accidents = 0
    told_restart = false
    Load()
    AttachAll()
  })
enddef

# Whether there is a server to ask; else the user is told why not.
export def Needed(): bool
  if ready && rpc.IsRunning()
    return true
  endif
  tell.Warn(failure != '' ? failure : rpc.IsRunning() ? 'the server is starting; ask again in a moment.'
    : 'the server is not running; open a file that it is for, or :CoderLsp restart.')
  return false
enddef

# The same for something that is to be done to a buffer.
export def NeededIn(bufnr: number): bool
  if Needed() && !documents.IsOpen(bufnr)
    var why = Reason(bufnr)
    tell.Warn($'that is not possible here: {why}.')
  endif
  return ready && documents.IsOpen(bufnr)
enddef

# Passes settings on; they take effect at once.
export def ChangeSettings(settings: dict<any>)
  Merge(config.options.settings, settings)
  rpc.Notify('workspace/didChangeConfiguration', {settings: {coderlsp: config.options.settings}})
enddef

def Merge(into: dict<any>, changes: dict<any>)
  for [name, value] in items(changes)
    if type(value) == v:t_dict && type(get(into, name, v:null)) == v:t_dict
      Merge(into[name], value)
    else
      into[name] = value
    endif
  endfor
enddef

def Told(method: string, params: dict<any>)
  if method == 'coderlsp/status'
    status.Set(params)
  elseif method == 'window/logMessage'
    log.Add(params.message)
  elseif method == 'window/showMessage'
    var message = substitute(params.message, '^CoderLsp:\= ', '', '')
    if params.type == 1
      tell.Error(message)
    elseif params.type == 2
      tell.Warn(message)
    else
      tell.Info(message)
    endif
  endif
enddef

def Asked(method: string, params: any): any
  if method == 'workspace/applyEdit'
    return {applied: change.ApplyAll(params.edit)}
  elseif method == 'window/showDocument'
    view.ShowFile(position.PathOfUri(params.uri), get(params, 'takeFocus', false))
    return {success: true}
  endif
  # The others, such as window/workDoneProgress/create, ask for nothing.
  return v:null
enddef
