/* enclave-limits.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Every size and time limit of Enclave, with its unit in its name. A limit that the user may
 * change is a GSettings key; these are the bounds that hold whatever is set. */

/* JSON from a server or a model. json-glib recurses without a bound and dies at about 60 000
 * levels, so depth is bounded before it sees the text. */
#define ENCLAVE_JSON_MAX_BYTES (16 * 1024 * 1024)
#define ENCLAVE_JSON_MAX_DEPTH 128

/* One message of JSON-RPC: a file in base64 fits, and what is larger helps nobody. */
#define ENCLAVE_RPC_MAX_BYTES (16 * 1024 * 1024)
/* Values in one: each costs memory many times its text, and time when it is let go. The longest tool list known has some 20 000. */
#define ENCLAVE_RPC_MAX_VALUES 200000

/* A call of a tool that is put before a person, with its arguments. */
#define ENCLAVE_EXTERNAL_CALL_MAX_BYTES (256 * 1024)
/* A server of the Model Context Protocol. How long it may take to answer whether it speaks the protocol without sessions: some never do. */
#define ENCLAVE_MCP_PROBE_MS 2000
/* From its start until it can be used: Node with a few hundred packages on a busy machine. */
#define ENCLAVE_MCP_CONNECT_MS 30000
/* One page of a list, and any request that is no call. */
#define ENCLAVE_MCP_LIST_MS 15000
/* A call that tells of no progress. */
#define ENCLAVE_MCP_CALL_MS 60000
#define ENCLAVE_MCP_MAX_PAGES 100
#define ENCLAVE_MCP_MAX_TOOLS 2000
/* Of one server; and of a URI. */
#define ENCLAVE_MCP_MAX_RESOURCES 2000
#define ENCLAVE_MCP_URI_MAX_BYTES 1024
/* Times that one request may ask for more before it is answered. */
#define ENCLAVE_MCP_MAX_ROUNDS 8
/* Things that it asks for in one of them. */
#define ENCLAVE_MCP_MAX_INPUTS 16
/* Of its standard error, the last. */
#define ENCLAVE_MCP_STDERR_BYTES (32 * 1024)
/* On its standard output, what is no message: lines, and bytes. Banners have some; more is another protocol. */
#define ENCLAVE_MCP_MAX_SKIPPED 2000
/* What waits to be read by a server that does not read. */
#define ENCLAVE_MCP_QUEUE_MAX_BYTES (32 * 1024 * 1024)
/* The error of a server that speaks HTTP. */
#define ENCLAVE_MCP_ERROR_BODY_BYTES (64 * 1024)
/* Streams that were lost and taken up again, of one request. */
#define ENCLAVE_MCP_MAX_RESUMES 20

/* One line or event of a stream from an inference server. */
#define ENCLAVE_STREAM_MAX_LINE_BYTES (4 * 1024 * 1024)
/* The text of one whole reply; more is an endless stream. */
#define ENCLAVE_STREAM_MAX_REPLY_BYTES (8 * 1024 * 1024)
/* What is kept of an error body that a server sends, for the message. */
#define ENCLAVE_ERROR_BODY_MAX_BYTES 2048
/* What is read of it: cut shorter, its JSON could not be parsed and the message in it not be found. */
#define ENCLAVE_ERROR_BODY_READ_BYTES (32 * 1024)
/* A body that is read whole (model lists and the like). */
#define ENCLAVE_REPLY_MAX_BYTES (4 * 1024 * 1024)

