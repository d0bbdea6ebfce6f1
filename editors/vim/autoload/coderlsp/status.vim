vim9script
# What the server is doing, as it said last (`coderlsp/status`).

# `state` is stopped, failed or one of the server's; further members are those of `coderlsp/status`.
export var current: dict<any> = {state: 'stopped'}

export def Set(status: dict<any>)
  current = status
  if exists('#User#CoderLspStatus')
    doautocmd <nomodeline> User CoderLspStatus
  endif
  redrawstatus!
enddef

# Short, and empty while the server was not needed yet.
export def Text(): string
  var name = get(get(current, 'model', {}), 'name', 'CoderLsp')
  if current.state == 'stopped'
    return ''
  elseif current.state == 'loading'
    return printf('%s %d%%', name, get(current, 'percent', 0))
  elseif current.state == 'busy'
    return name .. ' …'
  elseif current.state == 'ready'
    var speed = get(get(current, 'speed', {}), 'decodeTokensPerSecond', 0)
    return speed > 0 ? printf('%s %.0f t/s', name, speed) : name
  endif
  return $'{name} {current.state}'
enddef

# Everything, a line each.
export def Lines(now: dict<any>): list<string>
  var lines = [$'State: {now.state}' .. (has_key(now, 'percent') ? $' {now.percent}%' : '')]
  def Add(name: string, format: string, value: any)
    if value != v:null
      add(lines, $'{name}: ' .. printf(format, value))
    endif
  enddef
  Add('Message', '%s', get(now, 'message', v:null))
  Add('What to do', '%s', get(now, 'remedy', v:null))
  if type(get(now, 'model', v:null)) == v:t_dict
    var quantization = get(now.model, 'quantization', v:null)
    Add('Model', '%s', now.model.name .. (quantization == v:null ? '' : $', {quantization}'))
    Add('Window', '%d tokens', now.model.contextTokens)
    Add('Fills in the middle', '%s', now.model.fim ? 'yes' : 'no, it goes on from the left')
  endif
  if type(get(now, 'speed', v:null)) == v:t_dict
    Add('Prompt', '%.1f tokens/s', get(now.speed, 'promptTokensPerSecond', v:null))
    Add('Suggestions', '%.1f tokens/s', get(now.speed, 'decodeTokensPerSecond', v:null))
  endif
  if type(get(now, 'cache', v:null)) == v:t_dict
    Add('Cache', '%s', printf('%.0f%% found, %.0f of %.0f MB', now.cache.hitRate * 100.0, now.cache.megabytes * 1.0, now.cache.limitMegabytes * 1.0))
  endif
  Add('Memory', '%d MB', get(now, 'memoryMegabytes', v:null))
  return lines
enddef
