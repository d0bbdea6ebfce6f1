vim9script
# Changes of a buffer that the server has computed: as a diff to look at, and applied.
# A block is {first, old, new}: the lines `old` from line `first` on become `new`.

import autoload './position.vim'

const context = 3

# Text edits of a buffer as blocks, from its beginning to its end, two of them never of one line.
export def Blocks(bufnr: number, edits: list<dict<any>>): list<dict<any>>
  var lines = getbufline(bufnr, 1, '$')
  var blocks: list<dict<any>> = []
  var sorted = sort(copy(edits), (a, b) => a.range.start.line == b.range.start.line
    ? a.range.start.character - b.range.start.character : a.range.start.line - b.range.start.line)
  var i = 0
  while i < len(sorted)
    # Edits that touch a line together are applied together, from the last one on.
    var [first, last] = [sorted[i].range.start.line, sorted[i].range.end.line]
    var together = [sorted[i]]
    while i + 1 < len(sorted) && sorted[i + 1].range.start.line <= last
      i += 1
      add(together, sorted[i])
      last = max([last, sorted[i].range.end.line])
    endwhile
    i += 1
    # Lines as the server counts them: behind the last line feed stands an empty one.
    var old = lines[first : last] + (last >= len(lines) ? [''] : [])
    var text = join(old, "\n")
    for edit in reverse(together)
      var from = Offset(old, edit.range.start.line - first, edit.range.start.character)
      var till = Offset(old, edit.range.end.line - first, edit.range.end.character)
      text = strpart(text, 0, from) .. substitute(edit.newText, '\r\n', '\n', 'g') .. strpart(text, till)
    endfor
    var block = Trimmed({first: first + 1, old: old, new: split(text, "\n", true)})
    if !empty(block.old) || !empty(block.new)
      add(blocks, block)
    endif
  endwhile
  return blocks
enddef

# Bytes before a place of lines that are joined by line feeds.
def Offset(lines: list<string>, line: number, character: number): number
  if line >= len(lines)
    return len(join(lines, "\n"))
  endif
  return len(join(lines[: line], "\n")) - len(lines[line]) + position.Byte(lines[line], character)
enddef

# Without the lines at its ends that stay as they are.
def Trimmed(block: dict<any>): dict<any>
  var [old, new, first] = [block.old, block.new, block.first]
  while !empty(old) && !empty(new) && old[-1] ==# new[-1]
    old = old[: -2]
    new = new[: -2]
  endwhile
  while !empty(old) && !empty(new) && old[0] ==# new[0]
    old = old[1 :]
    new = new[1 :]
    first += 1
  endwhile
  return {first: first, old: old, new: new}
enddef

# What the blocks do to the buffer, as a unified diff.
export def Diff(bufnr: number, blocks: list<dict<any>>): list<string>
  var lines = getbufline(bufnr, 1, '$')
  var diff: list<string> = []
  var grown = 0
  var i = 0
  while i < len(blocks)
    # Blocks so near that their contexts meet are one hunk.
    var hunk = [blocks[i]]
    while i + 1 < len(blocks) && blocks[i + 1].first - (blocks[i].first + len(blocks[i].old)) <= 2 * context
      i += 1
      add(hunk, blocks[i])
    endwhile
    i += 1
    var start = max([1, hunk[0].first - context])
    var end = min([len(lines), hunk[-1].first + len(hunk[-1].old) - 1 + context])
    var shown: list<string> = []
    var more = 0
    var lnum = start
    for block in hunk
      shown += mapnew(slice(lines, lnum - 1, block.first - 1), (_, line) => ' ' .. line)
        + mapnew(block.old, (_, line) => '-' .. line) + mapnew(block.new, (_, line) => '+' .. line)
      lnum = block.first + len(block.old)
      more += len(block.new) - len(block.old)
    endfor
    shown += mapnew(slice(lines, lnum - 1, end), (_, line) => ' ' .. line)
    var count = end - start + 1
    diff += [$'@@ -{start},{count} +{start + grown},{count + more} @@'] + shown
    grown += more
  endwhile
  return diff
enddef

# Changes the buffer, as one change to undo.
export def Apply(bufnr: number, blocks: list<dict<any>>)
  for block in reverse(copy(blocks))
    var [olds, news] = [len(block.old), len(block.new)]
    var both = min([olds, news])
    if both > 0
      setbufline(bufnr, block.first, block.new[: both - 1])
    endif
    if news > olds
      appendbufline(bufnr, block.first + both - 1, block.new[both :])
    elseif olds > news
      silent deletebufline(bufnr, block.first + both, block.first + olds - 1)
    endif
  endfor
enddef

# A workspace edit of the server's: new files, and changes of files. Returns whether it was done.
export def ApplyAll(edit: dict<any>): bool
  for one in get(edit, 'documentChanges', [])
    if get(one, 'kind', '') == 'create'
      var path = position.PathOfUri(one.uri)
      if filereadable(path)
        return false
      endif
      setbufvar(bufadd(path), '&buflisted', true)
    elseif has_key(one, 'textDocument')
      var bufnr = bufadd(position.PathOfUri(one.textDocument.uri))
      bufload(bufnr)
      setbufvar(bufnr, '&buflisted', true)
      Apply(bufnr, Blocks(bufnr, one.edits))
    else
      return false
    endif
  endfor
  return true
enddef