/* Time one discovery probe may take. */
#define ENCLAVE_PROBE_TIMEOUT_MS 300
/* Silence after which a running stream is shown as waiting. */
#define ENCLAVE_STREAM_STALL_MS 15000
/* Silence after which a run without a window gives up, unless told otherwise, and the longest it may be told. */
#define ENCLAVE_HEADLESS_SILENCE_S 1800
#define ENCLAVE_HEADLESS_MAX_SILENCE_S 86400
/* How long a server that unloads models keeps one after a request of ours: the pauses of a day's work, and not the night. */
#define ENCLAVE_SERVER_KEEP_MODEL_S 7200
/* How long a turn waits for a server that is loading its model: a large one from a slow disk. */
#define ENCLAVE_MODEL_LOAD_MAX_S 900
/* From the start of a server of ours until it answers. */
#define ENCLAVE_MANAGED_SERVER_START_MS 5000
/* Silence, in output and in bytes read, after which a model that loads is given up: a slow disk still reads. */
#define ENCLAVE_LOCAL_SERVER_SILENCE_MS 120000
/* How long a program may take to say what it can do. */
#define ENCLAVE_LOCAL_SERVER_HELP_MS 20000
#define ENCLAVE_LOCAL_SERVER_HELP_MAX_BYTES (256 * 1024)
/* What is kept of the output of a model server. */
#define ENCLAVE_LOAD_LOG_LINES 200
#define ENCLAVE_LOAD_LOG_LINE_BYTES 2048
/* What is read of a model file for its header: the largest vocabularies take some 12 MiB. */
#define ENCLAVE_MODEL_HEAD_MAX_BYTES (48 * 1024 * 1024)
/* Files that one model may be split into. */
#define ENCLAVE_MODEL_FILE_MAX_PARTS 40

/* Text that one read may give to the model. */
#define ENCLAVE_MODEL_READ_MAX_BYTES (1024 * 1024)
/* Largest file the file door reads for an edit. */
#define ENCLAVE_EDIT_MAX_BYTES (8 * 1024 * 1024)
/* Contents that the history of one project keeps for undoing; above it the oldest turns are let go. */
#define ENCLAVE_CHECKPOINT_MAX_BYTES (256 * 1024 * 1024)
/* The same in number: a list that is read in one go. */
#define ENCLAVE_CHECKPOINT_MAX_RECORDS 2000
/* One record of an application, of any number of files. */
#define ENCLAVE_CHECKPOINT_RECORD_MAX_BYTES (4 * 1024 * 1024)
/* Time that another program's application is waited for. */
#define ENCLAVE_CHECKPOINT_WAIT_MS 10000
/* Output of one tool that is put into the conversation. */
#define ENCLAVE_TOOL_RESULT_MAX_BYTES (24 * 1024)
/* Output of one command that is kept for the model and the log. */
#define ENCLAVE_COMMAND_OUTPUT_MAX_BYTES (256 * 1024)
#define ENCLAVE_COMMAND_ERRORS_MAX_BYTES (16 * 1024)
#define ENCLAVE_COMMAND_DEFAULT_TIMEOUT_S 120
#define ENCLAVE_COMMAND_MAX_TIMEOUT_S 3600
/* Processes and threads of one command, unless a setting says otherwise: a build on a large machine has some hundreds. */
#define ENCLAVE_COMMAND_MAX_TASKS 4096
/* Of the machine's memory, unless a setting says otherwise. */
#define ENCLAVE_COMMAND_MAX_MEMORY_PERCENT 75
/* Addresses outside of the box that one command may be granted; `enclave-confine` has no more places. */
#define ENCLAVE_COMMAND_MAX_GRANTS 8
/* Time between SIGTERM and SIGKILL when a process tree is ended. */
#define ENCLAVE_PROCESS_KILL_DELAY_MS 2000

#define ENCLAVE_SEARCH_MAX_MATCHES 200
/* What a model gets of a search at a time, matches or names: the rest is counted, and it is told how to go on. About 2 000 tokens. */
#define ENCLAVE_SEARCH_PAGE_MATCHES 60
#define ENCLAVE_SEARCH_PAGE_NAMES 150
#define ENCLAVE_SEARCH_PAGE_BYTES (8 * 1024)
/* How far and how long the rest is counted. */
#define ENCLAVE_SEARCH_MAX_COUNTED 5000
#define ENCLAVE_SEARCH_COUNT_MS 1000
#define ENCLAVE_SEARCH_MAX_FILE_BYTES (4 * 1024 * 1024)
/* A search that takes longer is ended and says so. */
#define ENCLAVE_SEARCH_TIMEOUT_MS 10000
#define ENCLAVE_LIST_MAX_ENTRIES 2000
#define ENCLAVE_SCAN_MAX_ENTRIES 400000

