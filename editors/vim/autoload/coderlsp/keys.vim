vim9script
# The keys of suggestions: local to the server's buffers, and only there where a suggestion is; else what they were before.

import autoload './config.vim'
import autoload './inline.vim'

def Moved(count: number): bool
  if inline.IsShown()
    inline.Move(count)
    return true
  endif
  return false
enddef

def Dismissed(): bool
  if inline.IsShown()
    inline.Dismiss()
    return true
  endif
  return false
enddef

def Requested(): bool
  inline.Request()
  return true
enddef

def Raw(key: string): string
  return eval('"' .. escape(key, '\"<') .. '"')
enddef

# What each does; false when there is nothing to do.
const actions: dict<func> = {
  accept: () => inline.Accept('all'),
  accept_word: () => inline.Accept('word'),
  accept_line: () => inline.Accept('line'),
  next: () => Moved(1),
  previous: () => Moved(-1),
  dismiss: () => Dismissed(),
  request: () => Requested(),
}

# The mapping of a key in insert mode: the buffer's, or the one of all buffers.
def Find(key: string, local: bool): dict<any>
  for mapping in maplist()
    if mapping.mode =~ '[i!]' && !mapping.abbr && mapping.buffer == (local ? 1 : 0)
        && index([mapping.lhsraw, get(mapping, 'lhsrawalt', mapping.lhsraw)], Raw(key)) >= 0
      return mapping
    endif
  endfor
  return {}
enddef

# Maps the keys in the current buffer, unless they are already as the options say.
export def Ensure()
  if get(b:, 'coderlsp_keys', {}) == config.options.keys
    return
  endif
  for name in keys(get(b:, 'coderlsp_before', {}))
    Restore(name)
  endfor
  b:coderlsp_keys = copy(config.options.keys)
  b:coderlsp_before = {}
  for name in keys(actions)
    var key = config.Key(name)
    if key != ''
      b:coderlsp_before[name] = [key, Find(key, true)]
      execute $'inoremap <buffer> <silent> {key} <Cmd>call coderlsp#keys#Pressed("{name}")<CR>'
    endif
  endfor
enddef

def Restore(name: string)
  var [key: string, before: dict<any>] = b:coderlsp_before[name]
  execute $'silent! iunmap <buffer> {key}'
  if !empty(before)
    mapset('i', false, before)
  endif
enddef

# A key of ours, called by its mapping.
export def Pressed(name: string)
  if actions[name]()
    return
  endif
  var [key: string, local: dict<any>] = b:coderlsp_before[name]
  var before = empty(local) ? Find(key, false) : local
  if empty(before)
    feedkeys(Raw(key), 'ni')
    return
  endif
  var plug = $'<Plug>(coderlsp-before-{name})'
  var again = extendnew(before, {lhs: plug, lhsraw: Raw(plug), buffer: 0})
  mapset('i', false, filter(again, (member, _) => member != 'lhsrawalt'))
  feedkeys(Raw(plug), 'mi')
enddef
