# SPDX-License-Identifier: GPL-3.0-or-later
"""What a commit did: for each file the bytes before and after, and the lines that changed."""

import re
import subprocess

KINDS = ('.c', '.h', '.cc', '.cpp', '.py', '.rb', '.js', '.sh', '.erb', '.css', '.ui', '.xml', '.build', '.md', '.rst', '.txt',
         '.ac', '.am', '.in', '.html', '.y', '.pl', '.rules', '.toml', '.cfg')
MAX_BYTES = 60 * 1024
HUNK = re.compile(rb'^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@', re.M)


def git(repository, *arguments):
    return subprocess.run(['git', '--git-dir', repository, *arguments], check=True, stdout=subprocess.PIPE).stdout


def split(data):
    """Lines with their ends."""
    return data.splitlines(keepends=True) if b'\r' not in data else re.findall(rb'[^\n]*\n|[^\n]+', data)


class FileChange:
    """One file of a commit. changes: (first, end, lines): the lines first to end, from 0, gave way to lines."""

    def __init__(self, path, before, after, changes):
        self.path, self.before, self.after, self.changes = path, before, after, changes


def commits(repository):
    """The ids of all commits that changed something, oldest first."""
    for line in git(repository, 'log', '--reverse', '--no-merges', '--min-parents=1', '--format=%H %s').decode(
            'utf-8', 'replace').splitlines():
        commit, subject = line.split(' ', 1)
        if not subject.startswith('packaging: '):
            yield commit


def read_commit(repository, commit):
    """Its files that can be cases: text of a known kind, not too large, changed or new."""
    result = []
    for entry in git(repository, 'diff-tree', '-r', '--no-renames', '--no-commit-id', commit).decode('utf-8', 'replace').splitlines():
        fields, path = entry.split('\t', 1)
        old_mode, new_mode, old_id, new_id, status = fields.lstrip(':').split(' ')
        if status not in 'MA' or not path.endswith(KINDS) or not new_mode.startswith('100') or '"' in path:
            continue
        before = git(repository, 'cat-file', 'blob', old_id) if status == 'M' else None
        after = git(repository, 'cat-file', 'blob', new_id)
        if not usable(after) or (before is not None and not usable(before)):
            continue
        changes = []
        if before is not None:
            lines = split(after)
            for hunk in HUNK.findall(git(repository, 'diff', '--no-ext-diff', '--no-textconv', '--text', '-U0', old_id, new_id)):
                old, n_old, new, n_new = (int(number) if number else 1 for number in hunk)
                first = old if n_old == 0 else old - 1
                start = new if n_new == 0 else new - 1
                changes.append((first, first + n_old, lines[start:start + n_new]))
            if not changes or apply(split(before), changes) != after:
                continue
        result.append(FileChange(path, before, after, changes))
    return result


def usable(data):
    if len(data) > MAX_BYTES or b'\0' in data or not data:
        return False
    try:
        data.decode('utf-8')
    except UnicodeDecodeError:
        return False
    return True


def apply(lines, changes):
    result, at = [], 0
    for first, end, new in changes:
        result += lines[at:first] + new
        at = end
    return b''.join(result + lines[at:])
