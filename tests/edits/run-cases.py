#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the applier against the corpus and prints how it compares with git apply and patch.

    run-cases.py PROGRAM CORPUS

PROGRAM is apply-cases. Test Anything Protocol; each line of a well-meant case that did not land is a diagnostic."""

import collections
import os
import shutil
import subprocess
import sys
import tempfile

import corpus

LANDED_MIN = 0.95
CASES_MIN = {'cases': 500, 'kept-aside': 100}
SHOWN = 40

RIGHT, WRONG, REFUSED = 'right', 'wrong', 'refused'


def write(folder, files):
    for name, data in files.items():
        if data is None:
            continue
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as out:
            out.write(data)


def read(folder):
    result = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != '.git']
        for name in names:
            path = os.path.join(where, name)
            with open(path, 'rb') as data:
                result[os.path.relpath(path, folder)] = data.read()
    return result


def there(files):
    return {name: data for name, data in files.items() if data is not None}


def judge(folder, case):
    """What became of the files: as they must be, untouched, or something else."""
    now = read(folder)
    if now == there(case['expected']) and not case['hostile']:
        return RIGHT
    return REFUSED if now == there(case['files']) else WRONG


def run_enclave(program, cases, folder):
    for number, case in enumerate(cases):
        own = os.path.join(folder, f'{number:05}')
        os.makedirs(os.path.join(own, 'work'))
        changed = {name: data for name, data in case['files'].items() if name in case['seen'] and data != case['seen'][name]}
        write(os.path.join(own, 'work'), {**case['files'], **case['seen']})
        write(os.path.join(own, 'next'), changed)
        with open(os.path.join(own, 'reply'), 'w', encoding='utf-8') as out:
            out.write(case['reply'])
        with open(os.path.join(own, 'case'), 'w', encoding='utf-8') as out:
            out.write(f"[case]\nchannel={case['channel']}\n")
            out.write(f"seen={';'.join(case['seen'])}\nnext={';'.join(changed)}\n")
            if case['fallback']:
                out.write(f"fallback={case['fallback']}\n")
    output = subprocess.run([program, folder], stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout
    lines = dict(line.split('\t', 1) for line in output.splitlines())
    result = []
    for number, case in enumerate(cases):
        _, flagged, said = lines[f'{number:05}'].split('\t', 2)
        result.append((judge(os.path.join(folder, f'{number:05}', 'work'), case), flagged == '1', said))
    return result


def run_other(command, case, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    write(folder, case['files'])
    environment = dict(os.environ, GIT_CEILING_DIRECTORIES=os.path.dirname(folder), LC_ALL='C')
    subprocess.run(command, cwd=folder, input=case['diff'].encode('utf-8'), stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env=environment, check=False)
    for where, _, names in os.walk(folder):
        for name in names:
            if name.endswith(('.orig', '.rej')):
                os.unlink(os.path.join(where, name))
    return judge(folder, case)


OTHERS = {
    'git apply': ['git', 'apply', '--whitespace=nowarn'],
    'patch': ['patch', '-p1', '--batch', '--forward', '--silent', '--no-backup-if-mismatch'],
}


def print_table(rows):
    print('# Edits of a model, well meant or such as must be refused. Right, wrong place or wrong bytes, refused:')
    print(f"# {'':26}{'well-meant':>12}{'right':>8}{'wrong':>8}{'refused':>9}   {'hostile':>8}{'wrong':>8}{'refused':>9}")
    for name, results in rows:
        kinds = collections.Counter((case['hostile'], outcome) for case, outcome in results)
        meant = sum(n for (hostile, _), n in kinds.items() if not hostile)
        print(f"# {name:26}{meant:>12}{kinds[False, RIGHT]:>8}{kinds[False, WRONG]:>8}{kinds[False, REFUSED]:>9}   "
              f"{len(results) - meant:>8}{kinds[True, WRONG]:>8}{kinds[True, REFUSED]:>9}")


def main():
    program, path = sys.argv[1:3]
    cases = corpus.load(path)
    least = CASES_MIN[os.path.splitext(os.path.basename(path))[0]]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run_enclave(program, cases, os.path.join(folder, 'cases'))
        ours = [(case, outcome) for case, (outcome, _, _) in zip(cases, outcomes)]
        comparable = [(case, outcome) for case, outcome in ours if case['diff']]
        rows = [('Enclave, all', ours), ('Enclave, as diff also', comparable)]
        for name, command in OTHERS.items():
            if shutil.which(command[0]):
                rows.append((name, [(case, run_other(command, case, os.path.join(folder, 'other'))) for case, _ in comparable]))
        print_table(rows)

    by_variant = collections.defaultdict(collections.Counter)
    for case, outcome in ours:
        by_variant[case['hostile'], case['variant']][outcome] += 1
    for (hostile, variant), counts in sorted(by_variant.items()):
        print(f"# {'hostile' if hostile else 'well-meant'} {variant}: " +
              ', '.join(f'{counts[outcome]} {outcome}' for outcome in (RIGHT, WRONG, REFUSED)))

    wrong = [case['id'] for case, outcome in ours if outcome == WRONG]
    meant = [outcome for case, outcome in ours if not case['hostile']]
    share = meant.count(RIGHT) / len(meant)
    silent = [case['id'] for case, (outcome, flagged, _) in zip(cases, outcomes)
              if outcome == RIGHT and case['flag'] and not flagged]
    missed = [(case['id'], said) for case, (outcome, _, said) in zip(cases, outcomes)
              if outcome == REFUSED and not case['hostile']]
    for name, said in missed[:SHOWN]:
        print(f'# not landed: {name}: {said[:200]}')
    checks = [
        (len(cases) >= least, f'{len(cases)} cases, at least {least}'),
        (not wrong, f'{len(wrong)} in a wrong place: {wrong[:SHOWN]}'),
        (share >= LANDED_MIN, f'{meant.count(RIGHT)} of {len(meant)} well-meant edits land ({100 * share:.1f} %)'),
        (not silent, f'{len(silent)} inexact ones are not flagged: {silent[:SHOWN]}'),
    ]
    print(f'1..{len(checks)}')
    for number, (good, words) in enumerate(checks, 1):
        print(f"{'ok' if good else 'not ok'} {number} {words}")
    return 0 if all(good for good, _ in checks) else 1


if __name__ == '__main__':
    sys.exit(main())
