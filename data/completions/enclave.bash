# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of bash for enclave(1).

_enclave ()
{
  local current=${COMP_WORDS[COMP_CWORD]}

  COMPREPLY=()
  case $current in
    -*) mapfile -t COMPREPLY < <(compgen -W '--help --version --new-window --standalone --unsealed --check-start' -- "$current") ;;
    *) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
  esac
}

complete -F _enclave enclave
