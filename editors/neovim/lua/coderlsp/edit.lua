--- Changes of code by the chat model: what can be done is asked of the server, what comes of it is shown as a diff, and nothing is
--- changed before the user agrees.
local compat = require('coderlsp.compat')
local range = require('coderlsp.range')
local server = require('coderlsp.server')
local stream = require('coderlsp.stream')
local view = require('coderlsp.view')

local M = {}

--- Words for the ready instructions, as `:CoderLsp edit` takes them, with what their titles begin with.
---@type table<string, string>
M.ready = {
  simplify = 'Refactor: simplify',
  extract = 'Refactor: extract',
  rename = 'Refactor: rename',
  performance = 'Refactor: improve performance',
  errors = 'Refactor: add error handling',
  document = 'Document',
  translate = 'Translate comments',
  fix = 'Fix: ',
}

local outdated = 'the text has changed meanwhile, so that nothing was done. Ask again.'

--- The change as text edits of the one document.
---@param edit? lsp.WorkspaceEdit
---@param uri string
---@return lsp.TextEdit[]?
local function edits_of(edit, uri)
  if not edit then return end
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument and change.textDocument.uri == uri then return change.edits end
  end
  return edit.changes and edit.changes[uri]
end

--- What the buffer would become.
---@param bufnr integer
---@param edits lsp.TextEdit[]
---@param encoding string
---@return string unified diff
local function diff_of(bufnr, edits, encoding)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  local changed = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(changed, 0, -1, false, lines)
  -- It sorts them in place.
  vim.lsp.util.apply_text_edits(vim.deepcopy(edits), changed, encoding)
  local after = vim.api.nvim_buf_get_lines(changed, 0, -1, false)
  vim.api.nvim_buf_delete(changed, { force = true })
  return compat.diff(table.concat(lines, '\n') .. '\n', table.concat(after, '\n') .. '\n')
end

---@param window coderlsp.View
---@param bufnr integer
---@param edits lsp.TextEdit[]
---@param encoding string
local function preview(window, bufnr, edits, encoding)
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  window:footer('<CR> or a accepts, q discards')
  window:set(vim.split((diff_of(bufnr, edits, encoding):gsub('\n$', '')), '\n', { plain = true }))
  vim.bo[window.bufnr].filetype = 'diff'
  local function apply()
    window:close()
    if not vim.api.nvim_buf_is_valid(bufnr) or vim.api.nvim_buf_get_changedtick(bufnr) ~= tick then
      return server.tell(outdated, vim.log.levels.WARN)
    end
    vim.lsp.util.apply_text_edits(edits, bufnr, encoding)
  end
  window:map('<CR>', apply, 'Apply the change')
  window:map('a', apply, 'Apply the change')
end

---@param bufnr integer
---@param argument table The command's: `{uri, range, version?, instruction?, diagnostic?}`.
---@param title string
---@param command string
local function ask_model(bufnr, argument, title, command)
  local client = server.needed()
  if not client then return end
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  local cancel = function() end
  local window = view.open({
    title = title, footer = 'q ends it', filetype = 'text', lines = { 'Asking the model…' }, on_close = function() cancel() end,
  })
  cancel = stream.request(client, 'codeAction/resolve', {
    title = title, data = vim.tbl_extend('force', argument, { command = command }),
  }, bufnr, {
    on_report = function(line) window:set({ 'The model writes:', '', (line:gsub('\n', ' ')) }) end,
    on_done = function(err, action)
      if not window:is_open() then return end
      local edits = not err and edits_of(action.edit, argument.uri)
      if edits and #edits > 0 and vim.api.nvim_buf_get_changedtick(bufnr) == tick then
        return preview(window, bufnr, edits, client.offset_encoding)
      end
      window:close()
      if err then return server.tell(err, vim.log.levels.WARN) end
      -- Why there is none, the server has said by a message.
      if edits and #edits > 0 then server.tell(outdated, vim.log.levels.WARN) end
    end,
  })
end

--- Does what a code action's command says; asks the user for an instruction where it brings none.
---@param bufnr integer
---@param argument table
---@param title string
---@param command string
function M.run(bufnr, argument, title, command)
  if command ~= 'coderlsp.edit' or argument.instruction then return ask_model(bufnr, argument, title, command) end
  vim.ui.input({ prompt = 'Change the code so that: ' }, function(instruction)
    if not instruction or vim.trim(instruction) == '' then return end
    ask_model(bufnr, vim.tbl_extend('force', argument, { instruction = instruction }), 'Refactor: ' .. instruction, command)
  end)
end

--- The server's commands for a range, but for those that change nothing.
---@param client vim.lsp.Client
---@param bufnr integer
---@param where lsp.Range
---@param then_do fun(actions: lsp.CodeAction[])
local function offers(client, bufnr, where, then_do)
  stream.request(client, 'textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    range = where,
    context = { diagnostics = range.diagnostics(bufnr, where, client.offset_encoding) },
  }, bufnr, {
    on_done = function(err, actions)
      if err then return server.tell(err, vim.log.levels.WARN) end
      then_do(vim.tbl_filter(function(action)
        return type(action.command) == 'table' and action.command.command ~= 'coderlsp.explain'
      end, actions or {}))
    end,
  })
end

---@param bufnr integer
---@param action lsp.CodeAction
local function choose(bufnr, action)
  local command = action.command --[[@as lsp.Command]]
  local client = server.client()
  if command.command == 'coderlsp.tests' and client then
    -- A new file, which the server makes.
    return compat.request(client, 'workspace/executeCommand', { command = command.command, arguments = command.arguments }, function(err)
      if err then server.tell(err.message, vim.log.levels.WARN) end
    end, bufnr)
  end
  M.run(bufnr, command.arguments[1], action.title, command.command)
end

--- Changes the code of a range.
---@param bufnr integer
---@param where lsp.Range
---@param what? string The word of a ready instruction, or what to do; nil shows a menu.
function M.start(bufnr, where, what)
  local client = server.needed()
  if not client then return end
  offers(client, bufnr, where, function(actions)
    if #actions == 0 then
      return server.tell('there is nothing to change here: select code, or put the cursor into a function.', vim.log.levels.WARN)
    end
    if not what then
      return vim.ui.select(actions, { prompt = 'CoderLsp', format_item = function(action) return action.title end }, function(action)
        if action then choose(bufnr, action) end
      end)
    end
    local title = M.ready[what] or 'Refactor with instruction'
    for _, action in ipairs(actions) do
      if vim.startswith(action.title, title) then
        if not M.ready[what] then action.command.arguments[1].instruction, action.title = what, 'Refactor: ' .. what end
        return choose(bufnr, action)
      end
    end
    server.tell(("'%s' is not possible here."):format(what), vim.log.levels.WARN)
  end)
end

--- Generates tests for the code of a range, in a new file.
---@param bufnr integer
---@param where lsp.Range
function M.tests(bufnr, where)
  local client = server.needed()
  if not client then return end
  offers(client, bufnr, where, function(actions)
    for _, action in ipairs(actions) do
      if action.command.command == 'coderlsp.tests' then return choose(bufnr, action) end
    end
    server.tell('there is nothing to test here: select code, or put the cursor into a function.', vim.log.levels.WARN)
  end)
end

return M
