--- The server's process: one for the whole editor, started when a file wants it, started again when it ends by accident.
local compat = require('coderlsp.compat')
local config = require('coderlsp.config')
local status = require('coderlsp.status')
local stream = require('coderlsp.stream')

local M = {}

-- Milliseconds before the server is started again after it ended by accident for the first, second, third time.
local pauses = { 500, 2000, 8000 }
-- A server that has lived so long, in milliseconds, does not crash in a loop.
local healthy = 120000
-- So long, in milliseconds, the server may take to answer for the first time.
M.longest_start = 60000

local ends = 0 ---@type integer accidents since it was healthy
local told_restart = false

---@class coderlsp.Process
---@field rpc vim.lsp.rpc.PublicClient
---@field started integer
---@field answered boolean Its first answer has come.
---@field leaving boolean Its end is wanted.
---@field ended boolean

local process = nil ---@type coderlsp.Process? the latest

--- Why the server is not started any more; nil while it is.
---@type string?
M.failure = nil

--- Whether there is a process, which may be starting.
function M.is_running()
  return process ~= nil and not process.ended
end

--- The client of the server, once that has answered.
---@return vim.lsp.Client?
function M.client()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'coderlsp' })) do
    if not compat.is_stopped(client) then return client end
  end
end

--- The running client; when there is none the user is told why.
---@return vim.lsp.Client?
function M.needed()
  local client = M.client()
  if not client then
    M.tell(M.failure or M.is_running() and 'the server is starting; ask again in a moment.'
      or 'the server is not running; open a file that it is for, or :CoderLsp restart.', vim.log.levels.WARN)
  end
  return client
end

---@param message string
---@param level? integer
function M.tell(message, level)
  vim.notify('CoderLsp: ' .. message, level or vim.log.levels.INFO)
end

---@param why string
local function give_up(why)
  if M.failure then return end
  M.failure = why
  status.set({ state = 'failed', message = why })
  M.tell(why, vim.log.levels.ERROR)
end

local function now()
  return vim.uv.now()
end

---@param which coderlsp.Process
---@param code integer
---@param signal integer
local function ended(which, code, signal)
  which.ended = true
  -- So it ends when it was asked to, be it by a command of Neovim's.
  local asked = code == 0 and (signal == 0 or signal == 15)
  if asked and not which.leaving then status.set({ state = 'stopped' }) end
  if asked or which.leaving or vim.v.exiting ~= vim.NIL then return end
  if now() - which.started > healthy then ends, told_restart = 0, false end
  ends = ends + 1
  local how = signal ~= 0 and ('signal %d'):format(signal) or ('exit code %d'):format(code)
  if not pauses[ends] then
    give_up(('the server ended %d times in a row (%s) and is not started any more. :CoderLsp log shows why, :CoderLsp restart tries again.')
      :format(ends, how))
    return
  end
  status.set({ state = 'starting', message = ('the server ended (%s) and is started again'):format(how) })
  vim.defer_fn(function() M.attach_all() end, pauses[ends])
end

--- Ends a process that does not come to be a language server; to try again would not help.
---@param this coderlsp.Process
---@param why string
local function refuse(this, why)
  this.leaving = true
  this.rpc.terminate()
  give_up(('%s did not start as a language server: %s. :CoderLsp log may show why, :CoderLsp restart tries again.')
    :format(config.options.cmd[1], why))
end

--- Waits for its answer to `initialize`.
---@param this coderlsp.Process
local function watch_start(this)
  local request = this.rpc.request
  this.rpc.request = function(method, params, callback, ...)
    if method ~= 'initialize' then return request(method, params, callback, ...) end
    return request(method, params, function(err, result)
      this.answered = true
      if err then return refuse(this, err.message) end
      callback(err, result)
    end, ...)
  end
  vim.defer_fn(function()
    if this.answered or this.ended or this.leaving then return end
    refuse(this, ('it gave no answer within %g seconds'):format(M.longest_start / 1000))
  end, M.longest_start)
end

--- Starts the process for Neovim's client.
--- Neovim would tell each end of the process; here one message tells what comes of it.
---@param dispatchers vim.lsp.rpc.Dispatchers
local function start_process(dispatchers)
  local this = { started = now(), answered = false, leaving = false, ended = false } ---@type coderlsp.Process
  local watched = vim.tbl_extend('force', {}, dispatchers)
  watched.on_exit = function(code, signal)
    dispatchers.on_exit(0, 0)
    -- After Neovim has forgotten the client.
    vim.schedule(function() vim.schedule(function() ended(this, code, signal) end) end)
  end
  local ok, rpc = pcall(vim.lsp.rpc.start, config.options.cmd, watched)
  if not ok then
    give_up(('%s cannot be started: %s. :CoderLsp restart tries again.'):format(config.options.cmd[1], rpc))
    error(rpc, 0)
  end
  this.rpc, process = rpc, this
  status.set({ state = 'starting' })
  watch_start(this)
  return require('coderlsp.inline.native').wrap(rpc)
end

