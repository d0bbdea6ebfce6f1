--- Taking a suggestion, or a part of it.
local compat = require('coderlsp.compat')

local M = {}

---@alias coderlsp.Part 'all'|'word'|'line'

---@class coderlsp.Suggestion
---@field client_id integer
---@field bufnr integer
---@field item table The server's, for telling it what became of it.
---@field text string What replaces the range from `col` on.
---@field before integer Bytes of the item's text that were taken already and lie before `text`.
---@field row integer from 0
---@field col integer byte at which `text` begins
---@field tail integer bytes behind the cursor that the rest of the text replaces

--- What is not yet typed of a suggestion, for the cursor of the current window; nil when what was typed goes another way.
---@param suggestion coderlsp.Suggestion
---@return string? rest
---@return integer? typed Bytes of the suggestion's text that stand before the cursor.
function M.rest(suggestion)
  local cursor = vim.api.nvim_win_get_cursor(0)
  if vim.api.nvim_get_current_buf() ~= suggestion.bufnr or cursor[1] - 1 ~= suggestion.row or cursor[2] < suggestion.col then return end
  local typed = vim.api.nvim_get_current_line():sub(suggestion.col + 1, cursor[2])
  if not vim.startswith(suggestion.text, typed) then return end
  return suggestion.text:sub(#typed + 1), #typed
end

--- The beginning of a text: a word with the white space before it, or a line with the line end before it.
---@param text string
---@param part coderlsp.Part
---@return string
function M.piece(text, part)
  local piece = text
  if part == 'word' then
    piece = vim.fn.matchstr(text, [[^\_s*\%(\k\+\|\%(\k\@!\S\)\+\)]])
  elseif part == 'line' then
    piece = text:match('^\n?[^\n]*')
  end
  return piece == '' and text or piece
end

--- Puts a part of a suggestion into the buffer, and tells the server.
---@param suggestion coderlsp.Suggestion
---@param part coderlsp.Part
---@return boolean taken
---@return coderlsp.Suggestion? left What remains of it.
function M.apply(suggestion, part)
  local rest, typed = M.rest(suggestion)
  if not rest or rest == '' then return false end
  local piece = M.piece(rest, part)
  local whole = piece == rest
  local row, col = suggestion.row, suggestion.col + typed
  local tail = whole and suggestion.tail or 0
  local lines = vim.split(piece, '\n', { plain = true })
  local line_end = #vim.api.nvim_get_current_line()
  vim.api.nvim_buf_set_text(suggestion.bufnr, row, col, row, math.min(col + tail, line_end), lines)
  local last_row = row + #lines - 1
  local last_col = (#lines == 1 and col or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { last_row + 1, last_col })

  local client = vim.lsp.get_client_by_id(suggestion.client_id)
  if whole then
    if client and suggestion.item.command then
      local command = suggestion.item.command
      compat.request(client, 'workspace/executeCommand', { command = command.command, arguments = command.arguments }, function() end,
        suggestion.bufnr)
    end
    return true
  end
  local accepted = suggestion.before + typed + #piece
  if client then
    compat.notify(client, 'textDocument/didPartiallyAcceptCompletion', {
      item = suggestion.item,
      acceptedLength = compat.from_byte(suggestion.item.insertText, accepted, 'utf-16'),
    })
  end
  return true, vim.tbl_extend('force', suggestion, {
    text = rest:sub(#piece + 1), before = accepted, row = last_row, col = last_col,
  })
end

return M
