# What the tests of editors in a terminal share: the root they run in, with the published server and everything of this run below one folder.
# A script sources it behind `set -euo pipefail` with its own arguments (PUBLISHED_FOLDER first), and defines
#   stop                 ends the editor, also one that is not running
#   ask QUESTION         asks the editor something and prints the answer
#   say_more             what helps to understand a failure, on the standard output
# It gets the folders repository, published, shared, root, inside (as the editor sees it) and outside (the same, from here).
# `root` may be set before: a Debian to do it in; else the shared test data's peers/sid-root makes one.
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
published=$(cd "${1:?usage: $0 PUBLISHED_FOLDER}" && pwd)
[[ -x $published/coderlsp ]] || { echo "There is no executable $published/coderlsp." >&2; exit 1; }
shared=${CODERLSP_SHARED:-$repository/../shared}
root=${root:-$("$shared/peers/sid-root")}
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
inside=/opt/coderlsp-test.$$
outside=$root$inside

clean_up() {
  local status=$?
  set +e
  stop
  for mount in dotnet server models; do
    # The server needs a moment to notice that its editor is gone; whatever holds on longer must not keep the mount.
    for ((i = 0; i < 50; i++)); do
      mountpoint -q "$outside/$mount" || break
      umount "$outside/$mount" 2>/dev/null || sleep 0.1
    done
    mountpoint -q "$outside/$mount" && umount --lazy "$outside/$mount"
  done
  rm -rf --one-file-system "$outside"
  exit $status
}
trap clean_up EXIT
mkdir -p "$outside"/{dotnet,server,models,home,bin,project/.git,other/.git}
mount --bind -o ro "$dotnet" "$outside/dotnet"
mount --bind -o ro "$published" "$outside/server"
mount --bind -o ro "$shared/models/smollm2-135m-instruct" "$outside/models"
chat_model=$inside/models/SmolLM2-135M-Instruct.Q4_1.gguf
cd "$root"

# in_root COMMAND...: as a new user; `path` and `term` are the PATH and the terminal when they are set.
in_root() {
  chroot "$root" env -i HOME="$inside/home" DOTNET_ROOT="$inside/dotnet" PATH="${path:-$inside/server:/usr/bin:/bin}" \
    LANG=C.UTF-8 TERM="${term:-dumb}" "$@"
}

fail() {
  echo "FAILED: $1" >&2
  say_more >&2 || true
  exit 1
}
passed() { echo "passed: $1"; }

# wait_for SECONDS WHAT QUESTION: until the answer is not empty; prints it.
wait_for() {
  local value
  for ((i = 0; i < $1 * 10; i++)); do
    value=$(ask "$3" 2>/dev/null) || value=
    [[ -z $value ]] || { echo "$value"; return; }
    sleep 0.1
  done
  fail "$2 did not happen within $1 seconds"
}

# file NAME: a fresh copy of it in the project, from standard input.
file() { cat > "$outside/project/$1"; }

names() {
  file names.py <<'PYTHON'
import os
import sys


def main():
    for name in os.listdir('.'):
        

# größer 😀

if __name__ == "__main__":
    main()
PYTHON
}
area() {
  file area.py <<'PYTHON'
def area(w, h):
    # Fläche berechnen
    return w * h
PYTHON
}
blocks() {
  file blocks.py <<'PYTHON'
def read_lines(path):
    with open(path) as file:
        return file.readlines()


def write_lines(path, lines):
    with open(path, "w") as file:
        file.writelines(lines)


PYTHON
}

# becomes NAME WHAT TEXT: until a file of the project is exactly that. Editors make it anew: there may be none for a moment.
becomes() {
  for ((i = 0; i < 100; i++)); do [[ $(cat "$outside/project/$1" 2>/dev/null) != "$3" ]] || return 0; sleep 0.1; done
  fail "$2: the file is $(cat "$outside/project/$1")"
}

# The server, which has ended with its editor, has noted that suggestions were taken in part.
counted_in_part() {
  local history=$outside/home/.local/state/coderlsp/accept-history.json partial
  for ((i = 0; i < 50; i++)); do [[ -s $history ]] && break; sleep 0.1; done
  partial=$(grep -o '"partlyAccepted": *[0-9]*' "$history" | grep -o '[0-9]*$' || true)
  [[ ${partial:-0} -ge 1 ]] || fail "the server has counted nothing that was taken in part: $(cat "$history")"
  passed "the server has counted what was taken in part: $partial"
}

# configured JSON: the user's configuration file, which the server looks at every two seconds; without JSON there is none any more.
configured() {
  mkdir -p "$outside/home/.config/coderlsp"
  if [[ -n ${1:-} ]]; then echo "$1" > "$outside/home/.config/coderlsp/config.json"; else rm "$outside/home/.config/coderlsp/config.json"; fi
}

# stand_in SHELL: a script in the place of the server; its process is in `pid`.
stand_in() {
  rm -f "$outside/bin/coderlsp" "$outside/home/pid"
  printf '%s\n' '#!/bin/sh' 'echo $$ > "$HOME/pid"' "$1" > "$outside/bin/coderlsp"
  chmod +x "$outside/bin/coderlsp"
}
# One that ends as soon as it is started, with a line in `starts` for each time.
crashing_server() { stand_in 'echo start >> "$HOME/starts"; exit 3'; }
# One that never answers.
hanging_server() { stand_in 'exec sleep 1000'; }
# One that answers the first request with an error, and stays.
refusing_server() {
  stand_in 'read -r header
    answer='\''{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"not today"}}'\''
    printf "Content-Length: %d\r\n\r\n%s" ${#answer} "$answer"
    exec sleep 1000'
}
# gone WHAT: until the process of the stand-in has ended.
gone() {
  local pid
  pid=$(<"$outside/home/pid")
  for ((i = 0; i < 100; i++)); do [[ -e /proc/$pid ]] || return 0; sleep 0.1; done
  fail "$1: the server is still there"
}
# The real one in its place.
mended_server() {
  rm -f "$outside/bin/coderlsp"
  ln -s "$inside/server/coderlsp" "$outside/bin/coderlsp"
}
