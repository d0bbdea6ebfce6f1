--- Requests whose answer comes in pieces (`$/progress` with the partial result token), or with reports of what is being written.
local compat = require('coderlsp.compat')

local M = {}

---@class coderlsp.Stream
---@field client_id integer
---@field on_piece? fun(text: string)
---@field on_report? fun(line: string) What the server says it is doing.
---@field on_done fun(err?: string, result: any)

---@type table<string, coderlsp.Stream>
local streams = {}
local count = 0

--- Sends a request.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param bufnr integer
---@param stream { on_piece?: fun(text: string), on_report?: fun(line: string), on_done: fun(err?: string, result: any) }
---@return fun() cancel Ends the request; nothing of it is reported any more.
function M.request(client, method, params, bufnr, stream)
  count = count + 1
  local token = 'coderlsp-' .. count
  ---@type coderlsp.Stream
  local running = vim.tbl_extend('force', stream, { client_id = client.id })
  streams[token] = running
  if stream.on_piece then params = vim.tbl_extend('force', params, { partialResultToken = token }) end

  local function done(err, result)
    if streams[token] ~= running then return end
    streams[token] = nil
    running.on_done(err, result)
  end
  local sent, id = compat.request(client, method, params, function(err, result)
    done(err and (err.message or vim.inspect(err)), result)
  end, bufnr)
  if not sent then
    vim.schedule(function() done('The server has ended; :CoderLsp restart starts it again.') end)
  end
  return function()
    if streams[token] ~= running then return end
    streams[token] = nil
    if sent and id and not compat.is_stopped(client) then compat.cancel(client, id) end
  end
end

--- `$/progress` of the server.
---@param params { token: string|integer, value: table }
---@param client_id integer
---@return boolean ours
function M.progress(params, client_id)
  local stream = streams[params.token]
  if stream then
    if stream.on_piece and type(params.value) == 'table' and params.value.text then stream.on_piece(params.value.text) end
    return true
  end
  -- Tokens of pieces that came behind a cancellation.
  if type(params.token) == 'string' and params.token:match('^coderlsp%-%d+$') then return true end
  local message = type(params.value) == 'table' and params.value.message
  if type(message) == 'string' then
    for _, other in pairs(streams) do
      if other.client_id == client_id and other.on_report then other.on_report(message) end
    end
  end
  return false
end

--- The server is gone: nothing that it was asked for is answered.
---@param client_id integer
function M.abandon(client_id)
  for token, stream in pairs(streams) do
    if stream.client_id == client_id then
      streams[token] = nil
      stream.on_done('The server ended before it had answered.')
    end
  end
end

return M
