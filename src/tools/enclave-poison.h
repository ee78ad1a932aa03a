/* enclave-poison.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Included by the build before every file of tools/ and agent/ (see their meson.build). What a tool can do, it does
 * through its scope: names that open a file, start a program, reach a network or parse JSON unbounded don't compile
 * here. The headers that declare them come first, so that the declarations themselves are still read. */

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#pragma GCC poison g_file_new_for_path g_file_new_for_uri g_file_new_for_commandline_arg
#pragma GCC poison g_file_new_for_commandline_arg_and_cwd g_file_new_build_filename g_file_new_tmp
#pragma GCC poison g_file_new_tmp_async g_file_new_tmp_dir_async g_file_parse_name g_file_resolve_relative_path
#pragma GCC poison g_file_get_child g_vfs_get_file_for_path g_vfs_get_file_for_uri g_vfs_parse_name
#pragma GCC poison g_file_get_contents g_file_set_contents g_file_set_contents_full g_file_open_tmp g_file_read_link
#pragma GCC poison g_mkstemp g_mkstemp_full g_mkdtemp g_dir_open g_dir_make_tmp g_open g_creat g_fopen g_freopen
#pragma GCC poison g_unlink g_rename g_remove g_mkdir g_rmdir g_mapped_file_new g_mapped_file_new_from_fd
#pragma GCC poison g_key_file_load_from_file g_key_file_save_to_file g_io_channel_new_file
#pragma GCC poison open open64 openat openat64 creat creat64 fopen fopen64 fdopen freopen opendir fdopendir
#pragma GCC poison unlink unlinkat mkdir mkdirat symlink mkstemp mkostemp mkdtemp

#pragma GCC poison g_spawn_async g_spawn_async_with_pipes g_spawn_async_with_pipes_and_fds g_spawn_async_with_fds
#pragma GCC poison g_spawn_sync g_spawn_command_line_sync g_spawn_command_line_async
#pragma GCC poison g_subprocess_new g_subprocess_newv g_subprocess_launcher_new g_subprocess_launcher_spawn
#pragma GCC poison g_subprocess_launcher_spawnv g_app_info_create_from_commandline g_app_info_launch_default_for_uri
#pragma GCC poison system popen posix_spawn posix_spawnp fork vfork execv execve execvp execvpe execl execle execlp

#pragma GCC poison soup_session_new soup_session_new_with_options soup_server_new
#pragma GCC poison g_socket_new g_socket_new_from_fd g_socket_client_new g_socket_listener_new socket socketpair

#pragma GCC poison json_parser_new json_parser_new_immutable json_parser_load_from_data json_parser_load_from_file
#pragma GCC poison json_parser_load_from_stream json_from_string
#pragma GCC poison dlopen dlsym syscall
