--- CoderLsp in Neovim: suggestions while typing, explanations, changes and a chat, by a language model on this machine.
local M = {}

--- Sets options; without it, the defaults hold. Also later: the server is then started anew with them.
---@param options? coderlsp.Options
function M.setup(options)
  local config = require('coderlsp.config')
  local server = require('coderlsp.server')
  local running = server.is_running()
  local wrong = config.set(options)
  if #wrong > 0 then
    server.tell(('%s. See :help coderlsp-options.'):format(table.concat(wrong, '; ')), vim.log.levels.WARN)
  end
  if running or server.failure then server.restart() end
end

--- What the server is doing, for a statusline.
---@return string
function M.status()
  return require('coderlsp.status').text()
end

--- Shows what the server is doing, with all figures.
function M.show_status()
  local status = require('coderlsp.status')
  local server = require('coderlsp.server')
  local view = require('coderlsp.view')
  local client = server.client()
  local function show(now)
    local inline = require('coderlsp.inline')
    local lines = status.lines(now)
    local filetype = vim.bo.filetype
    table.insert(lines, ('**Suggestions here:** %s, shown by %s'):format(
      inline.is_enabled(filetype ~= '' and filetype or nil, now) and 'on' or 'off',
      inline.engine() == 'native' and "Neovim's inline completion" or 'virtual text'))
    view.open({ title = 'CoderLsp', filetype = 'markdown', lines = lines })
  end
  if not client then return show(status.current) end
  require('coderlsp.compat').request(client, 'coderlsp/state', vim.empty_dict(), function(err, now)
    show(err and status.current or now)
  end, 0)
end

--- Takes the suggestion; for keys of your own.
---@param part? coderlsp.Part 'all' by default, else 'word' or 'line'
---@param otherwise? fun() Called when there is nothing to take.
function M.accept(part, otherwise)
  require('coderlsp.inline').accept(part, otherwise)
end

--- Whether a suggestion is on the screen.
---@return boolean
function M.is_shown()
  return require('coderlsp.inline').is_shown()
end

--- Shows the next suggestion, or with -1 the one before.
---@param count? integer
function M.move(count)
  require('coderlsp.inline').move(count)
end

--- Removes the suggestion.
function M.dismiss()
  require('coderlsp.inline').dismiss()
end

--- Asks for suggestions now.
function M.request()
  require('coderlsp.inline').request()
end

--- Attaches to what is open and what will be; called once, by plugin/coderlsp.lua.
function M._start()
  local server = require('coderlsp.server')
  local group = vim.api.nvim_create_augroup('coderlsp', {})
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    callback = function(event) server.attach(event.buf) end,
  })
  ---@param then_do fun(client: vim.lsp.Client, bufnr: integer)
  local function ours(then_do)
    return function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'coderlsp' then then_do(client, event.buf) end
    end
  end
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = ours(function(client, bufnr)
      server.add_folder(client, bufnr)
      require('coderlsp.inline').attach(client, bufnr)
      require('coderlsp.keys').attach(bufnr)
      require('coderlsp.focus').attach(client, bufnr)
    end),
  })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = ours(function(client, bufnr)
      require('coderlsp.inline').detach(client, bufnr)
      require('coderlsp.keys').detach(bufnr)
      require('coderlsp.focus').detach(bufnr)
    end),
  })
  server.attach_all()
end

return M
