vim9script
# Positions of Vim's (lines from 1, bytes from 0) as the server has them (lines from 0, units of the agreed encoding), and names of buffers.

# As agreed at the start: 'utf-8' or 'utf-16'.
export var encoding = 'utf-16'

export def Agree(agreed: string)
  encoding = agreed
enddef

# Texts go to the server as UTF-8, whatever 'encoding' is.
def Utf8(text: string): string
  return &encoding ==# 'utf-8' ? text : iconv(text, &encoding, 'utf-8')
enddef

def Units(text: string): number
  return encoding == 'utf-8' ? len(Utf8(text)) : strutf16len(text)
enddef

# The position behind so many bytes of a line.
export def At(bufnr: number, lnum: number, byte: number): dict<number>
  var text = get(getbufline(bufnr, lnum), 0, '')
  return {line: lnum - 1, character: Units(strpart(text, 0, byte))}
enddef

# How many bytes of a line stand before a position's character; beyond the end means the end.
export def Byte(text: string, character: number): number
  if encoding == 'utf-8' && &encoding ==# 'utf-8'
    return min([character, len(text)])
  elseif encoding == 'utf-8'
    return len(iconv(strpart(Utf8(text), 0, character), 'utf-8', &encoding))
  endif
  var byte = byteidx(text, character, true)
  return byte < 0 ? len(text) : byte
enddef

# The empty range at the cursor, which means the block around it.
export def Cursor(): dict<any>
  var at = At(bufnr(), line('.'), col('.') - 1)
  return {start: at, end: at}
enddef

# Whole lines.
export def Lines(bufnr: number, first: number, last: number): dict<any>
  return {start: At(bufnr, first, 0), end: At(bufnr, last, len(get(getbufline(bufnr, last), 0, '')))}
enddef

# Each byte of a character.
def Escaped(char: string): string
  return range(len(char))->mapnew((_, i) => printf('%%%02X', char2nr(strpart(char, i, 1))))->join('')
enddef

export def UriOfPath(path: string): string
  var full = fnamemodify(path, ':p')
  if has('win32')
    full = '/' .. substitute(full, '\\', '/', 'g')
  endif
  return 'file://' .. substitute(substitute(Utf8(full), '.\zs/$', '', ''), '[^A-Za-z0-9._~/:-]', (m) => Escaped(m[0]), 'g')
enddef

export def Uri(bufnr: number): string
  var name = bufname(bufnr)
  if name == ''
    return $'untitled:Untitled-{bufnr}'
  endif
  return name =~ '^\a\a\+://' ? name : UriOfPath(name)
enddef

export def PathOfUri(uri: string): string
  if uri !~ '^file://'
    return uri
  endif
  # A character may be several escapes, so that these are made bytes.
  var path = substitute(substitute(uri, '^file://[^/]*', '', ''), '%\(\x\x\)', (m) => eval($'"\x{m[1]}"'), 'g')
  return has('win32') ? substitute(path, '^/\ze\a:', '', '') : path
enddef
