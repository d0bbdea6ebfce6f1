vim9script
# Which model suggests.

import autoload './config.vim'
import autoload './server.vim'
import autoload './status.vim'

# The folders that names of models are looked up in, as the server has them.
def Folders(): list<string>
  if has_key(config.options.settings, 'modelFolders')
    return mapnew(config.options.settings.modelFolders, (_, folder) => expand(folder))
  elseif has('win32')
    return [$LOCALAPPDATA .. '/coderlsp/models']
  elseif has('mac')
    return [$HOME .. '/Library/Application Support/coderlsp/models']
  endif
  return [($XDG_DATA_HOME == '' ? $HOME .. '/.local/share' : $XDG_DATA_HOME) .. '/coderlsp/models']
enddef

# The names of the models that are there.
export def Names(): list<string>
  var names = ['seedling']
  for folder in Folders()
    names += globpath(folder, '*.gguf', true, true)->map((_, path) => fnamemodify(path, ':t:r'))
  endfor
  return sort(names)
enddef

# Takes another model for suggestions, until Vim ends: by its name or path; without one there is a menu.
export def Choose(name: string)
  if name != ''
    server.ChangeSettings({model: name})
    return
  endif
  var names = Names()
  var now = get(get(status.current, 'model', {}), 'name', '')
  popup_menu(names, {
    title: now == '' ? ' Model for suggestions ' : $' Model for suggestions (now {now}) ', callback: (_, chosen) => {
      if chosen > 0
        server.ChangeSettings({model: names[chosen - 1]})
      endif
    },
  })
enddef
