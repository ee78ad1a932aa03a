# SPDX-License-Identifier: GPL-3.0-or-later
#
# Read by zsh as .zshenv in a folder of Enclave's, which gives the person's own folder back at once: their files are read as ever. Tells
# the terminal where a prompt and the output of a command begin and end (OSC 133), and the folder (OSC 7).

if (( ${+ENCLAVE_ZDOTDIR} )); then
  export ZDOTDIR=$ENCLAVE_ZDOTDIR
  unset ENCLAVE_ZDOTDIR
else
  unset ZDOTDIR
fi
if [[ -r ${ZDOTDIR:-$HOME}/.zshenv ]]; then
  builtin source ${ZDOTDIR:-$HOME}/.zshenv
fi

if [[ -o interactive && $TERM != dumb ]]; then
  _enclave_tell_folder() {
    emulate -L zsh -o no_multibyte
    local url= character
    for character in ${(s::)PWD}; do
      if [[ $character == [a-zA-Z0-9/._~-] ]]; then
        url+=$character
      else
        url+=%${(l:2::0:)$(( [##16] #character ))}
      fi
    done
    print -rn -- $'\e]7;file://'$HOST$url$'\e\\'
  }

  # The first prompt comes after the person's files: from then on these stand last, after what sets the prompt.
  _enclave_first_prompt() {
    precmd_functions=(${precmd_functions:#_enclave_first_prompt} _enclave_before_prompt)
    preexec_functions+=(_enclave_before_command)
    _enclave_before_prompt
  }

  _enclave_before_prompt() {
    print -rn -- $'\e]133;D;'$?$'\e\\'
    _enclave_tell_folder
    if [[ $PS1 != *'133;A'* ]]; then
      PS1=$'%{\e]133;A\e\\%}'$PS1$'%{\e]133;B\e\\%}'
    fi
  }

  _enclave_before_command() {
    print -rn -- $'\e]133;C\e\\'
  }

  typeset -ga precmd_functions preexec_functions
  precmd_functions+=(_enclave_first_prompt)
fi
