-- A second language server, as a language's own would be: offers "name_of_another_server" wherever completion is asked for.
-- Run with: nvim -l other-server.lua
local results = {
  initialize = { capabilities = { completionProvider = vim.empty_dict(), textDocumentSync = 1 } },
  ['textDocument/completion'] = { { label = 'name_of_another_server', kind = 3 } },
  shutdown = vim.NIL,
}
while true do
  local length
  for line in io.lines() do
    if line:gsub('\r', '') == '' then break end
    length = tonumber(line:match('^Content%-Length: (%d+)')) or length
  end
  local body = length and io.read(length)
  if not body then break end
  local message = vim.json.decode(body)
  if message.method == 'exit' then break end
  if message.id and message.method then
    local reply = vim.json.encode({ jsonrpc = '2.0', id = message.id, result = results[message.method] })
    io.write(('Content-Length: %d\r\n\r\n%s'):format(#reply, reply))
    io.flush()
  end
end