/* What the person finds in. More files than in any project that fits on a desk; beyond it the lists say that they are not whole. */
#define ENCLAVE_TREE_WALK_MAX_FILES 2000000
/* A search of the person: lines that are shown, one file that is read into memory, how much of a line is kept. */
#define ENCLAVE_TEXT_SEARCH_MAX_LINES 20000
#define ENCLAVE_TEXT_SEARCH_MAX_FILE_BYTES (512 * 1024 * 1024)
#define ENCLAVE_TEXT_SEARCH_LINE_BYTES 300
/* One file whose matches are replaced: it is shown for review as a whole. */
#define ENCLAVE_TEXT_REPLACE_MAX_FILE_BYTES (4 * 1024 * 1024)
/* Of git, for the person's view of changes: output of one run. */
#define ENCLAVE_GIT_OUTPUT_MAX_BYTES (32 * 1024 * 1024)

/* The map of a project. Files that it is made of, and what is read of one: longer ones are made by programs. */
#define ENCLAVE_MAP_MAX_FILES 20000
#define ENCLAVE_MAP_FILE_MAX_BYTES (256 * 1024)
/* Names that one file mentions, and definitions that it has: more is data. */
#define ENCLAVE_MAP_FILE_MAX_NAMES 4096
#define ENCLAVE_MAP_FILE_MAX_DEFINITIONS 400
/* Texts that one run of ctags gets, its time and its output. */
#define ENCLAVE_MAP_BATCH_BYTES (16 * 1024 * 1024)
#define ENCLAVE_MAP_RUN_TIMEOUT_MS 20000
#define ENCLAVE_MAP_OUTPUT_MAX_BYTES (64 * 1024 * 1024)
/* Of those that matter most, which are kept in order; no window holds more. */
#define ENCLAVE_MAP_MAX_RANKED 4000
/* A line that defines something; a longer one is told by its name. */
#define ENCLAVE_MAP_LINE_MAX_BYTES 140

/* A value of a denied file that is remembered as a hash: shorter ones are words of any text, of longer ones the beginning
 * counts. */
#define ENCLAVE_VALUE_MIN_BYTES 8
#define ENCLAVE_VALUE_MAX_BYTES 128
#define ENCLAVE_VALUE_MAX_COUNT 65536
/* What is read of one denied file, and how many of them. */
#define ENCLAVE_VALUE_FILE_MAX_BYTES (1024 * 1024)
#define ENCLAVE_VALUE_MAX_FILES 4000
/* The same for what only git's objects have: files, bytes, and how long a command may wait for it. */
#define ENCLAVE_VALUE_HISTORY_MAX_BLOBS 4000
#define ENCLAVE_VALUE_HISTORY_MAX_BYTES (64 * 1024 * 1024)
#define ENCLAVE_VALUE_HISTORY_MAX_MS 20000
/* Of that, for another one that looks at the same history. */
#define ENCLAVE_VALUE_HISTORY_WAIT_MS 5000
/* What is kept of the histories of repositories, which may be made anew from them: all together, and how long of one that is not known to
 * be there. */
#define ENCLAVE_GIT_KEPT_MAX_BYTES (4 * (guint64) 1024 * 1024 * 1024)
#define ENCLAVE_GIT_KEPT_MAX_S (30 * 24 * 60 * 60)
/* What is read of the other files to see which values are words of the project. */
#define ENCLAVE_VALUE_WORDS_FILE_MAX_BYTES (256 * 1024)
#define ENCLAVE_VALUE_WORDS_MAX_BYTES (48 * 1024 * 1024)
/* What was looked at is looked at again for a result that is younger. */
#define ENCLAVE_VALUE_MAX_AGE_MS 3000

