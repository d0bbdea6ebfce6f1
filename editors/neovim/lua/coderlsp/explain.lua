--- An explanation of code, which is read while it is written.
local server = require('coderlsp.server')
local stream = require('coderlsp.stream')
local view = require('coderlsp.view')

local M = {}

---@param bufnr integer
---@param range lsp.Range An empty one means the block around it.
function M.run(bufnr, range)
  local client = server.needed()
  if not client then return end
  local cancel = function() end
  local window = view.open({
    title = 'Explain', footer = 'q ends it', filetype = 'markdown', on_close = function() cancel() end,
  })
  cancel = stream.request(client, 'coderlsp/explain', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) }, range = range,
  }, bufnr, {
    on_piece = function(text) window:append(text) end,
    on_done = function(err, result)
      if not window:is_open() then return end
      window:footer('q closes')
      window:set(vim.split(err or result.markdown, '\n', { plain = true }))
    end,
  })
end

return M
