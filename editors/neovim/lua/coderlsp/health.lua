--- `:checkhealth coderlsp`.
local M = {}

-- Milliseconds that the server may take to answer.
local patience = 5000

local function check_editor()
  local health, version = vim.health, vim.version()
  health.start('Neovim')
  local name = ('%d.%d.%d'):format(version.major, version.minor, version.patch)
  if vim.fn.has('nvim-0.10') == 0 then return health.error(('Neovim %s is too old'):format(name), 'Install 0.10 or later.') end
  local inline = require('coderlsp.inline')
  if require('coderlsp.inline.native').is_available() then
    health.ok(('Neovim %s has inline completion'):format(name))
  else
    health.ok(('Neovim %s has no inline completion: suggestions are virtual text of the plugin'):format(name))
  end
  if inline.engine() == 'native' and not require('coderlsp.inline.native').is_available() then
    health.error("Option 'inline.engine' is native, which this Neovim does not have", "Set it to 'auto'.")
  else
    health.info(('Suggestions are shown by: %s'):format(inline.engine()))
  end
end

---@return boolean found
local function check_executable()
  local health, cmd = vim.health, require('coderlsp.config').options.cmd
  health.start('Server')
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    health.error(("There is no executable '%s'"):format(cmd[1]), {
      'Put the folder of coderlsp on the PATH of Neovim,',
      "or name the executable: require('coderlsp').setup({ cmd = { '/path/to/coderlsp' } })",
    })
    return false
  end
  local ok, result = pcall(function() return vim.system({ path, '--version' }, { text = true }):wait(patience) end)
  if ok and result.code == 0 then
    health.ok(('%s: %s'):format(path, vim.trim(result.stdout)))
    return true
  end
  local why = ok and vim.trim(('exit code %d %s'):format(result.code, result.stderr or '')) or tostring(result)
  health.error(('%s --version fails: %s'):format(path, why), 'Publish it anew; `coderlsp doctor` in a terminal says more.')
  return false
end

local function check_server()
  local health, server = vim.health, require('coderlsp.server')
  if server.failure then return health.error(server.failure, ':CoderLsp log, then :CoderLsp restart') end
  local client = server.client()
  if not client and server.is_running() then
    return health.warn('The server is starting and has not answered yet', 'Check again in a moment; :CoderLsp restart starts it anew.')
  end
  if not client then
    return health.warn('The server is not running', 'Open a file of a type that it is for (option filetypes), then check again.')
  end
  local answer, err
  require('coderlsp.compat').request(client, 'coderlsp/state', vim.empty_dict(), function(e, r) answer, err = r, e end, 0)
  vim.wait(patience, function() return answer ~= nil or err ~= nil end, 20)
  if not answer then
    return health.error(('The server does not answer (%s)'):format(err and err.message or ('%d s'):format(patience / 1000)),
      ':CoderLsp log, then :CoderLsp restart')
  end
  health.ok(('The server answers; %d buffers are attached'):format(vim.tbl_count(client.attached_buffers)))
  for _, line in ipairs(require('coderlsp.status').lines(answer)) do
    health.info((line:gsub('%*%*', '')))
  end
  if answer.state == 'error' then health.error(answer.message or 'The model cannot be loaded', answer.remedy) end
end

local function check_keys()
  local health, keys = vim.health, require('coderlsp.keys')
  health.start('Keys')
  local clean = true
  for _, double in ipairs(keys.doubles()) do
    clean = false
    health.warn(('One key for two things: %s'):format(double), "Change the option 'keys'.")
  end
  for _, conflict in ipairs(keys.conflicts()) do
    clean = false
    health.info(('%s (%s) was mapped before: %s. It does that still, where no suggestion is shown.')
      :format(conflict.key, conflict.name, conflict.desc))
  end
  if clean then health.ok('No key was mapped before') end
end

function M.check()
  check_editor()
  if check_executable() then check_server() end
  check_keys()
end

return M
