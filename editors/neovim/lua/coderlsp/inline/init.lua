--- Suggestions while typing, shown by Neovim's inline completion or by ours.
local config = require('coderlsp.config')
local ghost = require('coderlsp.inline.ghost')
local native = require('coderlsp.inline.native')
local server = require('coderlsp.server')
local status = require('coderlsp.status')

local M = {}

---@return 'native'|'ghost'
function M.engine()
  local wanted = config.options.inline.engine
  if wanted == 'auto' then wanted = native.is_available() and 'native' or 'ghost' end
  return wanted --[[@as 'native'|'ghost']]
end

local function engine()
  return M.engine() == 'native' and native or ghost
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  engine().attach(client, bufnr)
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.detach(client, bufnr)
  engine().detach(bufnr, client)
end

--- Whether a suggestion is on the screen.
---@return boolean
function M.is_shown()
  return engine().is_shown()
end

--- Takes the suggestion, or its next word, or its next line.
---@param part? coderlsp.Part 'all' by default
---@param otherwise? fun() Called when there is nothing to take.
function M.accept(part, otherwise)
  engine().accept(part or 'all', otherwise or function() end)
end

--- Removes the suggestion.
function M.dismiss()
  engine().dismiss()
end

--- Asks for suggestions now.
function M.request()
  engine().request(0)
end

--- Shows the next suggestion, or with -1 the one before; asks for others where there is but one.
---@param count? integer
function M.move(count)
  engine().move(count or 1)
end

--- Whether suggestions come by themselves. The server knows it, whose configuration file may say it, too; without one, the options do.
---@param filetype? string nil for all
---@param now? coderlsp.Status The latest by default.
---@return boolean
function M.is_enabled(filetype, now)
  local inline = (now or status.current).inline or config.options.settings.inline or {}
  local here = filetype and (inline.languages or {})[filetype]
  if here ~= nil then return here end
  return inline.enabled ~= false
end

--- Whether suggestions come by themselves. The server is told, so that no work is done for those that do not.
---@param enabled boolean
---@param filetype? string nil for all
function M.enable(enabled, filetype)
  if filetype then
    server.change_settings({ inline = { languages = { [filetype] = enabled } } })
  else
    server.change_settings({ inline = { enabled = enabled } })
  end
  if not enabled then M.dismiss() end
end

return M