/* Rounds (model reply, then tools) in one turn. */
#define ENCLAVE_TURN_MAX_ROUNDS 25
/* A model is told to write files up to this many lines whole and to change longer ones in pieces: a small model is right more
 * often with a whole file, but a longer one takes minutes to write. */
#define ENCLAVE_WHOLE_FILE_MAX_LINES 120
/* Patches larger than this are refused, not parsed. */
#define ENCLAVE_PATCH_MAX_BYTES (4 * 1024 * 1024)

/* The audit log goes on in a new file from this size on. */
#define ENCLAVE_AUDIT_FILE_MAX_BYTES (8 * 1024 * 1024)
/* A line of it; a longer one was not written by Enclave. */
#define ENCLAVE_AUDIT_LINE_MAX_BYTES (256 * 1024)
/* A file that is given to be verified. */
#define ENCLAVE_AUDIT_VERIFY_MAX_BYTES (512 * 1024 * 1024)
/* How long the end of a program waits for the keyring. */
#define ENCLAVE_AUDIT_KEYRING_WAIT_MS 3000
/* Records that the Activity page shows, the newest. */
#define ENCLAVE_ACTIVITY_MAX_RECORDS 5000

/* A language server. From its start until it can be used: it may read all of a project before. */
#define ENCLAVE_LANGUAGE_START_MS 60000
/* One request of the person, who waits for it. */
#define ENCLAVE_LANGUAGE_REQUEST_MS 10000
/* Until it has said what is wrong with a text that the agent wrote; a compiler is asked then. */
#define ENCLAVE_LANGUAGE_LOOK_MS 5000
/* Times that it is started again, each after twice the time of the one before; and how long it has to live for that to be forgotten. */
#define ENCLAVE_LANGUAGE_MAX_RESTARTS 5
#define ENCLAVE_LANGUAGE_RESTART_MS 1000
#define ENCLAVE_LANGUAGE_STEADY_S 180
/* Requests in a row without an answer, after which it is taken for hung. */
#define ENCLAVE_LANGUAGE_MAX_SILENT 3
#define ENCLAVE_LANGUAGE_MAX_SKIPPED 100
#define ENCLAVE_LANGUAGE_QUEUE_MAX_BYTES (64 * 1024 * 1024)
/* A text that it is given, and one that its edits make. */
#define ENCLAVE_LANGUAGE_TEXT_MAX_BYTES (8 * 1024 * 1024)
#define ENCLAVE_LANGUAGE_LOG_LINES 500
#define ENCLAVE_LANGUAGE_LOG_LINE_BYTES 500
/* Of one file; of all files of a project; files that have some. */
#define ENCLAVE_LANGUAGE_MAX_DIAGNOSTICS 1000
#define ENCLAVE_LANGUAGE_MAX_ALL_DIAGNOSTICS 20000
#define ENCLAVE_LANGUAGE_MAX_FILES 2000
#define ENCLAVE_LANGUAGE_MESSAGE_BYTES 4000
#define ENCLAVE_LANGUAGE_LABEL_BYTES 300
#define ENCLAVE_LANGUAGE_HOVER_BYTES (16 * 1024)
#define ENCLAVE_LANGUAGE_MAX_PLACES 5000
#define ENCLAVE_LANGUAGE_MAX_PROPOSALS 2000
#define ENCLAVE_LANGUAGE_MAX_ACTIONS 50
#define ENCLAVE_LANGUAGE_MAX_EDITS 50000
#define ENCLAVE_LANGUAGE_MAX_DEPTH 32
/* What a server may ask to be told about: registrations, patterns in each, and their length. */
#define ENCLAVE_LANGUAGE_MAX_WATCHES 64
#define ENCLAVE_LANGUAGE_MAX_WATCH_PATTERNS 1000
#define ENCLAVE_LANGUAGE_MAX_WATCH_PATTERN_BYTES 4000
/* Until a server is told of a file: what the kernel knows of the view's names and sizes is up to a second old. */
#define ENCLAVE_LANGUAGE_TELL_FILES_MS 1100
/* Changed files in one go; with more it is quicker to begin anew. */
#define ENCLAVE_LANGUAGE_MAX_CHANGES 5000
/* All messages that a mention in the chat brings along. */
#define ENCLAVE_LANGUAGE_MENTION_BYTES (16 * 1024)

