# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes the corpus: XZ of JSON lines. The first line holds the blobs, each a string with one character for each
byte; each further line is a case that names its files by the number of their blob."""

import json
import lzma


def save(path, cases):
    blobs, numbers, rows = [], {}, []

    def number(data):
        if data is None:
            return None
        if data not in numbers:
            numbers[data] = len(blobs)
            blobs.append(data.decode('latin-1'))
        return numbers[data]

    for case in cases:
        row = dict(case)
        for key in ('seen', 'files', 'expected'):
            row[key] = {name: number(data) for name, data in case[key].items()}
        rows.append(row)
    filters = [{'id': lzma.FILTER_LZMA2, 'preset': 9 | lzma.PRESET_EXTREME, 'dict_size': 64 << 20}]
    with lzma.open(path, 'wt', encoding='utf-8', format=lzma.FORMAT_XZ, filters=filters) as out:
        for row in [blobs, *rows]:
            out.write(json.dumps(row, ensure_ascii=False, separators=(',', ':')) + '\n')


def load(path):
    with lzma.open(path, 'rt', encoding='utf-8') as lines:
        blobs = [blob.encode('latin-1') for blob in json.loads(next(lines))]
        cases = [json.loads(line) for line in lines]
    for case in cases:
        for key in ('seen', 'files', 'expected'):
            case[key] = {name: None if n is None else blobs[n] for name, n in case[key].items()}
    return cases
