--- A conversation with the chat model, in a window beside the code.
local place = require('coderlsp.place')
local server = require('coderlsp.server')
local stream = require('coderlsp.stream')
local view = require('coderlsp.view')

local M = {}

local bufnr = nil ---@type integer?
local messages = {} ---@type { role: 'user'|'assistant', content: string }[]
local about = nil ---@type coderlsp.Place?
local cancel = nil ---@type fun()?
local written = '' -- of the answer that is being written

---@param text string
local function append(text)
  if not bufnr or not vim.api.nvim_buf_is_valid(bufnr) then return end
  local last = vim.api.nvim_buf_line_count(bufnr) - 1
  view.append(bufnr, text)
  local count = vim.api.nvim_buf_line_count(bufnr)
  for _, window in ipairs(vim.fn.win_findbuf(bufnr)) do
    -- Who scrolled up reads there on.
    if vim.api.nvim_win_get_cursor(window)[1] > last then vim.api.nvim_win_set_cursor(window, { count, 0 }) end
  end
end

local function stop()
  if not cancel then return end
  cancel()
  cancel = nil
  -- The next question finds what was answered, or no question without an answer.
  if written ~= '' then
    table.insert(messages, { role = 'assistant', content = written })
  else
    table.remove(messages)
  end
  append('\n\n*(ended)*\n\n')
end

---@param new? coderlsp.Place
local function turn_to(new)
  if about then about:forget() end
  about = new
end

--- Asks something.
---@param question string
function M.send(question)
  local client = server.needed()
  if not client then return end
  if cancel then return server.tell('an answer is being written; <C-c> ends it.') end
  table.insert(messages, { role = 'user', content = question })
  local code = about and about:now()
  if about and not code then
    turn_to(nil)
    append('*(the lines that this is about were deleted)*\n\n')
  end
  append(('## You\n\n%s\n\n## CoderLsp\n\n'):format(question))
  written = ''
  cancel = stream.request(client, 'coderlsp/chat', {
    messages = messages, context = code and { code } or nil,
  }, bufnr or 0, {
    on_piece = function(text)
      written = written .. text
      append(text)
    end,
    on_done = function(err, result)
      cancel = nil
      if err then
        table.remove(messages)
        return append(('**%s**\n\n'):format(err))
      end
      table.insert(messages, { role = 'assistant', content = result.message.content })
      append((written ~= '' and '' or result.message.content) .. (result.stopReason == 'length' and ' … *(cut off)*' or '') .. '\n\n')
    end,
  })
end

local function ask()
  vim.ui.input({ prompt = 'Ask: ' }, function(question)
    if question and vim.trim(question) ~= '' then M.send(question) end
  end)
end

local function clear()
  stop()
  messages = {}
  turn_to(nil)
  if not bufnr then return end
  view.set(bufnr, {})
end

local function open()
  if not bufnr or not vim.api.nvim_buf_is_valid(bufnr) then
    bufnr = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(bufnr, 'coderlsp://chat')
    vim.bo[bufnr].bufhidden, vim.bo[bufnr].modifiable = 'hide', false
    vim.bo[bufnr].filetype = 'markdown'
    local function map(key, run, desc)
      vim.keymap.set('n', key, run, { buffer = bufnr, nowait = true, desc = desc })
    end
    map('<CR>', ask, 'Ask')
    map('i', ask, 'Ask')
    map('<C-c>', stop, 'End the answer')
    map('C', clear, 'Start anew')
    map('q', function() vim.cmd.close({ mods = { emsg_silent = true } }) end, 'Close')
  end
  local window = vim.fn.win_findbuf(bufnr)[1]
  if window then return vim.api.nvim_set_current_win(window) end
  vim.cmd('botright vsplit')
  vim.api.nvim_win_set_buf(0, bufnr)
  vim.wo.wrap, vim.wo.linebreak, vim.wo.number = true, true, false
  if vim.fn.exists('+winbar') == 1 then vim.wo.winbar = 'CoderLsp chat: <CR> asks, <C-c> ends an answer, C starts anew, q closes' end
end

--- Opens the conversation.
---@param code? { bufnr: integer, first: integer, last: integer } Lines that the following questions are about.
---@param question? string nil lets the user type one.
function M.start(code, question)
  if code then turn_to(place.follow(code.bufnr, code.first, code.last)) end
  open()
  if question then M.send(question) elseif #messages == 0 then ask() end
end

return M
