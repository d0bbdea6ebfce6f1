--- A floating window for text that is read, scrolled and closed by `q`.
local config = require('coderlsp.config')

local M = {}

---@class coderlsp.View
---@field bufnr integer
---@field window integer
local View = {}
View.__index = View

--- Replaces the text of a buffer that its reader cannot change.
---@param bufnr integer
---@param lines string[]
function M.set(bufnr, lines)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
end

--- Adds to it at the end.
---@param bufnr integer
---@param text string
function M.append(bufnr, text)
  local last = vim.api.nvim_buf_line_count(bufnr) - 1
  local column = #vim.api.nvim_buf_get_lines(bufnr, last, last + 1, false)[1]
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_text(bufnr, last, column, last, column, vim.split(text, '\n', { plain = true }))
  vim.bo[bufnr].modifiable = false
end

--- Opens a window, and goes there.
---@param view { title: string, footer?: string, filetype: string, lines?: string[], on_close?: fun() }
---@return coderlsp.View
function M.open(view)
  local shape = config.options.window
  local width = math.max(20, math.floor(vim.o.columns * shape.width))
  local height = math.max(3, math.floor((vim.o.lines - 4) * shape.height))
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.bo[bufnr].bufhidden = 'wipe'
  local window = vim.api.nvim_open_win(bufnr, true, {
    relative = 'editor', width = width, height = height,
    row = math.floor((vim.o.lines - height) / 2) - 1, col = math.floor((vim.o.columns - width) / 2),
    style = 'minimal', border = shape.border,
    title = shape.border ~= 'none' and (' %s '):format(view.title) or nil,
    footer = shape.border ~= 'none' and (' %s '):format(view.footer or 'q closes') or nil,
  })
  vim.wo[window].wrap, vim.wo[window].linebreak = true, true
  local self = setmetatable({ bufnr = bufnr, window = window }, View)
  self:set(view.lines or {})
  vim.bo[bufnr].filetype = view.filetype
  self:map('q', function() self:close() end, 'Close')
  self:map('<Esc>', function() self:close() end, 'Close')
  if view.on_close then
    vim.api.nvim_create_autocmd('BufWipeout', { buffer = bufnr, once = true, callback = view.on_close })
  end
  return self
end

---@return boolean
function View:is_open()
  return vim.api.nvim_buf_is_valid(self.bufnr) and vim.api.nvim_win_is_valid(self.window)
end

---@param key string
---@param run fun()
---@param desc string
function View:map(key, run, desc)
  vim.keymap.set('n', key, run, { buffer = self.bufnr, nowait = true, desc = desc })
end

--- Replaces everything.
---@param lines string[]
function View:set(lines)
  if self:is_open() then M.set(self.bufnr, lines) end
end

--- Adds text at the end. The window stays where the reader is.
---@param text string
function View:append(text)
  if self:is_open() then M.append(self.bufnr, text) end
end

---@param text string
function View:footer(text)
  if self:is_open() and config.options.window.border ~= 'none' then
    vim.api.nvim_win_set_config(self.window, { footer = (' %s '):format(text) })
  end
end

function View:close()
  if vim.api.nvim_win_is_valid(self.window) then vim.api.nvim_win_close(self.window, true) end
end

return M
