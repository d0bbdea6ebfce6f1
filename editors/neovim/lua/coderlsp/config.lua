--- The options of setup() with their defaults, and what is wrong with those of the user.
local M = {}

---@class coderlsp.Keys Keys in insert mode, local to the buffers of the server. `false` maps nothing.
---@field accept? string|false Takes the suggestion. Without one, the key does what it did before.
---@field accept_word? string|false Takes the next word of the suggestion.
---@field accept_line? string|false Takes the suggestion up to the end of its line.
---@field next? string|false Shows the next suggestion; asks for others where there is but one.
---@field previous? string|false Shows the one before.
---@field dismiss? string|false Removes the suggestion.
---@field request? string|false Asks for suggestions now, also where they do not come by themselves.

---@class coderlsp.Inline
---@field engine? 'auto'|'native'|'ghost' `native` is vim.lsp.inline_completion (0.12), `ghost` our own. `auto`: native where it exists.
---@field debounce? integer Milliseconds from the last key to the request. Only of `ghost`; Neovim's own is 200.

---@class coderlsp.Window
---@field border? string|string[] As in nvim_open_win().
---@field width? number Share of the editor's width, 0 to 1.
---@field height? number Share of the editor's height, 0 to 1.

---@class coderlsp.Options
---@field cmd? string[] The server and its arguments.
---@field filetypes? table<string, boolean> Where the server is attached; `*` is any other file type.
---@field root_markers? string[] Names of files and folders by which the folder of a project is known.
---@field settings? table The server's settings, as in its configuration file: `{ model = 'seedling', inline = { maxTokens = 32 } }`.
---@field inline? coderlsp.Inline
---@field keys? coderlsp.Keys|false `false` maps no keys at all.
---@field popup? boolean Whether the server also offers its suggestion as an entry of completion popups.
---@field window? coderlsp.Window Of explanations, previews and the status.
---@field capabilities? table Of the client, over the usual ones.

---@type coderlsp.Options
M.defaults = {
  cmd = { 'coderlsp' },
  filetypes = { ['*'] = true, gitrebase = false, help = false },
  root_markers = { '.git' },
  settings = {},
  inline = { engine = 'auto', debounce = 75 },
  keys = {
    accept = '<Tab>',
    accept_word = '<M-Right>',
    accept_line = '<M-Down>',
    next = '<M-]>',
    previous = '<M-[>',
    dismiss = '<C-]>',
    request = '<M-\\>',
  },
  popup = false,
  window = { border = 'rounded', width = 0.7, height = 0.6 },
  capabilities = {},
}

---@type coderlsp.Options
M.options = vim.deepcopy(M.defaults)

local function share(value)
  return type(value) == 'number' and value > 0 and value <= 1
end

local function command(value)
  return vim.islist(value) and #value > 0 and vim.iter(value):all(function(part) return type(part) == 'string' end)
end

--- What each option must be: a type's name, a list of values, or a test with words for it.
---@type table<string, any>
local allowed = {
  cmd = { command, 'a list of strings: the executable and its arguments' },
  filetypes = 'table',
  root_markers = 'table',
  settings = 'table',
  inline = 'table',
  ['inline.engine'] = { 'auto', 'native', 'ghost' },
  ['inline.debounce'] = { function(v) return type(v) == 'number' and v >= 0 end, 'a number of milliseconds' },
  keys = 'table',
  popup = 'boolean',
  window = 'table',
  ['window.border'] = { function(v) return type(v) == 'string' or type(v) == 'table' end, 'a border as in nvim_open_win()' },
  ['window.width'] = { share, 'a number above 0 and up to 1' },
  ['window.height'] = { share, 'a number above 0 and up to 1' },
  capabilities = 'table',
}
for name in pairs(M.defaults.keys --[[@as table]]) do
  allowed['keys.' .. name] = { function(v) return v == false or type(v) == 'string' and v ~= '' end, 'a key like "<Tab>", or false' }
end

---@param name string
---@param value any
---@return string? wrong
local function check(name, value)
  local rule = allowed[name]
  if rule == nil then
    return ("there is no option '%s'"):format(name)
  elseif type(rule) == 'string' then
    return type(value) ~= rule and ("option '%s' must be a %s"):format(name, rule) or nil
  elseif type(rule[1]) == 'function' then
    return not rule[1](value) and ("option '%s' must be %s"):format(name, rule[2]) or nil
  end
  return not vim.tbl_contains(rule, value) and ("option '%s' must be one of %s"):format(name, table.concat(rule, ', ')) or nil
end

--- Takes the user's options; a wrong one is left out, so that the others work.
---@param given? coderlsp.Options
---@return string[] wrong One sentence for each option that was left out.
function M.set(given)
  local wrong, taken = {}, {}
  for name, value in pairs(given or {}) do
    if name == 'keys' and value == false then
      value = vim.tbl_map(function() return false end, M.defaults.keys)
    end
    local problem = check(name, value)
    if problem then
      table.insert(wrong, problem)
    elseif name == 'inline' or name == 'keys' or name == 'window' then
      taken[name] = {}
      for key, inner in pairs(value) do
        problem = check(name .. '.' .. key, inner)
        if problem then table.insert(wrong, problem) else taken[name][key] = inner end
      end
    else
      taken[name] = value
    end
  end
  -- Lists replace lists.
  M.options = vim.tbl_deep_extend('force', vim.deepcopy(M.defaults), taken)
  return wrong
end

--- Whether the server is for files of this type.
---@param filetype string
function M.wants(filetype)
  local wanted = M.options.filetypes[filetype]
  if wanted == nil then wanted = M.options.filetypes['*'] end
  return wanted == true
end

return M
