vim9script
# The server's copies of buffers, kept by sending the lines that have changed.

import autoload './position.vim'
import autoload './rpc.vim'

# By the buffer's number: what the server has, and which lines differ from it. Lines `first` up to but not including `last`
# of the buffer stand for `last - first - grown` lines of the server's copy, from the same `first` on.
var documents: dict<dict<any>> = {}

export def IsOpen(bufnr: number): bool
  return has_key(documents, bufnr)
enddef

# Whether the server has it as a file of this type.
export def IsAs(bufnr: number, type: string): bool
  return documents[bufnr].type ==# type
enddef

export def Open(bufnr: number)
  if IsOpen(bufnr)
    return
  endif
  var lines = getbufline(bufnr, 1, '$')
  var document = {
    uri: position.Uri(bufnr), type: getbufvar(bufnr, '&filetype'), version: 1,
    count: len(lines), changed: false, whole: false, first: 0, last: 0, grown: 0,
  }
  documents[bufnr] = document
  document.listener = listener_add((_, _, _, _, changes) => Changed(document, changes), bufnr)
  rpc.Notify('textDocument/didOpen', {
    textDocument: {uri: document.uri, languageId: document.type, version: 1, text: Text(lines)},
  })
enddef

# Line feeds, whatever 'fileformat' is: so the answers have them too, as Vim's lines need.
def Text(lines: list<string>): string
  return empty(lines) ? '' : join(lines, "\n") .. "\n"
enddef

def Changed(document: dict<any>, changes: list<dict<any>>)
  for change in changes
    document.first = document.changed ? min([document.first, change.lnum]) : change.lnum
    document.last = (document.changed ? max([document.last, change.end]) : change.end) + change.added
    document.grown += change.added
    document.changed = true
  endfor
enddef

# The buffer was read anew, without its lines being told one by one.
export def Replaced(bufnr: number)
  if IsOpen(bufnr)
    documents[bufnr].changed = true
    documents[bufnr].whole = true
  endif
enddef

# Tells the server what has changed.
export def Sync(bufnr: number)
  listener_flush(bufnr)
  if !IsOpen(bufnr) || !documents[bufnr].changed
    return
  endif
  var document = documents[bufnr]
  var count = getbufinfo(bufnr)[0].linecount
  var change: dict<any> = {}
  # A buffer never has less than one line, which is told as none: then the counts differ.
  if document.whole || document.count + document.grown != count || document.last - 1 > count
    change.text = Text(getbufline(bufnr, 1, '$'))
  else
    change.range = {
      start: {line: document.first - 1, character: 0},
      end: {line: document.last - document.grown - 1, character: 0},
    }
    change.text = Text(getbufline(bufnr, document.first, document.last - 1))
  endif
  document.version += 1
  extend(document, {count: count, changed: false, whole: false, first: 0, last: 0, grown: 0})
  rpc.Notify('textDocument/didChange', {
    textDocument: {uri: document.uri, version: document.version}, contentChanges: [change],
  })
enddef

export def SyncAll()
  for bufnr in keys(documents)
    Sync(str2nr(bufnr))
  endfor
enddef

export def Saved(bufnr: number)
  if IsOpen(bufnr)
    Sync(bufnr)
    rpc.Notify('textDocument/didSave', {textDocument: {uri: documents[bufnr].uri}})
  endif
enddef

export def Close(bufnr: number)
  if !IsOpen(bufnr)
    return
  endif
  var document = remove(documents, bufnr)
  listener_remove(document.listener)
  rpc.Notify('textDocument/didClose', {textDocument: {uri: document.uri}})
enddef

# As the server knows it.
export def Identifier(bufnr: number): dict<any>
  return {uri: documents[bufnr].uri}
enddef

# The server is gone. Returns the buffers that it had.
export def ForgetAll(): list<number>
  var had: list<number> = []
  for [bufnr, document] in items(documents)
    listener_remove(document.listener)
    add(had, str2nr(bufnr))
  endfor
  documents = {}
  return had
enddef
