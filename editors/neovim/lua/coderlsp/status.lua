--- What the server is doing, as it said last (`coderlsp/status`).
local M = {}

---@class coderlsp.Status
---@field state 'stopped'|'failed'|'starting'|'loading'|'ready'|'busy'|'slow'|'error'|'unloaded'
---@field percent? integer
---@field message? string
---@field remedy? string
---@field inline? { enabled: boolean, languages: table<string, boolean> } Where suggestions come by themselves.
---@field model? { name: string, quantization?: string, contextTokens: integer, fim: boolean }
---@field speed? { promptTokensPerSecond?: number, decodeTokensPerSecond?: number }
---@field cache? { hitRate: number, megabytes: number, limitMegabytes: number }
---@field memoryMegabytes? integer

---@type coderlsp.Status
M.current = { state = 'stopped' }

---@param status coderlsp.Status
function M.set(status)
  M.current = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'CoderLspStatus', modeline = false, data = status })
  vim.cmd.redrawstatus()
end

--- For the statusline: short, and empty while the server was not needed yet. A per cent sign is doubled, as the statusline wants it.
---@return string
function M.text()
  local now = M.current
  if now.state == 'stopped' then return '' end
  local name = (now.model and now.model.name or 'CoderLsp'):gsub('%%', '%%%%')
  local speed = now.speed and now.speed.decodeTokensPerSecond
  if now.state == 'loading' then return ('%s %d%%%%'):format(name, now.percent or 0) end
  if now.state == 'busy' then return name .. ' …' end
  if now.state == 'ready' then return speed and ('%s %.0f t/s'):format(name, speed) or name end
  return ('%s %s'):format(name, now.state)
end

--- Everything, in lines of Markdown.
---@param now coderlsp.Status
---@return string[]
function M.lines(now)
  local lines = { ('**State:** %s%s'):format(now.state, now.percent and (' %d%%'):format(now.percent) or '') }
  local function add(name, format, ...)
    local values = { ... }
    for i = 1, select('#', ...) do
      if values[i] == nil then return end
    end
    table.insert(lines, ('**%s:** '):format(name) .. format:format(...))
  end
  add('Message', '%s', now.message)
  add('What to do', '%s', now.remedy)
  if now.model then
    add('Model', '%s', now.model.name .. (now.model.quantization and ', ' .. now.model.quantization or ''))
    add('Window', '%d tokens', now.model.contextTokens)
    add('Fills in the middle', '%s', now.model.fim and 'yes' or 'no, it goes on from the left')
  end
  if now.speed then
    add('Prompt', '%.1f tokens/s', now.speed.promptTokensPerSecond)
    add('Suggestions', '%.1f tokens/s', now.speed.decodeTokensPerSecond)
  end
  if now.cache then add('Cache', '%.0f%% found, %.0f of %.0f MB', now.cache.hitRate * 100, now.cache.megabytes, now.cache.limitMegabytes) end
  add('Memory', '%d MB', now.memoryMegabytes)
  return lines
end

return M
