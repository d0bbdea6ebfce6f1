vim9script
# CoderLsp in Vim: suggestions while typing, explanations, changes and a chat, by a language model on this machine.
# These are the functions for keys, statuslines and scripts of one's own; :help coderlsp-functions.

import autoload './coderlsp/inline.vim'
import autoload './coderlsp/status.vim'

# What the server is doing, for a statusline; empty while it was not needed yet.
export def Status(): string
  return status.Text()
enddef

# Takes the suggestion: 'all', its next 'word', or its next 'line'. False when there is nothing to take.
export def Accept(part = 'all'): bool
  return inline.Accept(part)
enddef

# Whether a suggestion is on the screen.
export def IsShown(): bool
  return inline.IsShown()
enddef

# Shows the next suggestion, or with -1 the one before.
export def Move(count = 1)
  inline.Move(count)
enddef

# Removes the suggestion.
export def Dismiss()
  inline.Dismiss()
enddef

# Asks for suggestions now.
export def Request()
  inline.Request()
enddef
