vim9script
# g:coderlsp with its defaults, and what is wrong with the user's.

const defaults = {
  cmd: ['coderlsp', '--stdio'],
  filetypes: {'*': true, gitrebase: false, help: false},
  root_markers: ['.git'],
  settings: {},
  inline: {debounce: 75},
  keys: {
    accept: '<Tab>',
    accept_word: '<M-Right>',
    accept_line: '<M-Down>',
    # Not with Alt and a character, as in other editors: to many terminals <M-Bslash> is the same as Ü.
    next: '<M-PageDown>',
    previous: '<M-PageUp>',
    dismiss: '<C-]>',
    request: '<M-Up>',
  },
  window: {modifiers: 'botright', size: 0.4},
}

export var options: dict<any> = deepcopy(defaults)

def IsCommand(value: any): bool
  return type(value) == v:t_list && !empty(value) && indexof(value, (_, part) => type(part) != v:t_string) < 0
enddef

def IsKey(value: any): bool
  return type(value) == v:t_bool && !value || type(value) == v:t_number && value == 0 || type(value) == v:t_string && value != ''
enddef

def IsDict(value: any): bool
  return type(value) == v:t_dict
enddef

def IsShare(value: any): bool
  return type(value) == v:t_float && value > 0.0 && value < 1.0
enddef

# What each option must be: a test, with words for it.
var allowed: dict<list<any>> = {
  cmd: [IsCommand, 'a list of strings: the executable and its arguments'],
  filetypes: [IsDict, 'a dictionary of file types with true or false'],
  root_markers: [(value) => type(value) == v:t_list, 'a list of names'],
  settings: [IsDict, 'a dictionary'],
  inline: [IsDict, 'a dictionary'],
  'inline.debounce': [(value) => type(value) == v:t_number && value >= 0, 'a number of milliseconds'],
  keys: [IsDict, 'a dictionary of keys, or false'],
  window: [IsDict, 'a dictionary'],
  'window.modifiers': [(value) => type(value) == v:t_string, 'command modifiers, such as "botright vertical"'],
  'window.size': [IsShare, 'a number between 0.0 and 1.0'],
}
for name in keys(defaults.keys)
  allowed[$'keys.{name}'] = [IsKey, 'a key like "<Tab>", or false']
endfor

def Problem(name: string, value: any): string
  if !has_key(allowed, name)
    return $"there is no option '{name}'"
  endif
  var [Fits: func, words: string] = allowed[name]
  return Fits(value) ? '' : $"option '{name}' must be {words}"
enddef

# Takes g:coderlsp; what is wrong in it is left out, so that the rest works. Returns a sentence for each of these.
export def Load(): list<string>
  options = deepcopy(defaults)
  var given: any = deepcopy(get(g:, 'coderlsp', {}))
  if type(given) != v:t_dict
    return ['g:coderlsp must be a dictionary']
  endif
  var wrong: list<string> = []
  for [name, anything] in items(given)
    var value: any = anything
    if name == 'keys' && !IsDict(value) && IsKey(value) && type(value) != v:t_string
      value = mapnew(defaults.keys, (_, _) => false)
    endif
    var problem = Problem(name, value)
    if problem != ''
      add(wrong, problem)
    elseif index(['inline', 'keys', 'window'], name) < 0
      options[name] = name == 'filetypes' ? extend(options[name], value) : value
    else
      for [key, inner] in items(value)
        problem = Problem($'{name}.{key}', inner)
        if problem == ''
          options[name][key] = inner
        else
          add(wrong, problem)
        endif
      endfor
    endif
  endfor
  return wrong
enddef

# The key of an action; empty when it has none.
export def Key(name: string): string
  var key = options.keys[name]
  return type(key) == v:t_string ? key : ''
enddef

# Whether the server is for files of this type.
export def Wants(filetype: string): bool
  return get(options.filetypes, filetype, get(options.filetypes, '*', false)) ? true : false
enddef
