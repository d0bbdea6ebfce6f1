" What the test asks the editor, called by its name from outside: each function gives one string, empty for "not (yet)".

func T_text()
  return join(getline(1, '$'), "\n")
endfunc

" The text up to the cursor.
func T_before()
  return join(getline(1, line('.') - 1) + [strpart(getline('.'), 0, col('.') - 1)], "\n")
endfunc

func T_line()
  return getline('.')
endfunc

func T_mode()
  return mode(1)
endfunc

func T_name()
  return expand('%:t')
endfunc

" How many windows show files whose name matches.
func T_windows(pattern)
  return len(filter(range(1, winnr('$')), 'fnamemodify(bufname(winbufnr(v:val)), ":t") =~ a:pattern'))
endfunc

func T_messages()
  return execute('messages')
endfunc

" The suggestion behind the cursor, all lines of it. Vim lists the lines below from the last one to the first.
func T_shown()
  let texts = map(prop_list(line('.'), {'types': ['CoderLspSuggestion']}), 'v:val')
  let first = join(map(filter(copy(texts), 'v:val.col > 0'), 'v:val.text'), '')
  let below = reverse(map(filter(copy(texts), 'v:val.col == 0'), 'v:val.text ==# " " ? "" : v:val.text'))
  return join([first] + below, "\n")
endfunc

" "(1/3)" behind it.
func T_count()
  return join(map(prop_list(line('.'), {'types': ['CoderLspCount']}), 'v:val.text'), '')
endfunc

" The text of the window that has the focus, if it is one of the plugin's.
func T_view()
  return exists('b:coderlsp_view') ? T_text() : ''
endfunc

func T_footer()
  return exists('b:coderlsp_view') ? b:coderlsp_view.footer : ''
endfunc

func T_buffer(name)
  return join(getbufline(bufnr(a:name), 1, '$'), "\n")
endfunc

" How often a pattern is in the messages.
func T_told(pattern)
  return len(filter(split(T_messages(), "\n"), 'v:val =~# a:pattern'))
endfunc

" The process of the server.
func T_pid()
  for job in job_info()
    if job_status(job) ==# 'run' && job_info(job).cmd[0] =~# 'coderlsp$'
      return job_info(job).process
    endif
  endfor
  return ''
endfunc

" All messages that went to the server through `tee`.
func T_wire()
  let messages = []
  let wire = join(readfile($HOME .. '/wire', 'b'), "\n")
  while wire =~# '^Content-Length'
    let [header, length; _] = matchlist(wire, '^\(\_.\{-}\r\n\r\n\)')[1:] + ['']
    let length = str2nr(matchstr(header, 'Content-Length: *\zs\d\+'))
    if len(wire) < len(header) + length
      break
    endif
    call add(messages, json_decode(strpart(wire, len(header), length)))
    let wire = strpart(wire, len(header) + length)
  endwhile
  return messages
endfunc

" The document as a server has it that applies what was sent to it.
func T_copy(name)
  let lines = []
  for message in T_wire()
    if get(get(get(message, 'params', {}), 'textDocument', {}), 'uri', '') !~# a:name .. '$'
      continue
    elseif message.method ==# 'textDocument/didOpen'
      let lines = split(message.params.textDocument.text, "\n", 1)
    elseif message.method ==# 'textDocument/didChange'
      for change in message.params.contentChanges
        let new = split(change.text, "\n", 1)
        if !has_key(change, 'range')
          let lines = new
          continue
        endif
        let [from, till] = [change.range.start, change.range.end]
        let new[0] = strpart(lines[from.line], 0, from.character) .. new[0]
        let new[-1] ..= strpart(lines[till.line], till.character)
        let lines = slice(lines, 0, from.line) + new + slice(lines, till.line + 1)
      endfor
    endif
  endfor
  return join(lines, "\n")
endfunc

" How many changes were told as parts of the text.
func T_partial()
  return len(filter(T_wire(), {_, m -> get(m, 'method', '') ==# 'textDocument/didChange' && has_key(m.params.contentChanges[0], 'range')}))
endfunc

func s:Requests()
  return map(filter(T_wire(), {_, m -> get(m, 'method', '') ==# 'textDocument/inlineCompletion'}), {_, m -> m.id})
endfunc

func T_requests()
  return len(s:Requests())
endfunc

" Whether the last but one request was cancelled.
func T_cancelled()
  let id = s:Requests()[-2]
  return empty(filter(T_wire(), {_, m -> get(m, 'method', '') ==# '$/cancelRequest' && m.params.id == id})) ? '' : 'yes'
endfunc

" Who says what in the conversation that was sent last.
func T_roles()
  let chats = filter(T_wire(), {_, m -> get(m, 'method', '') ==# 'coderlsp/chat'})
  return join(map(chats[-1].params.messages, {_, message -> message.role}))
endfunc

" The lines that the last question took along, "2-3", or "none"; empty before there are so many questions.
func T_context(questions)
  let chats = filter(T_wire(), {_, m -> get(m, 'method', '') ==# 'coderlsp/chat'})
  if len(chats) < a:questions
    return ''
  endif
  let code = get(get(chats[-1].params, 'context', []), 0, {})
  return empty(code) ? 'none' : printf('%d-%d', code.range.start.line + 1, code.range.end.line)
endfunc

" How many answers of the chat have text.
func T_answers()
  return len(split(T_text(), '## CoderLsp\n\n[^[:cntrl:]]', 1)) - 1
endfunc

" Stops the server as soon as there are so many.
func T_stop_at(answers, pid)
  call timer_start(5, {timer -> T_answers() >= a:answers ? [timer_stop(timer), job_start(['kill', '-STOP', a:pid])] : 0}, {'repeat': -1})
  return 'yes'
endfunc

" The types by which documents were opened.
func T_types()
  return join(map(filter(T_wire(), {_, m -> get(m, 'method', '') ==# 'textDocument/didOpen'}), {_, m -> m.params.textDocument.languageId}))
endfunc
