#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a git repository of an unpacked Debian source package: the released files, then one commit for each patch of its
series. generate.py reads the result as it reads any other repository.

    dpkg-source --no-check --skip-patches -x NAME.dsc NAME
    import-series.py NAME REPOSITORY
"""

import os
import re
import subprocess
import sys

# A patch that was a commit once says so by one of these.
COMMIT_MARKS = re.compile(r'^(From [0-9a-f]{40} |commit [0-9a-f]{40}|Subject: |From: .*@|Author: .*@)', re.M)


def run(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def main():
    source, repository = sys.argv[1:3]
    git = ['git', '--git-dir', os.path.abspath(repository), '--work-tree', source, '-c', 'user.name=import',
           '-c', 'user.email=import@invalid', '-c', 'core.autocrlf=false', '-c', 'core.safecrlf=false',
           '-c', 'core.attributesFile=/dev/null']
    patches = os.path.join(source, 'debian', 'patches')
    with open(os.path.join(patches, 'series'), encoding='utf-8') as series:
        names = [line.split()[0] for line in series if line.strip() and not line.startswith('#')]

    run(*git, 'init', '--quiet')
    with open(os.path.join(repository, 'info', 'exclude'), 'w', encoding='utf-8') as exclude:
        exclude.write('/debian\n/.pc\n')
    run(*git, 'add', '--all', '--force', '--', '.', ':!debian', ':!.pc')
    run(*git, 'commit', '--quiet', '--no-verify', '--message', 'release')
    taken = 0
    for name in names:
        path = os.path.join(patches, name)
        with open(path, 'rb') as patch:
            head = patch.read().decode('utf-8', 'replace').split('\n--- ', 1)[0]
        if run('patch', '--directory', source, '-p1', '--batch', '--no-backup-if-mismatch', '--input',
               os.path.abspath(path), check=False).returncode != 0:
            print(f'{source}: {name} does not apply; the series ends here', file=sys.stderr)
            break
        subject = re.search(r'^(?:Subject|Description): *(.*)', head, re.M)
        kind = 'commit' if COMMIT_MARKS.search(head) else 'packaging'
        run(*git, 'add', '--all', '--force', '--', '.', ':!debian', ':!.pc')
        run(*git, 'commit', '--quiet', '--no-verify', '--allow-empty', '--message',
            f'{kind}: {name}: {subject.group(1) if subject else name}')
        taken += kind == 'commit'
    print(f'{source}: {taken} of {len(names)} patches are commits')


main()
