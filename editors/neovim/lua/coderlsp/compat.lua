--- What is called otherwise in Neovim 0.10.
local M = {}

local current = vim.fn.has('nvim-0.11') == 1

---@param client vim.lsp.Client
---@return boolean sent
---@return integer? id
function M.request(client, ...)
  if current then return client:request(...) end
  return client.request(...)
end

---@param client vim.lsp.Client
function M.notify(client, ...)
  if current then return client:notify(...) end
  return client.notify(...)
end

---@param client vim.lsp.Client
---@param id integer
function M.cancel(client, id)
  if current then return client:cancel_request(id) end
  return client.cancel_request(id)
end

---@param client vim.lsp.Client
function M.is_stopped(client)
  if current then return client:is_stopped() end
  return client.is_stopped()
end

---@param client vim.lsp.Client
---@param force? boolean
function M.stop(client, force)
  if current then return client:stop(force) end
  return client.stop(force)
end

--- The byte in a line at a position of the server's.
---@param line string
---@param character integer
---@param encoding string
---@return integer byte from 0
function M.to_byte(line, character, encoding)
  if encoding == 'utf-8' then return math.min(character, #line) end
  if current then return vim.str_byteindex(line, encoding, character, false) end
  local ok, byte = pcall(vim.str_byteindex, line, character, encoding == 'utf-16')
  return ok and byte or #line
end

--- The other way round.
---@param line string
---@param byte integer from 0
---@param encoding string
---@return integer
function M.from_byte(line, byte, encoding)
  byte = math.min(byte, #line)
  if encoding == 'utf-8' then return byte end
  if current then return vim.str_utfindex(line, encoding, byte, false) end
  local utf32, utf16 = vim.str_utfindex(line, byte)
  return encoding == 'utf-16' and utf16 or utf32
end

---@param old string
---@param new string
---@return string unified diff
function M.diff(old, new)
  local diff = vim.text and vim.text.diff or vim.diff
  return diff(old, new, { ctxlen = 3 }) --[[@as string]]
end

---@return string
function M.log_file()
  if vim.lsp.log and vim.lsp.log.get_filename then return vim.lsp.log.get_filename() end
  return vim.lsp.get_log_path()
end

return M
