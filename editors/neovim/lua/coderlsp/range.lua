--- Ranges of a buffer as the server has them.
local compat = require('coderlsp.compat')

local M = {}

--- Whole lines.
---@param bufnr integer
---@param first integer from 1
---@param last integer from 1, included
---@param encoding string
---@return lsp.Range
function M.lines(bufnr, first, last, encoding)
  local text = vim.api.nvim_buf_get_lines(bufnr, last - 1, last, false)[1] or ''
  return {
    start = { line = first - 1, character = 0 },
    ['end'] = { line = last - 1, character = compat.from_byte(text, #text, encoding) },
  }
end

--- The empty range at the cursor, which means the block around it.
---@param encoding string
---@return lsp.Range
function M.cursor(encoding)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local at = { line = row - 1, character = compat.from_byte(vim.api.nvim_get_current_line(), col, encoding) }
  return { start = at, ['end'] = at }
end

--- The diagnostics of a range, from all servers and linters.
---@param bufnr integer
---@param range lsp.Range
---@param encoding string
---@return lsp.Diagnostic[]
function M.diagnostics(bufnr, range, encoding)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(bufnr)) do
    local last = one.end_lnum or one.lnum
    if one.lnum <= range['end'].line and last >= range.start.line then
      local function at(line, col)
        local text = vim.api.nvim_buf_get_lines(bufnr, line, line + 1, false)[1] or ''
        return { line = line, character = compat.from_byte(text, col, encoding) }
      end
      table.insert(found, {
        range = { start = at(one.lnum, one.col), ['end'] = at(last, one.end_col or one.col) },
        message = one.message, severity = one.severity, source = one.source, code = one.code,
      })
    end
  end
  return found
end

return M
