vim9script
# An explanation of code, which is read while it is written.

import autoload './documents.vim'
import autoload './rpc.vim'
import autoload './server.vim'
import autoload './view.vim'

# Explains a range of a buffer; an empty one means the block around it.
export def Run(bufnr: number, range: dict<any>)
  if !server.NeededIn(bufnr)
    return
  endif
  documents.Sync(bufnr)
  var window = 0
  var Cancel = rpc.Request('coderlsp/explain', {textDocument: documents.Identifier(bufnr), range: range},
    (error, result) => {
      if view.IsOpen(window)
        view.Footer(window, 'q closes')
        view.Set(window, split(error != '' ? error : result.markdown, "\n", true))
      endif
    },
    {piece: (text) => view.Append(window, text)})
  window = view.Open({title: 'Explain', footer: 'q ends it', filetype: 'markdown', closed: () => Cancel()})
enddef
