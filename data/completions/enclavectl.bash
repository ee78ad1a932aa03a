# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of bash for enclavectl(1).

_enclavectl ()
{
  local commands='doctor models probe ask tool run policy audit airgap apply undo redo checkpoints map language-servers memory tasks tour trust complete mcp update'
  local options='--workspace --endpoint --model --json --help --version'
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command='' second='' index words

  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case ${COMP_WORDS[index]} in
      --workspace|--endpoint|--model) index=$((index + 1)) ;;
      -*) ;;
      *) command=${COMP_WORDS[index]}; second=${COMP_WORDS[index+1]:-}; break ;;
    esac
  done
  [ "$((index + 1))" -lt "$COMP_CWORD" ] || second=''

  case $previous in
    --workspace) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --endpoint) mapfile -t COMPREPLY < <(compgen -W 'tour:' -- "$current"); return ;;
    --conflicts) mapfile -t COMPREPLY < <(compgen -W 'refuse leave put-back' -- "$current"); return ;;
    --model|--max-rounds|--verify|--verify-rounds|--silence|--sha256|--name|--window) return ;;
    --mode) mapfile -t COMPREPLY < <(compgen -W 'ask plan edit' -- "$current"); return ;;
    --approve) mapfile -t COMPREPLY < <(compgen -W 'none edits commands all' -- "$current"); return ;;
    --file|--open|--manifest|--config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  esac

  words=$options
  case $command in
    '') words="$commands $options" ;;
    ask) words='--mode --approve --max-rounds --silence --verify --verify-rounds --no-check --format' ;;
    apply) words='--dry-run --file' ;;
    undo|redo) words='--dry-run --conflicts' ;;
    checkpoints) words='list forget' ;;
    language-servers) words='list check' ;;
    map) words='--window --open' ;;
    memory) words='show add draft --apply' ;;
    run) words='--network --grant-network --' ;;
    tool)
      case $second in
        '') words='list call' ;;
        call) words='read_file list_directory find_files search_text edit_file write_file apply_patch run_command
                     git_status git_diff git_log git_commit save_memory --approve' ;;
        *) words='' ;;
      esac
      ;;
    airgap) words='verify --no-signature' ;;
    audit)
      case $second in
        '') words='show verify export' ;;
        *) words='' ;;
      esac
      ;;
    complete) words='--stdin' ;;
    models)
      case $second in
        '') words='inspect import' ;;
        import) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -W '--name --sha256' -- "$current"); return ;;
        *) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
      esac
      ;;
    trust)
      case $second in
        '') words='list show add remove' ;;
        add) words='--sha256' ;;
        *) words='' ;;
      esac
      ;;
    policy)
      case $second in
        '') words='check list pins' ;;
        check) words='--write' ;;
        *) words='' ;;
      esac
      ;;
    mcp)
      case $second in
        '') words='list tools call restart run' ;;
        *) words='--agree --config' ;;
      esac
      ;;
    update)
      case $second in
        '') words='check verify' ;;
        *) words='--manifest' ;;
      esac
      ;;
    *) words='' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")

  case $command/$second in
    ask/*|apply/*|run/*|policy/check|audit/?*|tour/*|update/verify)
      if [ "${current#-}" = "$current" ]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
      fi
      ;;
  esac
}

complete -F _enclavectl enclavectl
