# SPDX-License-Identifier: GPL-3.0-or-later
set -l commands doctor models probe ask tool run policy audit apply undo redo checkpoints tour trust complete
set -l commands doctor models probe ask tool run policy audit apply tour trust complete map
set -l commands doctor models probe ask tool run policy audit apply tour trust complete map memory tasks
set -l tools read_file list_directory find_files search_text edit_file write_file apply_patch run_command \
    git_status git_diff git_log git_commit save_memory

complete -c enclavectl -l help -d 'Show the options'
complete -c enclavectl -l version -d 'Show the version'
complete -c enclavectl -l workspace -r -a '(__fish_complete_directories)' -d 'Project folder'
complete -c enclavectl -l endpoint -x -a 'tour:' -d 'Address of the server'
complete -c enclavectl -l model -x -d 'Name of the model'
complete -c enclavectl -l json -d 'Print JSON'

complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -f
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a doctor -d 'What works on this machine'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a models -d 'Models of the servers found'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a probe -d 'What a model can do'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a ask -d 'One turn of the agent'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a tool -d 'Tools of the agent'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a run -d 'One command in the sandbox'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a policy -d 'The deny-list'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a audit -d 'What the agent did'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a apply -d 'Apply what a reply proposes'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a undo -d 'Take back what a turn has written'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a redo -d 'Do again what was taken back'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a checkpoints -d 'What can be taken back'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a tour -d 'Write the sample project'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a trust -d 'What the folder tells the agent'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a map -d 'What a model is told of the project'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a memory -d 'The file in which the project says how to work on it'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a tasks -d 'How the project is built and tested'
complete -c enclavectl -n '__fish_seen_subcommand_from memory' -f -a 'show add draft'
complete -c enclavectl -n '__fish_seen_subcommand_from memory' -l apply -d 'Write what was drafted'
complete -c enclavectl -n "not __fish_seen_subcommand_from $commands" -a complete -d 'Suggest what could stand at one place of a file'
complete -c enclavectl -n '__fish_seen_subcommand_from complete' -l stdin -d 'The text comes from standard input'

complete -c enclavectl -n '__fish_seen_subcommand_from ask' -l mode -x -a 'ask plan edit' -d 'What the agent may do'
complete -c enclavectl -n '__fish_seen_subcommand_from ask tool' -l approve -x -a 'none edits commands all' \
    -d 'What is approved beforehand'
complete -c enclavectl -n '__fish_seen_subcommand_from ask' -l verify -x -d 'Run this after edits'
complete -c enclavectl -n '__fish_seen_subcommand_from ask' -l verify-rounds -x -d 'How often it may run'
complete -c enclavectl -n '__fish_seen_subcommand_from ask' -l max-rounds -x -d 'How often tools may be asked for'
complete -c enclavectl -n '__fish_seen_subcommand_from ask' -l silence -x -d 'Seconds of silence after which to give up'
complete -c enclavectl -n '__fish_seen_subcommand_from run' -x -l network -d 'What the command must reach outside of the sandbox'
complete -c enclavectl -n '__fish_seen_subcommand_from run' -l grant-network -d 'Grant that to this one command'
complete -c enclavectl -n '__fish_seen_subcommand_from apply' -l dry-run -d 'Change nothing'
complete -c enclavectl -n '__fish_seen_subcommand_from apply' -l file -r -d 'The file meant'
complete -c enclavectl -n '__fish_seen_subcommand_from audit' -a 'show verify export'
complete -c enclavectl -n '__fish_seen_subcommand_from models' -a 'inspect import'
complete -c enclavectl -n '__fish_seen_subcommand_from import' -x -l name -d 'What the imported model is called'
complete -c enclavectl -n '__fish_seen_subcommand_from import' -x -l sha256 -d 'Import the file only if this is its SHA-256'
complete -c enclavectl -n '__fish_seen_subcommand_from policy' -f -a 'check list'
complete -c enclavectl -n '__fish_seen_subcommand_from undo redo' -l dry-run -d 'Change nothing'
complete -c enclavectl -n '__fish_seen_subcommand_from undo redo' -x -l conflicts -a 'refuse leave put-back' -d 'Files that were changed since'
complete -c enclavectl -n '__fish_seen_subcommand_from checkpoints' -f -a 'list forget'
complete -c enclavectl -n '__fish_seen_subcommand_from map' -x -l window -d 'Made for a window of so many tokens'
complete -c enclavectl -n '__fish_seen_subcommand_from map' -r -l open -d 'A file that counts as open'
complete -c enclavectl -n '__fish_seen_subcommand_from trust' -f -a 'list show add remove'
complete -c enclavectl -n '__fish_seen_subcommand_from trust' -x -l sha256 -d 'Trust only this file'
complete -c enclavectl -n '__fish_seen_subcommand_from check' -F -l write -d 'Judge writing'
complete -c enclavectl -n "__fish_seen_subcommand_from tool; and not __fish_seen_subcommand_from list call" -f \
    -a 'list call'
complete -c enclavectl -n '__fish_seen_subcommand_from call' -f -a "$tools"
