vim9script
# The connection to the server's process: requests and notifications by Vim's own JSON-RPC channel.

# The present connection; each has its job, and by their tokens the requests that were not answered yet.
var current: dict<any> = {}
var count = 0

# Starts the process. `on` has `notification(method, params)`, `request(method, params)`, which gives the result or null,
# `log(line)`, and `end(how)`, where `how` is empty when the server ended as it was asked to.
export def Start(cmd: list<string>, on: dict<func>)
  var link: dict<any> = {waiting: {}, leaving: false, ended: false}
  current = link
  link.job = job_start(cmd, {
    # When Vim ends, the server is told to, and may finish its notes.
    in_mode: 'lsp', out_mode: 'lsp', err_mode: 'nl', noblock: 1, stoponexit: '',
    out_cb: (_, message) => Received(link, message, on),
    err_cb: (_, line) => on.log(line),
    # Vim looks only now and then whether a job has ended, unless it is asked.
    close_cb: (_) => job_status(link.job),
    exit_cb: (job, code) => Ended(link, job_info(job), on),
  })
enddef

def Ended(link: dict<any>, info: dict<any>, on: dict<func>)
  if link.ended
    return
  endif
  link.ended = true
  var signal = get(info, 'termsig', '')
  for token in keys(link.waiting)
    Answered(link, token, {error: {message: 'The server ended before it had answered.'}})
  endfor
  on.end(link.leaving ? '' : signal == '' ? $'exit code {info.exitval}' : $'signal {signal}')
enddef

def Received(link: dict<any>, message: any, on: dict<func>)
  if link isnot current || type(message) != v:t_dict || !has_key(message, 'method')
    return
  endif
  var params = get(message, 'params', {})
  if !has_key(message, 'id')
    if message.method != '$/progress' || !Progress(link, params)
      on.notification(message.method, params)
    endif
    return
  endif
  var reply: dict<any> = {id: message.id}
  try
    reply.result = on.request(message.method, params)
  catch
    reply.error = {code: -32603, message: v:exception}
  endtry
  Send(reply)
enddef

# Pieces of an answer, and reports of what is being written. False for a progress of something else.
def Progress(link: dict<any>, params: dict<any>): bool
  if has_key(link.waiting, params.token)
    var waiting = link.waiting[params.token]
    if has_key(waiting, 'piece') && type(get(params.value, 'text', 0)) == v:t_string
      waiting.piece(params.value.text)
    endif
    return true
  endif
  if type(get(params.value, 'message', 0)) == v:t_string
    for waiting in values(link.waiting)
      if has_key(waiting, 'report')
        waiting.report(params.value.message)
      endif
    endfor
  endif
  return false
enddef

def Send(message: dict<any>, options: dict<any> = {}): any
  if !IsRunning()
    return v:null
  endif
  try
    return ch_sendexpr(current.job, message, options)
  catch /^Vim\%((\a\+)\)\=:E\%(630\|631\|906\)/
    # It ended just now, which its callbacks tell.
  endtry
  return v:null
enddef

export def IsRunning(): bool
  return !empty(current) && !current.ended && job_status(current.job) == 'run' && ch_status(current.job) == 'open'
enddef

export def Notify(method: string, params: dict<any>)
  Send({method: method, params: params})
enddef

# Sends a request; `Done(error, result)` is called once, with the error's message or ''. `hear` may have `piece(text)` for parts
# of the answer and `report(line)` for what the server says it is doing. Returns what ends the request, after which nothing is called.
export def Request(method: string, params: dict<any>, Done: func, hear: dict<any> = {}): func
  count += 1
  var link = current
  var token = $'coderlsp-{count}'
  var sent = has_key(hear, 'piece') ? extendnew(params, {partialResultToken: token}) : params
  if !empty(link)
    link.waiting[token] = extendnew(hear, {done: Done})
  endif
  var id = Send({method: method, params: sent}, {callback: (_, reply) => Answered(link, token, reply)})
  if type(id) != v:t_dict
    timer_start(0, (_) => Answered(link, token, {error: {message: 'The server has ended; :CoderLsp restart starts it again.'}}))
    return () => Forget(link, token)
  endif
  return () => {
    if Forget(link, token) && link is current
      Notify('$/cancelRequest', {id: id.id})
    endif
  }
enddef

def Forget(link: dict<any>, token: string): bool
  if empty(link) || !has_key(link.waiting, token)
    return false
  endif
  remove(link.waiting, token)
  return true
enddef

def Answered(link: dict<any>, token: string, reply: dict<any>)
  if empty(link) || !has_key(link.waiting, token)
    return
  endif
  var Done: func = remove(link.waiting, token).done
  var failed = type(get(reply, 'error', v:null)) == v:t_dict
  Done(failed ? reply.error.message : '', failed ? v:null : get(reply, 'result', v:null))
enddef

# How many requests were not answered yet.
export def Waiting(): number
  return empty(current) ? 0 : len(current.waiting)
enddef

# Ends the server as the protocol has it, and calls Then when it is gone; one that does not end is killed.
export def Stop(Then: func)
  if !IsRunning()
    Then()
    return
  endif
  var link = current
  link.leaving = true
  Request('shutdown', {}, (_, _) => Notify('exit', {}))
  var waited = 0
  timer_start(50, (timer) => {
    waited += 50
    if job_status(link.job) != 'run'
      timer_stop(timer)
      Then()
    elseif waited == 3000
      job_stop(link.job, 'kill')
    endif
  }, {repeat: -1})
enddef

# When Vim ends: nobody waits for the answers.
export def Leave()
  if !empty(current)
    current.leaving = true
    Send({method: 'shutdown', params: {}}, {callback: (_, _) => 0})
    Notify('exit', {})
  endif
enddef
