# SPDX-License-Identifier: GPL-3.0-or-later
#
# Read by fish after the person's own files. Tells the terminal where a prompt and the output of a command begin and end (OSC 133), and
# the folder (OSC 7).

if status is-interactive; and test "$TERM" != dumb
    function __enclave_before_prompt --on-event fish_prompt
        printf '\e]7;file://%s%s\e\\\\' $hostname (string escape --style=url -- $PWD)
        printf '\e]133;A\e\\\\'
    end

    function __enclave_before_command --on-event fish_preexec
        printf '\e]133;C\e\\\\'
    end

    function __enclave_after_command --on-event fish_postexec
        printf '\e]133;D;%d\e\\\\' $status
    end
end
