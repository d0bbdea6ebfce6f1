--- Lines of a buffer that are followed while the text around them changes.
local M = {}

local namespace = vim.api.nvim_create_namespace('coderlsp.place')

---@class coderlsp.Place
---@field bufnr integer
---@field uri string
---@field first integer from 1, as it was known last
---@field last integer
---@field private mark? integer
---@field private group integer
local Place = {}
Place.__index = Place

--- Begins to follow lines of a buffer.
---@param bufnr integer
---@param first integer from 1
---@param last integer included
---@return coderlsp.Place
function M.follow(bufnr, first, last)
  local self = setmetatable({ bufnr = bufnr, uri = vim.uri_from_bufnr(bufnr), first = first, last = last }, Place)
  self:put()
  self.group = vim.api.nvim_create_augroup(('coderlsp.place.%d.%d'):format(bufnr, self.mark), {})
  -- A buffer that is left, or read anew, loses its marks.
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWritePost' }, { group = self.group, buffer = bufnr, callback = function() self:look() end })
  vim.api.nvim_create_autocmd('BufReadPost', { group = self.group, buffer = bufnr, callback = function() self:put() end })
  return self
end

---@private
function Place:put()
  local count = vim.api.nvim_buf_line_count(self.bufnr)
  local first, last = math.min(self.first, count), math.min(self.last, count)
  self.mark = vim.api.nvim_buf_set_extmark(self.bufnr, namespace, first - 1, 0, {
    id = self.mark, end_row = last - 1, end_col = #vim.api.nvim_buf_get_lines(self.bufnr, last - 1, last, true)[1], invalidate = true,
  })
end

--- Finds out where they are now, in `first` and `last`.
---@private
---@return boolean exist
function Place:look()
  if not vim.api.nvim_buf_is_loaded(self.bufnr) then return true end
  local row, _, mark = unpack(vim.api.nvim_buf_get_extmark_by_id(self.bufnr, namespace, self.mark, { details = true }))
  if not row or mark.invalid then return false end
  self.first, self.last = row + 1, mark.end_row + 1
  return true
end

--- As the server takes it.
---@return { uri: string, range: lsp.Range }? now nil when the lines were deleted
function Place:now()
  if not self:look() then return end
  return { uri = self.uri, range = { start = { line = self.first - 1, character = 0 }, ['end'] = { line = self.last, character = 0 } } }
end

--- Ends it.
function Place:forget()
  vim.api.nvim_del_augroup_by_id(self.group)
  if vim.api.nvim_buf_is_valid(self.bufnr) then vim.api.nvim_buf_del_extmark(self.bufnr, namespace, self.mark) end
end

return M
