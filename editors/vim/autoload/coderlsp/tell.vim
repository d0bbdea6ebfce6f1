vim9script
# Words to the user. All are in :messages.

# What the user has just asked for is answered in the last line, if it fits there.
export def Info(message: string)
  if strdisplaywidth(message) < &columns - 30
    echomsg 'CoderLsp: ' .. message
  else
    Notify(message, 'MoreMsg')
  endif
enddef

# What comes by itself, or is longer, is shown in a corner: in the last line it would stop a user who types with a prompt.
export def Warn(message: string)
  Notify(message, 'WarningMsg')
enddef

export def Error(message: string)
  Notify(message, 'ErrorMsg')
enddef

def Notify(message: string, highlight: string)
  var text = 'CoderLsp: ' .. message
  # Cut on the screen, so that nothing has to be pressed, and whole in :messages.
  var before = &shortmess
  set shortmess+=T
  redraw
  echomsg text
  redraw
  &shortmess = before
  var window = popup_notification(text, {
    highlight: 'Normal', borderhighlight: [highlight], time: 10000, line: &lines - &cmdheight - 1, col: &columns, pos: 'botright',
    maxwidth: max([20, &columns * 2 / 3]), border: [], padding: [0, 1, 0, 1],
  })
  setwinvar(window, '&linebreak', true)
enddef
