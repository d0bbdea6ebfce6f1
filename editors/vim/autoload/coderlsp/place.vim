vim9script
# Lines of a buffer that are followed while the text around them changes. There is one place at a time.

import autoload './position.vim'

const type = 'CoderLspPlace'

# Buffer, uri, and lines as they were known last; empty when there is none.
var place: dict<any> = {}

# Begins to follow lines of a buffer, in the place of others.
export def Follow(bufnr: number, first: number, last: number)
  Forget()
  if empty(prop_type_get(type))
    prop_type_add(type, {})
  endif
  place = {bufnr: bufnr, uri: position.Uri(bufnr), first: first, last: last}
  Put()
  augroup coderlsp_place
    # A buffer that is left, or read anew, loses its properties.
    execute $'autocmd BufUnload,BufWritePost <buffer={bufnr}> Look()'
    execute $'autocmd BufReadPost <buffer={bufnr}> Put()'
  augroup END
enddef

# One for each line: the lines between them move with them, and deleted lines take theirs along.
def Put()
  prop_remove({type: type, bufnr: place.bufnr, all: true})
  var count = getbufinfo(place.bufnr)[0].linecount
  for lnum in range(min([place.first, count]), min([place.last, count]))
    prop_add(lnum, 1, {type: type, bufnr: place.bufnr, length: 0})
  endfor
enddef

# Finds out where they are now. Returns whether there are any.
def Look(): bool
  if !bufloaded(place.bufnr)
    return true
  endif
  var lines = prop_list(1, {bufnr: place.bufnr, end_lnum: -1, types: [type]})->mapnew((_, prop) => prop.lnum)
  if empty(lines)
    return false
  endif
  place.first = lines[0]
  place.last = lines[-1]
  return true
enddef

export def IsEmpty(): bool
  return empty(place)
enddef

# As the server takes it; empty when the lines were deleted.
export def Now(): dict<any>
  return Look() ? {uri: place.uri, range: {start: {line: place.first - 1, character: 0}, end: {line: place.last, character: 0}}} : {}
enddef

export def Forget()
  augroup coderlsp_place
    autocmd!
  augroup END
  if !empty(place) && bufloaded(place.bufnr)
    prop_remove({type: type, bufnr: place.bufnr, all: true})
  endif
  place = {}
enddef
