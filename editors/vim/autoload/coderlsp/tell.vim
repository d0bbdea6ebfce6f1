vim9script
# Words to the user. All are in :messages.

# What the user has just asked for is answered in the last line; whatever does not fit there, and what comes by itself, in a
# notification: a long message in the last line would stop the typing user with a prompt.
export def Info(message: string)
  var text = 'CoderLsp: ' .. message
  if strdisplaywidth(text) < &columns - 20
    echomsg text
  else
    Notify(text, 'MoreMsg')
  endif
enddef

export def Warn(message: string)
  Notify('CoderLsp: ' .. message, 'WarningMsg')
enddef

export def Error(message: string)
  Notify('CoderLsp: ' .. message, 'ErrorMsg')
enddef

def Notify(text: string, highlight: string)
  silent echomsg text
  popup_notification(text, {
    highlight: highlight, time: 8000, line: 2, col: &columns, pos: 'topright', maxwidth: max([20, &columns * 2 / 3]), border: [],
  })
enddef