/* A policy file; more is a mistake or an attack. */
#define ENCLAVE_POLICY_FILE_MAX_BYTES (256 * 1024)
/* From a change of a policy file until it is read: editors write in several steps. */
#define ENCLAVE_POLICY_RELOAD_DELAY_MS 250
/* Names that a preview of a rule gives, and time after the last key before it is made. */
#define ENCLAVE_POLICY_PREVIEW_MAX_NAMES 5
#define ENCLAVE_POLICY_PREVIEW_DELAY_MS 200
/* A file of instructions that a folder brings; more can't be looked through before it is trusted. Of it the model gets the
 * beginning, about 2 500 tokens: what is above would crowd out the work. */
#define ENCLAVE_INSTRUCTIONS_MAX_BYTES (64 * 1024)
#define ENCLAVE_INSTRUCTIONS_GIVEN_BYTES (8 * 1024)
/* What is trusted in one folder. */
#define ENCLAVE_TRUST_RECORD_MAX_BYTES (1024 * 1024)
/* What was agreed to of one MCP server, the definitions of all its tools with it. */
#define ENCLAVE_CONSENT_MAX_BYTES (4 * 1024 * 1024)
/* A command line that is put before a person. */
#define ENCLAVE_COMMAND_LINE_MAX_BYTES (32 * 1024)
/* What a compiler says of a file after an edit: how long it may take, and what of it a small model can use. Files of one edit that are
 * checked, and how much of a text is. */
#define ENCLAVE_FILE_CHECK_TIMEOUT_S 10
#define ENCLAVE_FILE_CHECK_MAX_MESSAGES 10
#define ENCLAVE_FILE_CHECK_MAX_BYTES 1500
#define ENCLAVE_FILE_CHECK_MESSAGE_MAX_BYTES 240
#define ENCLAVE_FILE_CHECK_MAX_FILES 4
#define ENCLAVE_FILE_CHECK_TEXT_MAX_BYTES (1024 * 1024)
/* Formatting a file after an edit: how long that may take, how long a text is formatted, and what of it the model is told. */
#define ENCLAVE_FILE_FORMAT_TIMEOUT_S 10
#define ENCLAVE_FILE_FORMAT_TEXT_MAX_BYTES (192 * 1024)
#define ENCLAVE_FILE_FORMAT_MAX_FILES 4
#define ENCLAVE_FILE_FORMAT_WORDS_MAX_BYTES 1500

/* Inline completion. How long a reply may take, and its lines and bytes: what is longer nobody reads before taking it. */
#define ENCLAVE_FILL_TIMEOUT_MS 10000
#define ENCLAVE_FILL_MAX_LINES 12
#define ENCLAVE_FILL_MAX_BYTES 4096
/* Of the text before and behind the caret, and of one text beside it; about 1 000 tokens in all. */
#define ENCLAVE_FILL_PREFIX_BYTES 3072
#define ENCLAVE_FILL_SUFFIX_BYTES 1024
#define ENCLAVE_FILL_FILE_BYTES 1024
#define ENCLAVE_FILL_MAX_FILES 2
/* On each side of the caret, looked through for what must be masked: a key of many lines must not be cut from what tells it. */
#define ENCLAVE_FILL_LOOK_BYTES (64 * 1024)
/* Suggestions that are remembered. */
#define ENCLAVE_FILL_CACHE_ENTRIES 64

