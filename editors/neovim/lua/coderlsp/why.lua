--- Why the last suggestion in a buffer came about.
local compat = require('coderlsp.compat')
local server = require('coderlsp.server')
local view = require('coderlsp.view')

local M = {}

---@param bufnr integer
function M.run(bufnr)
  local client = server.needed()
  if not client then return end
  compat.request(client, 'coderlsp/explainSuggestion', { textDocument = { uri = vim.uri_from_bufnr(bufnr) } }, function(err, result)
    if err then return server.tell(err.message, vim.log.levels.ERROR) end
    -- A null of JSON is no nil.
    if type(result) ~= 'table' then return server.tell('nothing was suggested in this file yet.') end
    view.open({ title = 'Why this suggestion', filetype = 'markdown', lines = vim.split(result.markdown, '\n', { plain = true, trimempty = true }) })
  end, bufnr)
end

return M
