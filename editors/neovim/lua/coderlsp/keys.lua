--- The keys of suggestions: local to the server's buffers, and only there where a suggestion is; else what they were before.
local config = require('coderlsp.config')
local inline = require('coderlsp.inline')

local M = {}

---@param lhs string
local function raw(lhs)
  return vim.api.nvim_replace_termcodes(lhs, true, true, true)
end

---@param mappings table[]
---@param lhs string
---@return table? mapping
local function find(mappings, lhs)
  for _, mapping in ipairs(mappings) do
    if raw(mapping.lhs) == raw(lhs) then return mapping end
  end
end

--- What a key did before it was ours: the buffer's mapping of then, the mapping of all buffers, or the key itself.
---@param name string
---@param lhs string
---@param before? table the buffer's mapping
local function fall_back(name, lhs, before)
  local mapping = before or find(vim.api.nvim_get_keymap('i'), lhs)
  if not mapping then
    vim.api.nvim_feedkeys(raw(lhs), 'ni', false)
    return
  end
  local plug = ('<Plug>(coderlsp-before-%s)'):format(name)
  local again = vim.tbl_extend('force', mapping, { lhs = plug, lhsraw = raw(plug), buffer = 0 })
  again.lhsrawalt = nil -- of the key itself, which this would map as well
  vim.fn.mapset('i', false, again)
  vim.api.nvim_feedkeys(raw(plug), 'mi', false)
end

--- An entry of the popup menu is selected, which the key is for.
local function chooses()
  return vim.fn.pumvisible() == 1 and vim.fn.complete_info({ 'selected' }).selected >= 0
end

---@type table<string, { desc: string, run: fun(otherwise: fun()), always?: boolean }>
local actions = {
  accept = { desc = 'Take the suggestion', run = function(otherwise) inline.accept('all', otherwise) end },
  accept_word = { desc = 'Take a word of the suggestion', run = function(otherwise) inline.accept('word', otherwise) end },
  accept_line = { desc = 'Take a line of the suggestion', run = function(otherwise) inline.accept('line', otherwise) end },
  next = { desc = 'Next suggestion', run = function() inline.move(1) end },
  previous = { desc = 'Previous suggestion', run = function() inline.move(-1) end },
  dismiss = { desc = 'Remove the suggestion', run = function() inline.dismiss() end },
  request = { desc = 'Ask for suggestions', run = function() inline.request() end, always = true },
}

--- The mappings of buffers that ours stand before.
---@type table<integer, table[]>
local replaced = {}

---@param bufnr integer
function M.attach(bufnr)
  for name, action in pairs(actions) do
    local lhs = config.options.keys[name]
    if lhs then
      local before = find(vim.api.nvim_buf_get_keymap(bufnr, 'i'), lhs)
      if before and (before.desc or ''):match('^CoderLsp: ') then before = nil end
      if before then replaced[bufnr] = vim.list_extend(replaced[bufnr] or {}, { before }) end
      vim.keymap.set('i', lhs, function()
        local otherwise = function() fall_back(name, lhs, before) end
        if not action.always and (not inline.is_shown() or chooses()) then return otherwise() end
        action.run(otherwise)
      end, { buffer = bufnr, desc = 'CoderLsp: ' .. action.desc })
    end
  end
end

---@param bufnr integer
function M.detach(bufnr)
  local before = replaced[bufnr] or {}
  replaced[bufnr] = nil
  if not vim.api.nvim_buf_is_valid(bufnr) then return end
  for _, mapping in ipairs(vim.api.nvim_buf_get_keymap(bufnr, 'i')) do
    if (mapping.desc or ''):match('^CoderLsp: ') then pcall(vim.keymap.del, 'i', mapping.lhs, { buffer = bufnr }) end
  end
  vim.api.nvim_buf_call(bufnr, function()
    for _, mapping in ipairs(before) do
      vim.fn.mapset('i', false, mapping)
    end
  end)
end

--- For :checkhealth: the user's mappings in insert mode that ours stand before.
---@return { key: string, name: string, desc: string }[]
function M.conflicts()
  local found = {}
  for name in pairs(actions) do
    local lhs = config.options.keys[name]
    local mapping = lhs and find(vim.api.nvim_get_keymap('i'), lhs --[[@as string]])
    if mapping then
      table.insert(found, { key = lhs, name = name, desc = mapping.desc or mapping.rhs or 'a Lua function' })
    end
  end
  return found
end

--- For :checkhealth: keys that are given to two of our actions.
---@return string[]
function M.doubles()
  local seen, found = {}, {}
  for name in pairs(actions) do
    local lhs = config.options.keys[name]
    if lhs then
      local key = raw(lhs --[[@as string]])
      if seen[key] then table.insert(found, ('%s: %s and %s'):format(lhs, seen[key], name)) end
      seen[key] = name
    end
  end
  return found
end

return M
