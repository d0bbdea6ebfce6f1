--- Which model suggests.
local config = require('coderlsp.config')
local server = require('coderlsp.server')
local status = require('coderlsp.status')

local M = {}

--- The folders that names of models are looked up in, as the server has them.
local function folders()
  local given = config.options.settings.modelFolders
  if given then return given end
  local home = vim.uv.os_homedir()
  if vim.fn.has('win32') == 1 then return { (vim.env.LOCALAPPDATA or home) .. '/coderlsp/models' } end
  if vim.fn.has('mac') == 1 then return { home .. '/Library/Application Support/coderlsp/models' } end
  return { (vim.env.XDG_DATA_HOME or home .. '/.local/share') .. '/coderlsp/models' }
end

--- The names of the models that are there.
---@return string[]
function M.names()
  local names = { 'seedling' }
  for _, folder in ipairs(folders()) do
    for name, kind in vim.fs.dir(vim.fs.normalize(folder)) do
      if kind ~= 'directory' and name:match('%.gguf$') then table.insert(names, (name:gsub('%.gguf$', ''))) end
    end
  end
  table.sort(names)
  return names
end

--- Takes another model for suggestions, until Neovim ends.
---@param name? string a name or a path; nil shows a menu.
function M.choose(name)
  if name then return server.change_settings({ model = name }) end
  local current = status.current.model and status.current.model.name
  vim.ui.select(M.names(), {
    prompt = 'Model for suggestions' .. (current and (' (now %s)'):format(current) or ''),
  }, function(chosen)
    if chosen then server.change_settings({ model = chosen }) end
  end)
end

return M
