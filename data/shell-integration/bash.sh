# SPDX-License-Identifier: GPL-3.0-or-later
#
# Read by bash in place of ~/.bashrc, which is read first. Tells the terminal where a prompt and the output of a command begin and end
# (OSC 133), and the folder (OSC 7). Changes nothing else, and nothing outside of this shell.

if [ -r ~/.bashrc ]; then
  . ~/.bashrc
fi

if [[ $- == *i* && $TERM != dumb && -z ${__enclave_integrated-} ]]; then
  __enclave_integrated=1

  __enclave_tell_folder() {
    local LC_ALL=C path=$PWD url= character number i
    for ((i = 0; i < ${#path}; i++)); do
      character=${path:i:1}
      case $character in
        [a-zA-Z0-9/._~-]) url+=$character ;;
        *)
          printf -v number '%d' "'$character"
          printf -v character '%%%02X' "$((number & 255))"
          url+=$character
          ;;
      esac
    done
    printf '\033]7;file://%s%s\033\\' "$HOSTNAME" "$url"
  }

  # First of all commands of the prompt: only there is $? that of the command; the others find it as it was.
  __enclave_before_prompt() {
    local status=$?
    printf '\033]133;D;%d\033\\' "$status"
    __enclave_tell_folder
    return "$status"
  }

  # Last, since what stands before may set PS1.
  __enclave_mark_prompt() {
    local status=$?
    if [[ $PS1 != *'133;A'* ]]; then
      PS1='\[\e]133;A\e\\\]'$PS1'\[\e]133;B\e\\\]'
    fi
    if [[ $PS0 != *'133;C'* ]]; then
      PS0=${PS0-}'\e]133;C\e\\'
    fi
    return "$status"
  }

  if [[ "$(declare -p PROMPT_COMMAND 2>/dev/null)" == 'declare -a'* ]]; then
    PROMPT_COMMAND=(__enclave_before_prompt "${PROMPT_COMMAND[@]}" __enclave_mark_prompt)
  else
    PROMPT_COMMAND="__enclave_before_prompt${PROMPT_COMMAND:+
$PROMPT_COMMAND}
__enclave_mark_prompt"
  fi
fi
