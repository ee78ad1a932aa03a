#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the corpus from the histories of projects. The same seed and histories give the same cases.

    generate.py --seed N --out FOLDER NAME=REPOSITORY...

Writes cases.xz, which the tests run, and kept-aside.xz: the cases of a fifth of the commits, for one run at the end."""

import argparse
import collections
import hashlib
import os
import random

import corpus
import history
from hostile import HOSTILE
from variants import Commit, WELL_MEANT

KEPT_ASIDE = 5       # one commit of so many
PER_COMMIT = (3, 1)  # well-meant and hostile cases
MAX_FILES = 6


def is_kept_aside(seed, project, commit):
    return hashlib.sha256(f'{seed} {project} {commit}'.encode()).digest()[0] % KEPT_ASIDE == 0


def choose(functions, used, commit, source, n):
    """The rarest kinds first, so that each gets its share of the commits that it fits."""
    order = sorted(functions, key=lambda function: (used[function.__name__], source.random()))
    for function in order:
        if n == 0:
            return
        parts = function(commit, source)
        if parts:
            used[function.__name__] += 1
            n -= 1
            yield function.__name__, parts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--out', required=True)
    parser.add_argument('histories', nargs='+')
    options = parser.parse_args()
    sets = {False: [], True: []}
    used = {False: collections.Counter(), True: collections.Counter()}

    for entry in options.histories:
        project, repository = entry.split('=', 1)
        n_commits = 0
        for commit in history.commits(repository):
            changes = history.read_commit(repository, commit)
            if not changes or len(changes) > MAX_FILES or not any(change.before for change in changes):
                continue
            # The commit's id depends on the day of the import; what it did does not.
            name = hashlib.sha256(b''.join(change.path.encode() + b'\0' + change.after for change in changes)).hexdigest()[:12]
            aside = is_kept_aside(options.seed, project, name)
            source = random.Random(f'{options.seed} {project} {name}')
            n_commits += 1
            for functions, n in zip((WELL_MEANT, HOSTILE), PER_COMMIT):
                for variant, parts in choose(functions, used[aside], Commit(project, name, changes), source, n):
                    sets[aside].append({'id': f'{project}-{name}-{variant}', 'project': project, 'variant': variant, **parts})
        print(f'{project}: {n_commits} commits')

    for aside, name in ((False, 'cases.xz'), (True, 'kept-aside.xz')):
        path = os.path.join(options.out, name)
        corpus.save(path, sets[aside])
        print(f'{name}: {len(sets[aside])} cases, {os.path.getsize(path)} bytes')
        for variant, n in sorted(used[aside].items()):
            print(f'  {variant}: {n}')


if __name__ == '__main__':
    main()
