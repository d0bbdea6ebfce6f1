vim9script
# A window for text that is read, scrolled and closed by `q`. There is one at a time.

import autoload './config.vim'

# The buffers of open windows, with what is to be done when they are closed.
var closing: dict<func> = {}

# Opens a window, and goes there. `view` has title, filetype, footer?, lines? and closed?, which is called when it is closed.
# Returns the number of its buffer, by which the other functions know it.
export def Open(view: dict<any>): number
  for bufnr in keys(closing)
    Close(str2nr(bufnr))
  endfor
  var shape = config.options.window
  var is_vertical = shape.modifiers =~ '\<vert'
  var size = float2nr((is_vertical ? &columns : &lines) * shape.size)
  execute $'{shape.modifiers} :{max([3, size])}new'
  var bufnr = bufnr()
  setlocal buftype=nofile bufhidden=wipe noswapfile nobuflisted nomodifiable
  setlocal wrap linebreak nonumber norelativenumber signcolumn=no
  b:coderlsp_view = {title: view.title, footer: get(view, 'footer', 'q closes')}
  &l:statusline = ' %{b:coderlsp_view.title}%=%{b:coderlsp_view.footer} '
  &l:filetype = view.filetype
  Set(bufnr, get(view, 'lines', []))
  closing[bufnr] = get(view, 'closed', () => 0)
  Map(bufnr, 'q', () => Close(bufnr))
  execute $'autocmd BufWipeout <buffer={bufnr}> Closed({bufnr})'
  return bufnr
enddef

def Closed(bufnr: number)
  var Do: func = remove(closing, bufnr)
  Do()
  if has_key(pressed, bufnr)
    remove(pressed, bufnr)
  endif
enddef

export def IsOpen(bufnr: number): bool
  return bufloaded(bufnr) && has_key(closing, bufnr)
enddef

export def Close(bufnr: number)
  if bufexists(bufnr)
    execute $'bwipeout {bufnr}'
  endif
enddef

# By the window's buffer: what its keys do.
var pressed: dict<dict<func>> = {}

# Maps a key in a window that was just opened or is the current one.
export def Map(bufnr: number, key: string, Do: func)
  pressed[bufnr] = get(pressed, bufnr, {})
  pressed[bufnr][key] = Do
  win_execute(bufwinid(bufnr),
    $'nnoremap <buffer> <nowait> <silent> {key} <Cmd>call coderlsp#view#Pressed({bufnr}, "{substitute(key, "<", "<lt>", "")}")<CR>')
enddef

export def Pressed(bufnr: number, key: string)
  var Do: func = pressed[bufnr][key]
  Do()
enddef

def Write(bufnr: number, Do: func)
  if bufloaded(bufnr)
    setbufvar(bufnr, '&modifiable', true)
    Do()
    setbufvar(bufnr, '&modifiable', false)
  endif
enddef

# Replaces everything.
export def Set(bufnr: number, lines: list<string>)
  Write(bufnr, () => {
    setbufline(bufnr, 1, empty(lines) ? [''] : lines)
    silent deletebufline(bufnr, max([1, len(lines)]) + 1, '$')
  })
enddef

# Adds text at the end. The window stays where the reader is.
export def Append(bufnr: number, text: string)
  Write(bufnr, () => {
    var lines = split(text, "\n", true)
    var last = getbufline(bufnr, '$')[0]
    setbufline(bufnr, '$', last .. lines[0])
    appendbufline(bufnr, '$', lines[1 :])
  })
enddef

export def Footer(bufnr: number, text: string)
  if IsOpen(bufnr)
    var shown = getbufvar(bufnr, 'coderlsp_view')
    shown.footer = text
    redrawstatus!
  endif
enddef

# A file, in a window of its own.
export def ShowFile(path: string, focus: bool)
  var before = win_getid()
  var shown = bufwinid(bufnr($'^{fnameescape(path)}$'))
  if shown >= 0
    win_gotoid(shown)
  else
    execute $'{config.options.window.modifiers} split {fnameescape(path)}'
  endif
  if !focus
    win_gotoid(before)
  endif
enddef
