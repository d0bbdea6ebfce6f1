vim9script
# What the server writes about its work, the latest of it; it is kept in memory only.

const most = 2000
var lines: list<string> = []

export def Add(line: string)
  add(lines, strftime('%H:%M:%S ') .. line)
  if len(lines) > most
    remove(lines, 0, len(lines) - most - 1)
  endif
enddef

export def Show()
  if bufexists('coderlsp://log')
    bwipeout coderlsp://log
  endif
  tabnew
  setlocal buftype=nofile bufhidden=wipe noswapfile
  setline(1, empty(lines) ? ['The server has said nothing yet.'] : lines)
  setlocal nomodifiable
  silent file coderlsp://log
  normal! G
enddef
