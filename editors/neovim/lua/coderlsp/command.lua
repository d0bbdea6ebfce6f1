--- `:CoderLsp`.
local M = {}

---@class coderlsp.Call
---@field words string[] behind the name
---@field text string the same as it was typed
---@field line1 integer
---@field line2 integer
---@field range integer how many lines of a range were given

--- The lines that were given, or the cursor.
---@param call coderlsp.Call
---@return lsp.Range
local function range_of(call)
  local range = require('coderlsp.range')
  local client = require('coderlsp.server').client()
  local encoding = client and client.offset_encoding or 'utf-16'
  return call.range > 0 and range.lines(0, call.line1, call.line2, encoding) or range.cursor(encoding)
end

---@param enabled boolean
local function switch(enabled)
  return function(call)
    local filetype = call.words[1]
    require('coderlsp.inline').enable(enabled, filetype)
    local where = filetype and ('in %s '):format(filetype) or ''
    require('coderlsp.server').tell(('suggestions %sare %s.'):format(where, enabled and 'on' or 'off'))
  end
end

local function filetypes()
  return vim.fn.getcompletion('', 'filetype')
end

---@type table<string, { run: fun(call: coderlsp.Call), complete?: fun(): string[] }>
local subcommands = {
  status = { run = function() require('coderlsp').show_status() end },
  model = {
    run = function(call) require('coderlsp.model').choose(call.text ~= '' and call.text or nil) end,
    complete = function() return require('coderlsp.model').names() end,
  },
  restart = { run = function() require('coderlsp.server').restart() end },
  log = { run = function() vim.cmd.tabedit({ args = { vim.fn.fnameescape(require('coderlsp.compat').log_file()) } }) end },
  explain = { run = function(call) require('coderlsp.explain').run(vim.api.nvim_get_current_buf(), range_of(call)) end },
  edit = {
    run = function(call)
      require('coderlsp.edit').start(vim.api.nvim_get_current_buf(), range_of(call), call.text ~= '' and call.text or nil)
    end,
    complete = function() return vim.tbl_keys(require('coderlsp.edit').ready) end,
  },
  tests = { run = function(call) require('coderlsp.edit').tests(vim.api.nvim_get_current_buf(), range_of(call)) end },
  chat = {
    run = function(call)
      local code = call.range > 0 and { bufnr = vim.api.nvim_get_current_buf(), first = call.line1, last = call.line2 } or nil
      require('coderlsp.chat').start(code, call.text ~= '' and call.text or nil)
    end,
  },
  why = { run = function() require('coderlsp.why').run(vim.api.nvim_get_current_buf()) end },
  enable = { run = switch(true), complete = filetypes },
  disable = { run = switch(false), complete = filetypes },
  toggle = { run = function(call) switch(not require('coderlsp.inline').is_enabled(call.words[1]))(call) end, complete = filetypes },
}

---@param command vim.api.keyset.create_user_command.command_args
function M.run(command)
  local name = command.fargs[1]
  local subcommand = name and subcommands[name]
  if not subcommand then
    local names = vim.tbl_keys(subcommands)
    table.sort(names)
    return require('coderlsp.server').tell(
      ("there is no ':CoderLsp %s'. There are: %s."):format(name or '', table.concat(names, ', ')), vim.log.levels.ERROR)
  end
  subcommand.run({
    words = vim.list_slice(command.fargs, 2), text = vim.trim(command.args:sub(#name + 1)),
    line1 = command.line1, line2 = command.line2, range = command.range,
  })
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local name = line:match('CoderLsp!?%s+(%S+)%s')
  local found = {}
  if not name then
    found = vim.tbl_keys(subcommands)
  elseif subcommands[name] and subcommands[name].complete then
    found = subcommands[name].complete()
  end
  found = vim.tbl_filter(function(one) return vim.startswith(one, lead) end, found)
  table.sort(found)
  return found
end

return M
