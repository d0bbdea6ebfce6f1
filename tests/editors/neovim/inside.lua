-- What the test asks the editor, called by its name over the socket: each function gives one string, empty for "not (yet)".
local T = {}
_G.T = T
T.told = {}

-- Everything that the user is told, in order.
local notify = vim.notify
vim.notify = function(message, ...)
  table.insert(T.told, message)
  return notify(message, ...)
end

-- Where the server was told last that the user is: "names.py:7".
local focus = ''
local has_plugin, compat = pcall(require, 'coderlsp.compat')
if has_plugin then
  local send = compat.notify
  compat.notify = function(client, method, params, ...)
    if method == 'textDocument/didFocus' then
      focus = ('%s:%d'):format(vim.fs.basename(vim.uri_to_fname(params.textDocument.uri)), params.position.line + 1)
    end
    return send(client, method, params, ...)
  end
end
function T.focus() return focus end

local function extmark()
  for _, name in ipairs({ 'nvim.lsp.inline_completion', 'coderlsp' }) do
    local namespace = vim.api.nvim_get_namespaces()[name]
    local mark = namespace and vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })[1]
    if mark then return mark[4] end
  end
end

--- The suggestion behind the cursor, all lines of it, without the count of suggestions.
function T.shown()
  local mark = extmark()
  if not mark or not mark.virt_text then return '' end
  local lines = { mark.virt_text[1][1] }
  for _, line in ipairs(mark.virt_lines or {}) do table.insert(lines, line[1][1]) end
  return table.concat(lines, '\n')
end

--- "(1/3)" behind it.
function T.count()
  local mark = extmark()
  local last = mark and mark.virt_lines and mark.virt_lines[#mark.virt_lines] or mark and mark.virt_text
  return last and last[2] and vim.trim(last[2][1]) or ''
end

--- The screen's characters, line by line.
function T.screen()
  vim.cmd.redraw()
  local rows = {}
  for row = 1, vim.o.lines do
    local cells = {}
    for column = 1, vim.o.columns do table.insert(cells, vim.fn.screenstring(row, column)) end
    table.insert(rows, (table.concat(cells):gsub('%s+$', '')))
  end
  return table.concat(rows, '\n')
end

--- Whether each line of the suggestion stands on the screen.
function T.on_screen()
  local screen = T.screen()
  for line in vim.gsplit(T.shown(), '\n') do
    if not screen:find(vim.trim(line), 1, true) then return '' end
  end
  return 'yes'
end

function T.line() return vim.api.nvim_get_current_line() end
function T.text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') end
--- The text up to the cursor.
function T.before()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return table.concat(vim.api.nvim_buf_get_text(0, 0, 0, row - 1, col, {}), '\n')
end
function T.mode() return vim.api.nvim_get_mode().mode end
function T.name() return vim.fn.expand('%:t') end
function T.attached() return vim.lsp.get_clients({ name = 'coderlsp', bufnr = 0 })[1] and 'yes' or '' end
--- The folders that the server knows of.
function T.folders()
  local names = vim.tbl_map(function(folder) return vim.fs.basename(folder.name) end, vim.lsp.get_clients({ name = 'coderlsp' })[1].workspace_folders)
  table.sort(names)
  return table.concat(names, ' ')
end
--- Whether the server has answered everything.
function T.is_quiet() return vim.tbl_isempty(vim.lsp.get_clients({ name = 'coderlsp' })[1].requests) end
--- How many answers with text the chat shows, once the last of them has come.
function T.answers() return T.is_quiet() and select(2, T.text():gsub('## CoderLsp\n\n%S', '')) end
--- The process of the server.
function T.pid()
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    local name = io.open(('/proc/%d/comm'):format(child))
    if name and name:read('l') == 'coderlsp' then return tostring(child) end
  end
  return ''
end
function T.messages() return vim.api.nvim_exec2('messages', { output = true }).output end
function T.all_told() return table.concat(T.told, '\n') end

--- The text of the floating window that has the focus.
function T.float()
  return vim.api.nvim_win_get_config(0).relative ~= '' and T.text() or ''
end

function T.footer()
  local footer = vim.api.nvim_win_get_config(0).footer
  return footer and vim.trim(footer[1][1]) or ''
end

--- A call: `T.run('status')`.
function T.run(...)
  vim.cmd.CoderLsp({ args = { ... } })
  return 'done'
end

--- From now on: the lines that questions take along, "2-3", or "none".
function T.watch_context()
  local stream = require('coderlsp.stream')
  local request = stream.request
  stream.request = function(client, method, params, ...)
    local code = (params.context or {})[1]
    T.context = code and ('%d-%d'):format(code.range.start.line + 1, code.range['end'].line) or 'none'
    return request(client, method, params, ...)
  end
  return 'done'
end

--- From now on: the roles of the messages that go to the server, and how many pieces of answers came; the first one stops it.
function T.watch_chat()
  local stream = require('coderlsp.stream')
  local request, pid = stream.request, tonumber(T.pid())
  T.pieces = 0
  stream.request = function(client, method, params, bufnr, hear)
    T.roles = table.concat(vim.tbl_map(function(message) return message.role end, params.messages), ' ')
    local on_piece = hear.on_piece
    hear.on_piece = function(text)
      T.pieces = T.pieces + 1
      if T.pieces == 1 then vim.uv.kill(pid, 'sigstop') end
      on_piece(text)
    end
    return request(client, method, params, bufnr, hear)
  end
  return 'done'
end
