--- Suggestions as virtual text of our own, for Neovim 0.10 and 0.11, which have no inline completion.
local accept = require('coderlsp.inline.accept')
local compat = require('coderlsp.compat')
local config = require('coderlsp.config')

local M = {}

local namespace = vim.api.nvim_create_namespace('coderlsp')
local group = vim.api.nvim_create_augroup('coderlsp.ghost', {})

-- There is one cursor, so that there is one of each of these.
local items = {} ---@type coderlsp.Suggestion[]
local index = 1
local asked = nil ---@type { client_id: integer, id: integer }?
local timer = nil ---@type uv.uv_timer_t?

local function hide(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) then vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1) end
end

local function cancel()
  if timer then
    timer:stop()
    if not timer:is_closing() then timer:close() end
    timer = nil
  end
  if asked then
    local client = vim.lsp.get_client_by_id(asked.client_id)
    if client and not compat.is_stopped(client) then compat.cancel(client, asked.id) end
    asked = nil
  end
end

local function forget()
  if items[1] then hide(items[1].bufnr) end
  items, index = {}, 1
end

--- Shows what is left of the current suggestion behind the cursor.
---@param count? boolean Whether to say which of how many it is.
---@return boolean shown
local function show(count)
  local suggestion = items[index]
  if not suggestion then return false end
  hide(suggestion.bufnr)
  local rest, typed = accept.rest(suggestion)
  if not rest or rest == '' then return false end
  local lines = vim.split(rest:gsub('\t', (' '):rep(vim.bo.tabstop)), '\n', { plain = true })
  local shown = vim.tbl_map(function(line) return { { line, 'CoderLspSuggestion' } } end, lines)
  if count then table.insert(shown[#shown], { (' (%d/%d)'):format(index, #items), 'CoderLspCount' }) end
  vim.api.nvim_buf_set_extmark(suggestion.bufnr, namespace, suggestion.row, suggestion.col + typed, {
    virt_text = shown[1],
    virt_text_pos = suggestion.tail > 0 and 'overlay' or 'inline',
    virt_lines = #shown > 1 and vim.list_slice(shown, 2) or nil,
    hl_mode = 'combine',
  })
  return true
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param result any
---@param position { line: integer, character: integer }
---@return coderlsp.Suggestion[]
local function suggestions_of(client, bufnr, result, position)
  local found = {}
  for _, item in ipairs(type(result) == 'table' and (result.items or result) or {}) do
    local range = item.range or { start = position, ['end'] = position }
    local line = vim.api.nvim_buf_get_lines(bufnr, range.start.line, range.start.line + 1, false)[1]
    if line and type(item.insertText) == 'string' then
      local function byte(at) return compat.to_byte(line, at.character, client.offset_encoding) end
      table.insert(found, {
        client_id = client.id, bufnr = bufnr, item = item, text = item.insertText, before = 0,
        row = range.start.line, col = byte(range.start), tail = byte(range['end']) - byte(position),
      })
    end
  end
  return found
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param kind 1|2 Invoked or automatic.
---@param further integer Shows the one so many behind the first.
local function request(client, bufnr, kind, further)
  cancel()
  if compat.is_stopped(client) or vim.api.nvim_get_current_buf() ~= bufnr then return end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding) --[[@as table]]
  params.context = { triggerKind = kind }
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local sent, id
  sent, id = compat.request(client, 'textDocument/inlineCompletion', params, function(err, result)
    if asked and asked.id == id then asked = nil end
    if err or not vim.api.nvim_buf_is_valid(bufnr) or vim.api.nvim_get_current_buf() ~= bufnr then return end
    if not vim.startswith(vim.api.nvim_get_mode().mode, 'i') or vim.api.nvim_buf_get_changedtick(bufnr) ~= tick
      or not vim.deep_equal(vim.api.nvim_win_get_cursor(0), cursor) then
      return
    end
    forget()
    items = suggestions_of(client, bufnr, result, params.position)
    if #items == 0 then return end
    index = further % #items + 1
    if show(kind == 1 and #items > 1) then
      compat.notify(client, 'textDocument/didShowCompletion', { item = items[index].item })
    else
      forget()
    end
  end, bufnr)
  asked = sent and { client_id = client.id, id = id } or nil
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  vim.api.nvim_create_autocmd({ 'InsertEnter', 'CursorMovedI', 'TextChangedI', 'TextChangedP' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      -- Who types what is suggested keeps it.
      if show() then return end
      forget()
      cancel()
      timer = vim.defer_fn(function() request(client, bufnr, 2, 0) end, config.options.inline.debounce)
    end,
  })
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, {
    group = group,
    buffer = bufnr,
    callback = M.dismiss,
  })
end

---@param bufnr integer
function M.detach(bufnr)
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  M.dismiss()
end

---@return boolean
function M.is_shown()
  return #vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { limit = 1 }) > 0
end

---@param part coderlsp.Part
---@param otherwise fun()
function M.accept(part, otherwise)
  local suggestion = M.is_shown() and items[index] or nil
  if not suggestion then return otherwise() end
  cancel()
  forget()
  local taken, left = accept.apply(suggestion, part)
  if not taken then return otherwise() end
  if left then
    items = { left }
    show()
  end
end

function M.dismiss()
  cancel()
  forget()
end

---@param further integer
function M.request(further)
  local client = require('coderlsp.server').client()
  if client then request(client, vim.api.nvim_get_current_buf(), 1, further) end
end

---@param count integer
function M.move(count)
  if #items < 2 then return M.request(count) end
  index = (index - 1 + count) % #items + 1
  show(true)
end

return M
