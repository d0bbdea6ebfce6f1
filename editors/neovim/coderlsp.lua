-- CoderLsp in Neovim 0.12 or later, no plugins needed.
--
-- Put `coderlsp` on the PATH, copy this file to ~/.config/nvim/plugin/coderlsp.lua and start Neovim anew. Suggestions appear
-- behind the cursor, dimmed, a moment after you stop typing. <Tab> takes the suggestion; without one it is a tab as ever. Typing on or
-- leaving insert mode removes it.

vim.lsp.config('coderlsp', {
  cmd = { 'coderlsp' },
  -- The server starts once for a project. Without `filetypes` it serves every file.
  root_markers = { '.git' },
  -- Settings, as in CoderLsp's configuration file; for example another model:
  --   init_options = { model = 'deepseek-coder-1.3b-base.Q4_K_M.gguf', inline = { maxTokens = 64 } },
  init_options = vim.empty_dict(),
})
vim.lsp.enable('coderlsp')

-- Only for this server: others may offer inline completion too, and were perhaps left off on purpose.
vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('coderlsp', {}),
  callback = function(args)
    local client = vim.lsp.get_client_by_id(args.data.client_id)
    if client and client.name == 'coderlsp' then
      vim.lsp.inline_completion.enable(true, { client_id = client.id })
    end
  end,
})

vim.keymap.set('i', '<Tab>', function()
  if not vim.lsp.inline_completion.get() then
    return '<Tab>'
  end
end, { expr = true, desc = 'Take the suggestion, else a tab' })
