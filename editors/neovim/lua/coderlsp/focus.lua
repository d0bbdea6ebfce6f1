--- Tells the server where the user is, so that it reads the text around that place before a suggestion is asked for.
local compat = require('coderlsp.compat')

local M = {}

---@param bufnr integer
local function group_of(bufnr)
  return ('coderlsp.focus.%d'):format(bufnr)
end

--- Tells it where the cursor of a buffer is, if that is the current one.
---@param client vim.lsp.Client
---@param bufnr integer
local function tell(client, bufnr)
  if bufnr ~= vim.api.nvim_get_current_buf() or compat.is_stopped(client) then return end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  compat.notify(client, 'textDocument/didFocus', params)
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  -- While one types, suggestions are asked for, which says the same.
  vim.api.nvim_create_autocmd({ 'BufEnter', 'CursorMoved' }, {
    group = vim.api.nvim_create_augroup(group_of(bufnr), {}),
    buffer = bufnr,
    callback = function() tell(client, bufnr) end,
  })
  tell(client, bufnr)
end

---@param bufnr integer
function M.detach(bufnr)
  pcall(vim.api.nvim_del_augroup_by_name, group_of(bufnr))
end

return M