/* The editor opens a file up to this size as text; above, its rows are shown to be read. */
#define ENCLAVE_EDITOR_MAX_BYTES (64 * 1024 * 1024)
/* From here on a text is shown without highlighting and wrapping; a single longer line is shown only when asked for. */
#define ENCLAVE_EDITOR_HEAVY_BYTES (20 * 1024 * 1024)
#define ENCLAVE_EDITOR_HEAVY_LINE_BYTES (100 * 1024)
#define ENCLAVE_EDITOR_MAX_LINE_BYTES (1024 * 1024)
/* A row of a file that is shown to be read; longer lines go on in the row below. */
#define ENCLAVE_FILE_ROW_MAX_BYTES 1024
/* From a key until it is in the draft, and the longest time until the disk has it. */
#define ENCLAVE_DRAFT_WRITE_MS 1000
#define ENCLAVE_DRAFT_SYNC_MS 4000
/* What could not be kept is tried again after this pause, and after twice as long each time up to the other. */
#define ENCLAVE_DRAFT_RETRY_MS 1000
#define ENCLAVE_DRAFT_RETRY_MAX_MS 60000

/* Output fed to a terminal view at once: in one frame while keys arrive or the view is hidden, and otherwise; then as often as the view has
 * drawn one, for so long before other things of the window have their turn. */
#define ENCLAVE_TERMINAL_CALM_SLICE_BYTES (96 * 1024)
#define ENCLAVE_TERMINAL_SLICE_BYTES (64 * 1024)
#define ENCLAVE_TERMINAL_TURN_MS 90
/* Read before it can be drawn: what one turn takes, so that it is not read within the turn. A key's echo comes after it. */
#define ENCLAVE_TERMINAL_AHEAD_BYTES (2 * 1024 * 1024)
/* In a flood of lines, more of which come in that time than the view keeps: how long they are gathered before it gets the last ones. */
#define ENCLAVE_TERMINAL_GATHER_MS 80
/* Output of an agent command that waits for the view; the oldest is left out above it. */
#define ENCLAVE_TERMINAL_QUEUE_MAX_BYTES (4 * 1024 * 1024)
/* Lines of a terminal that are kept as text for assistive technologies. */
#define ENCLAVE_TERMINAL_MIRROR_LINES 200
/* Of a command's output what is kept for copying and for the agent, the end of it; and of a task's for the list of problems. */
#define ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES (1024 * 1024)
/* Places of prompts that one can jump to, the last ones. */
#define ENCLAVE_TERMINAL_MAX_PROMPTS 4096
/* Without an answer from the view for so long, output goes on without one. */
#define ENCLAVE_TERMINAL_ANSWER_MS 2000
/* Problems of one task, and what is read of one line: who needs more mends the first ones first. */
#define ENCLAVE_TASK_MAX_PROBLEMS 1000
#define ENCLAVE_TASK_MAX_LINE_BYTES 4096
/* Of a failed task what is attached to a message: the end of it, where the failure stands. */
#define ENCLAVE_TASK_ATTACH_MAX_BYTES (16 * 1024)

/* A kept conversation that is opened or looked through; a year of daily work in one has less. */
#define ENCLAVE_SESSION_MAX_BYTES (256 * 1024 * 1024)