---@return table
local function capabilities()
  local ours = vim.lsp.protocol.make_client_capabilities()
  ours.textDocument.inlineCompletion = { dynamicRegistration = false }
  -- Actions come as commands, which are done here, with a preview.
  ours.textDocument.codeAction.dataSupport = false
  ours.experimental = vim.tbl_extend('force', ours.experimental or {}, { coderlspStatus = true, coderlspInstruction = true })
  return vim.tbl_deep_extend('force', ours, config.options.capabilities)
end

local function commands()
  ---@param run fun(bufnr: integer, argument: table, title: string, command: string)
  local function with(run)
    return function(command, context)
      run(context.bufnr or vim.api.nvim_get_current_buf(), (command.arguments or {})[1] or {}, command.title, command.command)
    end
  end
  local edit = with(function(...) require('coderlsp.edit').run(...) end)
  return {
    ['coderlsp.explain'] = with(function(bufnr, argument) require('coderlsp.explain').run(bufnr, argument.range) end),
    ['coderlsp.edit'] = edit,
    ['coderlsp.fix'] = edit,
    ['coderlsp.document'] = edit,
    ['coderlsp.translateComments'] = edit,
  }
end

---@param root? string
---@return vim.lsp.ClientConfig
local function client_config(root)
  local options = config.options
  return {
    name = 'coderlsp',
    cmd = start_process,
    root_dir = root,
    capabilities = capabilities(),
    -- The first model is loaded by the former, before the latter come.
    init_options = vim.tbl_isempty(options.settings) and vim.empty_dict() or options.settings,
    settings = { coderlsp = options.settings },
    commands = commands(),
    handlers = {
      ['window/showMessage'] = function(_, result)
        local levels = { vim.log.levels.ERROR, vim.log.levels.WARN, vim.log.levels.INFO, vim.log.levels.DEBUG }
        M.tell((result.message:gsub('^CoderLsp:? ', '')), levels[result.type])
      end,
      ['coderlsp/status'] = function(_, result) status.set(result) end,
      ['$/progress'] = function(err, params, context, ...)
        if stream.progress(params, context.client_id) then return end
        return vim.lsp.handlers['$/progress'](err, params, context, ...)
      end,
    },
    on_init = function(client)
      if not options.popup then client.server_capabilities.completionProvider = nil end
      if ends > 0 and not told_restart then
        told_restart = true
        M.tell('the server had ended unexpectedly and was started again. :CoderLsp log shows why.', vim.log.levels.WARN)
      end
    end,
    on_exit = function(_, _, id)
      vim.schedule(function() stream.abandon(id) end)
    end,
  }
end

--- Makes the folder of a buffer's project one of the server's workspace.
---@param client vim.lsp.Client
---@param bufnr integer
function M.add_folder(client, bufnr)
  local root = vim.fs.root(bufnr, config.options.root_markers)
  if not root then return end
  local folder = { uri = vim.uri_from_fname(root), name = root }
  for _, known in ipairs(client.workspace_folders or {}) do
    if known.uri == folder.uri then return end
  end
  client.workspace_folders = client.workspace_folders or {}
  table.insert(client.workspace_folders, folder)
  compat.notify(client, 'workspace/didChangeWorkspaceFolders', { event = { added = { folder }, removed = {} } })
end

--- Attaches the server to a buffer that it is for, and starts it if need be.
---@param bufnr integer
function M.attach(bufnr)
  if M.failure or not vim.api.nvim_buf_is_loaded(bufnr) then return end
  local buffer = vim.bo[bufnr]
  if buffer.buftype ~= '' or buffer.filetype == '' or not config.wants(buffer.filetype) then return end
  if vim.b[bufnr].coderlsp == false then return end
  local executable = config.options.cmd[1]
  if vim.fn.executable(executable) == 0 then
    give_up(("there is no executable '%s'. Put it on the PATH, or name it by the option 'cmd'; then :CoderLsp restart."):format(executable))
    return
  end
  pcall(vim.lsp.start, client_config(vim.fs.root(bufnr, config.options.root_markers)), {
    bufnr = bufnr,
    -- One for all projects, also while it starts: a model for each would fill the memory.
    reuse_client = function(client) return client.name == 'coderlsp' and not compat.is_stopped(client) end,
  })
end

--- Attaches it to every buffer that is loaded.
function M.attach_all()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    M.attach(bufnr)
  end
end

--- Ends the server and starts it again, also after it was given up, and while it starts.
function M.restart()
  M.failure, ends, told_restart = nil, 0, false
  local client, old = M.client(), process
  if not old or old.ended then return M.attach_all() end
  old.leaving = true
  if client then compat.stop(client) else old.rpc.terminate() end
  local waited = 0
  local function again()
    waited = waited + 50
    if old.ended then return M.attach_all() end
    if waited == 3000 then old.rpc.terminate() end
    vim.defer_fn(again, 50)
  end
  again()
end

--- Passes settings on; they take effect at once.
---@param change table
function M.change_settings(change)
  config.options.settings = vim.tbl_deep_extend('force', config.options.settings, change)
  local client = M.client()
  if not client then return end
  client.settings = { coderlsp = config.options.settings }
  compat.notify(client, 'workspace/didChangeConfiguration', { settings = client.settings })
end

return M
