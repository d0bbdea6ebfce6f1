vim9script
# `:CoderLsp`.

import autoload './chat.vim'
import autoload './config.vim'
import autoload './edit.vim'
import autoload './explain.vim'
import autoload './inline.vim'
import autoload './log.vim'
import autoload './model.vim'
import autoload './position.vim'
import autoload './rpc.vim'
import autoload './server.vim'
import autoload './status.vim'
import autoload './tell.vim'
import autoload './view.vim'

# Whether suggestions come by themselves. The server knows it, whose configuration file may say it, too; without one, the options do.
def IsEnabled(filetype: string, now = status.current): bool
  var settings = get(now, 'inline', get(config.options.settings, 'inline', {}))
  return get(get(settings, 'languages', {}), filetype, get(settings, 'enabled', true)) ? true : false
enddef

# Lets them, or not. The server is told, so that no work is done for those that do not.
def Switch(enabled: bool, filetype: string)
  server.ChangeSettings({inline: filetype == '' ? {enabled: enabled} : {languages: {[filetype]: enabled}}})
  if !enabled
    inline.Dismiss()
  endif
  tell.Info($"suggestions {filetype == '' ? '' : $'in {filetype} '}are {enabled ? 'on' : 'off'}.")
enddef

def ShowStatus()
  var why = server.Reason(bufnr())
  var filetype = &filetype
  def Show(now: dict<any>)
    var here = why != '' ? $'off: {why}' : IsEnabled(filetype, now) ? 'on' : 'off by :CoderLsp disable or a setting'
    view.Open({title: 'CoderLsp', filetype: 'text', lines: status.Lines(now) + [$'Suggestions here: {here}']})
  enddef
  if rpc.IsRunning()
    rpc.Request('coderlsp/state', {}, (error, now) => Show(error == '' ? now : status.current))
  else
    Show(status.current)
  endif
enddef

# What each does with the words behind it and the range: the lines that were given, or the cursor.
const subcommands: dict<func> = {
  status: (_, _, _) => ShowStatus(),
  model: (text, _, _) => model.Choose(text),
  restart: (_, _, _) => server.Restart(),
  log: (_, _, _) => log.Show(),
  explain: (_, range, _) => explain.Run(bufnr(), range),
  edit: (text, range, _) => edit.Start(bufnr(), range, text),
  tests: (_, range, _) => edit.Tests(bufnr(), range),
  chat: (text, range, given) => given ? chat.StartAbout(bufnr(), range.start.line + 1, range.end.line + 1, text) : chat.Start(text),
  enable: (filetype, _, _) => Switch(true, filetype),
  disable: (filetype, _, _) => Switch(false, filetype),
  toggle: (filetype, _, _) => Switch(!IsEnabled(filetype), filetype),
}

export def Run(arguments: string, range: number, first: number, last: number)
  var name = matchstr(arguments, '^\S*')
  if !has_key(subcommands, name)
    tell.Error($"there is no ':CoderLsp {name}'. There are: {join(sort(keys(subcommands)), ', ')}.")
    return
  endif
  subcommands[name](trim(strpart(arguments, len(name))),
    range > 0 ? position.Lines(bufnr(), first, last) : position.Cursor(), range > 0)
enddef

export def Complete(lead: string, line: string, _: number): list<string>
  var name = matchstr(line, 'CoderLsp\s\+\zs\S\+\ze\s')
  var found = name == '' ? keys(subcommands)
    : name == 'edit' ? keys(edit.ready)
    : name == 'model' ? model.Names()
    : index(['enable', 'disable', 'toggle'], name) >= 0 ? getcompletion('', 'filetype') : []
  return sort(filter(found, (_, one) => stridx(one, lead) == 0))
enddef