/* What the conversation shows of one block of a reply; the rest can be copied. Longer lines of code are cut in the view. */
#define ENCLAVE_CHAT_BLOCK_MAX_BYTES (32 * 1024)
#define ENCLAVE_CHAT_CODE_MAX_BYTES (128 * 1024)
#define ENCLAVE_CHAT_CODE_MAX_LINE_BYTES 2048
/* Lines of a code block that are shown before it is unfolded, and at most. */
#define ENCLAVE_CHAT_CODE_FOLD_LINES 24
#define ENCLAVE_CHAT_CODE_MAX_LINES 2000
/* Of code in a label, a line that still gets its colours: what the highlighter needs for one grows with more than its length. */
#define ENCLAVE_HIGHLIGHT_MAX_LINE_BYTES 512
/* Of the plan of a conversation: steps, and text of one. What a model writes beyond that is no plan anybody follows. */
#define ENCLAVE_PLAN_MAX_STEPS 100
#define ENCLAVE_PLAN_STEP_MAX_BYTES 600
/* Lines of a tool's result that are shown in its row. */
#define ENCLAVE_CHAT_RESULT_MAX_LINES 40
/* Time before an answer to an approval counts: keys meant for the composer must not answer it. */
#define ENCLAVE_APPROVAL_ARM_MS 500
/* Without a server, time between two looks. */
#define ENCLAVE_SERVER_RETRY_MS 5000
/* Tabs of agent commands that have ended; the oldest is closed above it. */
#define ENCLAVE_TERMINAL_MAX_ENDED_TABS 8
/* Shells that a folder is opened with again. */
#define ENCLAVE_TERMINAL_MAX_RESTORED 12

/* Lines of a hunk in one label of the review; a longer hunk is several rows. */
#define ENCLAVE_REVIEW_PART_LINES 200
/* Of both texts of a change together; longer ones are compared in a thread. */
#define ENCLAVE_DIFF_AT_ONCE_BYTES (32 * 1024)
/* Of one line of a hunk; the rest is counted. */
#define ENCLAVE_REVIEW_LINE_BYTES 4000
/* Of removed lines and of those in their place, each: words in longer blocks are not compared. */
#define ENCLAVE_WORD_DIFF_MAX_BYTES (16 * 1024)

/* A file that configures MCP servers; some hosts keep their whole history in the same file. */
#define ENCLAVE_MCP_CONFIG_MAX_BYTES (8 * 1024 * 1024)
/* Of one such file. */
#define ENCLAVE_MCP_MAX_SERVERS 128
/* Arguments, variables or headers of one server, and bytes of all that one entry says: more no person can look through before it starts. */
#define ENCLAVE_MCP_MAX_VALUES 256
#define ENCLAVE_MCP_VALUE_MAX_BYTES (32 * 1024)
#define ENCLAVE_MCP_NAME_MAX_BYTES 128
/* A call may never take longer, whatever a file says. */
#define ENCLAVE_MCP_CALL_MAX_MS (10 * 60 * 1000)
/* What a model calls a tool of a server: several APIs take no longer name. */
#define ENCLAVE_MCP_TOOL_NAME_MAX_BYTES 64
/* Of one tool, for the model: its description and that of a parameter; the person sees all of it. */
#define ENCLAVE_MCP_DESCRIPTION_MAX_BYTES 400
#define ENCLAVE_MCP_PARAMETER_MAX_BYTES 200
/* A schema that is made simpler: references within it that are followed, and nodes that it may come to by them. */
#define ENCLAVE_MCP_SCHEMA_MAX_DEPTH 6
#define ENCLAVE_MCP_SCHEMA_MAX_NODES 1000
/* Values to choose from, and their bytes together. */
#define ENCLAVE_MCP_SCHEMA_MAX_VALUES 100
#define ENCLAVE_MCP_SCHEMA_VALUES_MAX_BYTES 4096
/* Of the window, what the tools of servers may take of every request; tools above which they are searched instead of listed. */
#define ENCLAVE_MCP_BUDGET_PERCENT 15
/* What is taken for a window that no server tells of. */
#define ENCLAVE_MCP_UNKNOWN_WINDOW_TOKENS 8192
#define ENCLAVE_MCP_MAX_LISTED_TOOLS 20
/* The definition of one tool, to be shown when it changes; of a longer one only that it has. */
#define ENCLAVE_MCP_DEFINITION_MAX_BYTES (32 * 1024)
/* Of a result, what goes into the conversation. */
#define ENCLAVE_MCP_RESULT_MAX_BYTES ENCLAVE_TOOL_RESULT_MAX_BYTES
