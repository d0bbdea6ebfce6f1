--- Suggestions through Neovim's own inline completion (0.12). It asks and shows; taking them in parts is done here, and asking for
--- more than one, for both of which it has no functions.
local accept = require('coderlsp.inline.accept')
local compat = require('coderlsp.compat')

local M = {}

---@class coderlsp.Offer
---@field item table
---@field position { line: integer, character: integer } Where it was asked for.

--- The latest answer, by the ids of the items' commands: Neovim keeps neither the position nor the item as it came.
---@type table<string, coderlsp.Offer>
local offers = {}
local offered = 0
-- What the next request is to be: the user's own, after which so many suggestions further are shown.
local wanted = nil ---@type integer?

---@param command? lsp.Command
local function id_of(command)
  return command and command.command == 'coderlsp.accepted' and command.arguments and command.arguments[1] or nil
end

---@param result any
---@param position table
local function remember(result, position)
  offers, offered = {}, 0
  for _, item in ipairs(type(result) == 'table' and result.items or {}) do
    local id = id_of(item.command)
    if id then offers[id] = { item = item, position = position } end
    offered = offered + 1
  end
end

--- Looks at the requests and answers that go by.
---@param rpc vim.lsp.rpc.PublicClient
---@return vim.lsp.rpc.PublicClient
function M.wrap(rpc)
  local request = rpc.request
  rpc.request = function(method, params, callback, ...)
    if method ~= 'textDocument/inlineCompletion' or not M.is_available() then return request(method, params, callback, ...) end
    local further = wanted
    wanted = nil
    if further then params.context.triggerKind = 1 end
    return request(method, params, function(err, result, ...)
      -- A superseded request is answered with nothing, behind which the next one's answer comes.
      remember(result, params.position)
      callback(err, result, ...)
      if further and further ~= 0 and offered > 1 then vim.lsp.inline_completion.select({ count = further }) end
    end, ...)
  end
  return rpc
end

---@return boolean
function M.is_available()
  return vim.lsp.inline_completion ~= nil
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  -- Only for this server: others may offer inline completion too, and were perhaps left off on purpose.
  vim.lsp.inline_completion.enable(true, { client_id = client.id, bufnr = bufnr })
end

---@param bufnr integer
---@param client vim.lsp.Client
function M.detach(bufnr, client)
  if not vim.api.nvim_buf_is_valid(bufnr) then return end
  -- Neovim 0.12.4 forgets a client only in buffers where inline completion is on for all clients, and fails at the next key
  -- when it still knows one that has ended.
  local variable = '_lsp_enabled_inline_completion'
  local before = vim.b[bufnr][variable]
  vim.b[bufnr][variable] = true
  vim.lsp.inline_completion.enable(false, { client_id = client.id, bufnr = bufnr })
  vim.b[bufnr][variable] = before
end

---@return boolean
function M.is_shown()
  local namespace = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  return namespace ~= nil and #vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { limit = 1 }) > 0
end

---@param item vim.lsp.inline_completion.Item
---@return coderlsp.Suggestion? ours
local function suggestion_of(item)
  local offer = offers[id_of(item.command) or '']
  local client = vim.lsp.get_client_by_id(item.client_id)
  if not offer or not client then return end
  local range, bufnr = offer.item.range, vim.api.nvim_get_current_buf()
  local line = vim.api.nvim_buf_get_lines(bufnr, range.start.line, range.start.line + 1, false)[1]
  if not line then return end
  local encoding = client.offset_encoding
  local col = compat.to_byte(line, range.start.character, encoding)
  -- The text between the two was behind the cursor when it was asked for; its bytes are counted at the end of the line, whose
  -- beginning may have grown since.
  local tail = range['end'].character - offer.position.character
  local cursor = vim.api.nvim_win_get_cursor(0)[2]
  return {
    client_id = client.id, bufnr = bufnr, item = offer.item, text = offer.item.insertText, before = 0,
    row = range.start.line, col = col, tail = compat.to_byte(line:sub(cursor + 1), tail, encoding),
  }
end

---@param part coderlsp.Part
---@param otherwise fun() When there is nothing to take.
function M.accept(part, otherwise)
  local known = M.is_shown() and vim.lsp.inline_completion.get({
    on_accept = function(item)
      local suggestion = suggestion_of(item)
      -- Another server's.
      if not suggestion then return item end
      if not accept.apply(suggestion, part) then otherwise() end
    end,
  })
  if not known then otherwise() end
end

function M.dismiss()
  vim.lsp.inline_completion.get({ on_accept = function() end })
end

--- Asks for suggestions now, and shows the one so many further.
---@param further integer
function M.request(further)
  wanted = further
  -- Neovim asks after moves of the cursor only.
  vim.api.nvim_exec_autocmds('CursorMovedI', { buffer = vim.api.nvim_get_current_buf(), modeline = false })
end

---@param count integer
function M.move(count)
  if offered > 1 then return vim.lsp.inline_completion.select({ count = count }) end
  M.request(count)
end

return M
