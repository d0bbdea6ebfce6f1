if vim.g.loaded_coderlsp then return end
vim.g.loaded_coderlsp = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('CoderLsp needs Neovim 0.10 or later.', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('CoderLsp', function(command) require('coderlsp.command').run(command) end, {
  nargs = '*',
  range = true,
  complete = function(lead, line) return require('coderlsp.command').complete(lead, line) end,
  desc = 'CoderLsp: suggestions, explanations and changes by a local model',
})

vim.api.nvim_set_hl(0, 'CoderLspSuggestion', { link = vim.fn.hlexists('ComplHint') == 1 and 'ComplHint' or 'NonText', default = true })
vim.api.nvim_set_hl(0, 'CoderLspCount', { link = vim.fn.hlexists('ComplHintMore') == 1 and 'ComplHintMore' or 'MoreMsg', default = true })

for _, name in ipairs({ 'explain', 'edit', 'tests', 'chat' }) do
  local plug, command = ('<Plug>(coderlsp-%s)'):format(name), (':CoderLsp %s<CR>'):format(name)
  vim.keymap.set({ 'n', 'x' }, plug, command, { silent = true, desc = 'CoderLsp: ' .. name })
end

-- After the user's setup(), wherever it stands.
if vim.v.vim_did_enter == 1 then
  vim.schedule(function() require('coderlsp')._start() end)
else
  vim.api.nvim_create_autocmd('VimEnter', { once = true, callback = function() require('coderlsp')._start() end })
end
