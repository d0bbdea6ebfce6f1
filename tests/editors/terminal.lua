-- The terminal of terminal.sh: each function gives one string.
local T = {}
_G.T = T
local job, folder

local function read(name)
  local file = assert(io.open(folder .. '/' .. name, 'rb'))
  local text = file:read('a')
  file:close()
  return text
end

function T.start(inside)
  folder = inside
  vim.o.columns, vim.o.lines, vim.o.laststatus = 110, 32, 0
  job = vim.fn.jobstart(read('command'), {
    term = true, cwd = folder .. '/project',
    env = { TERM = 'xterm-256color', COLORTERM = 'truecolor', NVIM = '' },
  })
end

function T.running()
  return job and vim.fn.jobwait({ job }, 0)[1] == -1 and 'yes' or ''
end

function T.keys()
  vim.api.nvim_chan_send(job, read('keys'))
  return 'done'
end

function T.screen()
  local rows = vim.api.nvim_buf_get_lines(0, -vim.api.nvim_win_get_height(0) - 1, -1, false)
  return (table.concat(vim.tbl_map(function(row) return (row:gsub('%s+$', '')) end, rows), '\n'):gsub('\n+$', ''))
end
