import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonSplitter } from '../../shared/decode/input/json-splitter.ts';
import { parsePiece } from '../../shared/decode/input/parse-piece.ts';
import { type InputItem, readInput } from '../../shared/decode/input/read-input.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anchorwatch-input-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function itemsOf(paths: readonly string[], stdin?: AsyncIterable<Uint8Array>): Promise<InputItem[]> {
  const items: InputItem[] = [];
  for await (const item of readInput(paths, stdin === undefined ? {} : { stdin })) items.push(item);
  return items;
}

/** Reads `content` as standard input, in chunks of `size` bytes. */
async function read(content: string | Uint8Array, size = 1 << 20): Promise<InputItem[]> {
  const bytes = Buffer.from(content);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return itemsOf(['-'], chunks());
}

/** `VALUE@LINE` for values, `KIND@LINE` for problems, `note` for notes. */
function short(items: readonly InputItem[]): string[] {
  return items.map((item) => {
    if ('value' in item) return `${JSON.stringify(item.value)}@${item.where.line}`;
    return 'problem' in item ? `${item.problem.kind}@${item.problem.line}` : 'note';
  });
}

describe('every layout gives its values, with the line each begins in', () => {
  it.each<[string, string, string[]]>([
    ['lines', '{"a":1}\n{"a":2}\n', ['{"a":1}@1', '{"a":2}@2']],
    ['lines, the last without an end', '{"a":1}\n{"a":2}', ['{"a":1}@1', '{"a":2}@2']],
    [
      'lines of another system, with blank ones',
      '{"a":1}\r\n\r\n  \n{"a":2}\r\n',
      ['{"a":1}@1', '{"a":2}@4'],
    ],
    ['one object', '{"a":{"b":[1,2]}}', ['{"a":{"b":[1,2]}}@1']],
    ['one object, laid out', '{\n  "a": [\n    {"b": 1}\n  ]\n}\n', ['{"a":[{"b":1}]}@1']],
    ['objects laid out, one after another', '{\n"a": 1\n}\n{\n"a": 2\n}\n', ['{"a":1}@1', '{"a":2}@4']],
    ['objects without anything between', '{"a":1}{"a":2} {"a":3}', ['{"a":1}@1', '{"a":2}@1', '{"a":3}@1']],
    ['a list', '[{"a":1},{"a":2}]', ['{"a":1}@1', '{"a":2}@1']],
    ['a list, laid out', '[\n  {\n    "a": 1\n  },\n  {"a": 2}\n]\n', ['{"a":1}@2', '{"a":2}@5']],
    ['a list of one a line', '[\n{"a":1},\n{"a":2}\n]', ['{"a":1}@2', '{"a":2}@3']],
    ['lists, one after another', '[{"a":1}]\n[{"a":2}]', ['{"a":1}@1', '{"a":2}@2']],
    ['a list of other things', '[1, "x,]", null, true]', ['1@1', '"x,]"@1', 'null@1', 'true@1']],
    ['lists within a list', '[[{"a":1},{"a":2}],[{"a":3}]]', ['{"a":1}@1', '{"a":2}@1', '{"a":3}@1']],
    ['lists in lines', '{"a":1}\n[{"a":2},{"a":3}]\n', ['{"a":1}@1', '{"a":2}@2', '{"a":3}@2']],
    ['an empty list', '[]', []],
    ['an answer of a list call', '{"assets":[{"a":1},{"a":2}],"readTime":"t"}', ['{"a":1}@1', '{"a":2}@1']],
    ['a list of such answers', '[{"entries":[{"a":1}]},{"entries":[]}]', ['{"a":1}@1']],
    [
      'a push, which is no such answer',
      '{"message":{"data":""},"messages":[1]}',
      ['{"message":{"data":""},"messages":[1]}@1'],
    ],
    ['a text sequence', '\u001e{"a":1}\n\u001e{"a":2}\n', ['{"a":1}@1', '{"a":2}@2']],
    ['a byte order mark', '\ufeff{"a":1}\n', ['{"a":1}@1']],
    [
      'texts with brackets and quotes in them',
      '{"a":"}{\\"[]\\\\"}\n{"b":"\\\\"}',
      ['{"a":"}{\\"[]\\\\"}@1', '{"b":"\\\\"}@2'],
    ],
    ['letters beyond ASCII', '{"ä":"日本"}\n{"b":"🦀"}\n', ['{"ä":"日本"}@1', '{"b":"🦀"}@2']],
  ])('%s', async (_layout, content, expected) => {
    expect(short(await read(content))).toEqual(expected);
    for (const size of [1, 2, 3, 7]) expect(short(await read(content, size))).toEqual(expected);
    expect(short(await read(gzipSync(content), 5))).toEqual(expected);
  });

  it('any values in any layout come back as they were', async () => {
    const values = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 6 });
    const layout = fc.constantFrom<(all: readonly unknown[]) => string>(
      (all) => all.map((value) => `${JSON.stringify(value)}\n`).join(''),
      (all) => all.map((value) => `${JSON.stringify(value, null, 2)}\n`).join(''),
      (all) => JSON.stringify(all),
      (all) => JSON.stringify(all, null, 1),
    );
    await fc.assert(
      fc.asyncProperty(values, layout, fc.integer({ min: 1, max: 50 }), async (all, write, size) => {
        // An object with such a key is an answer of a list call; and an empty object laid out is one line, which sets the layout.
        fc.pre(
          all.every(
            (value) =>
              !(
                'assets' in value ||
                'entries' in value ||
                'messages' in value ||
                'receivedMessages' in value
              ),
          ),
        );
        fc.pre(all.every((value) => Object.keys(value).length > 0));
        const found = (await read(write(all), size)).flatMap((item) => ('value' in item ? [item.value] : []));
        expect(JSON.stringify(found)).toBe(JSON.stringify(all));
      }),
    );
  });
});

describe('what cannot be read is a problem with its place, and reading goes on', () => {
  const large = `{"a":"${'x'.repeat(11 * 1024 * 1024)}"}`;
  it.each<[string, string | Uint8Array, string[]]>([
    ['a broken line among lines', '{"a":1}\n{"a":\n{"a":3}\n', ['{"a":1}@1', 'not-json@2', '{"a":3}@3']],
    ['a broken first line', '{"a":{"b":1\n{"a":2}\n{"a":3}\n', ['not-json@1', '{"a":2}@2', '{"a":3}@3']],
    [
      'a first line broken within a text',
      '{"a":"x\n{"a":2}\n{"a":3}\n',
      ['not-json@1', '{"a":2}@2', '{"a":3}@3'],
    ],
    [
      'a line of something else',
      '{"a":1}\nYou have configured\n{"a":3}\n',
      ['{"a":1}@1', 'not-json@2', '{"a":3}@3'],
    ],
    ['a first line of something else', 'You have "configured\n{"a":2}\n', ['not-json@1', '{"a":2}@2']],
    ['a broken element of a list', '[{"a":1},{"a":},{"a":3}]', ['{"a":1}@1', 'not-json@1', '{"a":3}@1']],
    ['lines cut off within one', '{"a":1}\n{"a":2,"b', ['{"a":1}@1', 'truncated@2']],
    ['an object cut off', '{\n"a": 1,\n', ['truncated@3']],
    ['a list cut off within an element', '[{"a":1},\n{"a"', ['{"a":1}@1', 'truncated@2']],
    ['a list cut off between elements', '[{"a":1},\n', ['{"a":1}@1', 'truncated@2']],
    [
      'a line that is no UTF-8',
      Buffer.concat([Buffer.from('{"a":1}\n{"a":"'), Uint8Array.of(0xff), Buffer.from('"}\n{"a":3}\n')]),
      ['{"a":1}@1', 'invalid-utf8@2', '{"a":3}@3'],
    ],
    ['a line of more than 10 MiB', `{"a":1}\n${large}\n{"a":3}\n`, ['{"a":1}@1', 'too-large@2', '{"a":3}@3']],
    [
      'an element of more than 10 MiB',
      `[{"a":1},${large},{"a":3}]`,
      ['{"a":1}@1', 'too-large@1', '{"a":3}@1'],
    ],
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), ['invalid-utf8@1']],
    ['nothing', '', ['note']],
    [
      'compressed data cut off',
      gzipSync('{"a":1}\n'.repeat(3)).subarray(0, -4),
      ['{"a":1}@1', '{"a":1}@2', '{"a":1}@3', 'truncated@4'],
    ],
  ])('%s', async (_what, content, expected) => {
    expect(short(await read(content))).toEqual(expected);
  });

  it('but what stands by itself may be larger: a plan is one object', async () => {
    expect(await read(large)).toMatchObject([{ where: { line: 1 } }]);
    expect(await read(`${large}\n`)).toMatchObject([{ where: { line: 1 } }]);
  });

  it('that has its limit too, which is told', () => {
    const splitter = new JsonSplitter({ message: 8, whole: 1024 * 1024 });
    const pieces = [...splitter.write(Buffer.from(`{"a":"${'x'.repeat(1024 * 1024)}"}`)), ...splitter.end()];
    expect(pieces).toEqual([{ kind: 'too-large', line: 1, limit: 1024 * 1024 }]);
    expect(parsePiece('plan.json', pieces[0]!)).toEqual([
      {
        problem: {
          file: 'plan.json',
          line: 1,
          kind: 'too-large',
          message: 'one value of more than 1 MiB; passed over',
        },
      },
    ]);
  });

  it('says where and in plain words', async () => {
    expect(await read('{"a":1}\n{"a" 1}\n')).toContainEqual({
      problem: { file: '-', line: 2, column: 6, kind: 'not-json', message: 'not JSON: {"a" 1}' },
    });
    expect(await read('[\n{"a":1')).toEqual([
      {
        problem: {
          file: '-',
          line: 2,
          kind: 'truncated',
          message: 'the file ends within what begins in line 2',
        },
      },
    ]);
  });

  it('a long file of another kind is a few problems, not thousands', async () => {
    const items = await read('a: b\n'.repeat(10_000));
    expect(items).toHaveLength(3);
    expect(items[2]).toMatchObject({ problem: { message: 'not JSON: a: b (and 9997 more right after)' } });
  });

  it.each<[string, () => string, string]>([
    ['a file that is not there', () => 'missing.json', 'no such file or folder'],
    ['a path through a file', () => 'lines.ndjson/x', 'a part of this path is a file, not a folder'],
    [
      'Terraform source',
      () => 'main.tf',
      'Terraform source is not read; give the output of terraform show -json',
    ],
    ['damaged compressed data', () => 'damaged.gz', 'the compressed file is damaged'],
    [
      'a folder of other things',
      () => 'other',
      'the folder holds no file .json, .ndjson, .jsonl, .yaml, .yml or .gz',
    ],
  ])('%s', async (_what, name, message) => {
    await writeFile(join(folder, 'lines.ndjson'), '{"a":1}\n');
    await writeFile(join(folder, 'main.tf'), 'resource {}');
    const compressed = gzipSync(Buffer.alloc(1000, '{"a":1}\n'));
    compressed.fill(0xff, 12, 20);
    await writeFile(join(folder, 'damaged.gz'), compressed);
    await mkdir(join(folder, 'other'), { recursive: true });
    const file = join(folder, name());
    expect(await itemsOf([file])).toContainEqual({ problem: expect.objectContaining({ file, message }) });
  });

  it('standard input that is not there', async () => {
    expect(await itemsOf(['-'])).toMatchObject([{ problem: { file: '-', kind: 'unreadable' } }]);
  });
});

it('a folder is read to its depths, in order, without what is not JSON', async () => {
  const root = join(folder, 'tree');
  await mkdir(join(root, 'b'), { recursive: true });
  await writeFile(join(root, 'c.jsonl'), '{"n":3}\n');
  await writeFile(join(root, 'a.json'), '[{"n":1}]');
  await writeFile(join(root, 'a.meta.json'), '[{"of":1}]');
  await writeFile(join(root, 'b', 'x.ndjson.gz'), gzipSync('{"n":2}\n'));
  await writeFile(join(root, 'README.md'), '# no');
  await symlink(root, join(root, 'round'));
  await symlink(join(root, 'a.json'), join(root, 'd.json'));
  const items = await itemsOf([root]);
  expect(short(items)).toEqual(['{"n":1}@1', '{"n":2}@1', '{"n":3}@1', '{"n":1}@1', 'note', 'note']);
  expect(items.slice(4)).toEqual([
    {
      note: {
        file: root,
        message: 'passed over 2 files that are not .json, .ndjson, .jsonl, .yaml, .yml or .gz',
      },
    },
    { note: { file: root, message: 'passed over 1 files .meta.json, which describe others' } },
  ]);
});

describe('YAML', () => {
  const doc = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n`;
  const value = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  const names = (items: readonly InputItem[]) =>
    items.map((item) =>
      'value' in item
        ? `${JSON.stringify(item.value).match(/"name":"([^"]*)"/)?.[1]}@${item.where.line}`
        : 'problem' in item
          ? `${item.problem.kind}@${item.problem.line}:${item.problem.column}`
          : 'note',
    );

  it.each<[string, string, string[]]>([
    ['one document', doc('a'), ['a@1']],
    ['several, told from JSON by their first line', `---\n${doc('a')}---\n${doc('b')}`, ['a@2', 'b@7']],
    ['a licence first', `# Copyright\n#\n\n${doc('a')}`, ['a@4']],
    ['empty ones between', `---\n---\n# nothing\n---\n${doc('a')}---\n`, ['a@5']],
    ['lines of another system', `---\r\n${doc('a').replaceAll('\n', '\r\n')}`, ['a@2']],
    [
      'a broken one costs itself',
      `${doc('a')}---\nkind: [\n---\n${doc('b')}`,
      ['a@1', 'not-yaml@7:1', 'b@8'],
    ],
    ['equal keys', `${doc('a')}kind: Pod\n`, ['not-yaml@5:1']],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- {metadata: {name: a}}\n- {metadata: {name: b}}\n',
      ['a@1', 'b@1'],
    ],
    ['merge keys', `${doc('a')}x: &x {y: 1}\nz:\n  <<: *x\n`, ['a@1']],
    ['an alias that leads nowhere', `${doc('a')}x: *y\n`, ['not-yaml@1:1']],
  ])('%s', async (_what, content, expected) => {
    expect(names(await read(content))).toEqual(expected);
    for (const size of [1, 3, 7]) expect(names(await read(content, size))).toEqual(expected);
    expect(names(await read(gzipSync(content), 5))).toEqual(expected);
  });

  it('says of each value that it was YAML', async () => {
    expect(await read(doc('a'))).toEqual([
      { value: value('a'), where: { file: '-', line: 1 }, syntax: 'yaml' },
    ]);
  });

  it('a list of Kubernetes is taken apart in JSON too, and what is in it is named by its kind', async () => {
    const list = { apiVersion: 'v1', kind: 'ServiceAccountList', items: [{ metadata: { name: 'a' } }] };
    expect(await read(JSON.stringify(list))).toMatchObject([{ value: value('a') }]);
  });

  it('a template is not YAML yet, and one problem each', async () => {
    const items = await read(`${doc('a')}---\n${doc('{{ .Values.name }}')}`);
    expect(items[1]).toEqual({
      problem: {
        file: '-',
        line: 9,
        column: 10,
        kind: 'not-yaml',
        message: 'not YAML but a template for it: render it first (helm template, kustomize build)',
      },
    });
    expect(items).toHaveLength(2);
  });

  it.each<[string, string, RegExp]>([
    [
      'aliases that unfold without end',
      `---\na: &a [x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\n`,
      /unfold to too much/,
    ],
    ['a document that holds itself', '---\na: &a\n  b: *a\n', /nested more than 100 deep/],
    ['brackets without end', `---\na: ${'['.repeat(20_000)}`, /nested more than 100 deep/],
    ['two hundred levels', `---\na: ${'['.repeat(200)}${']'.repeat(200)}`, /nested more than 100 deep/],
  ])('%s is refused', async (_what, content, message) => {
    expect(await read(content)).toEqual([
      { problem: expect.objectContaining({ kind: 'not-yaml', message: expect.stringMatching(message) }) },
    ]);
  });

  it('more than 10 MiB is refused, as is what is not UTF-8', async () => {
    const large = `${doc('a')}x: ${'y'.repeat(11 * 1024 * 1024)}\n`;
    expect(await read(large)).toMatchObject([{ problem: { kind: 'too-large' } }]);
    const bytes = Buffer.concat([Buffer.from(doc('a')), Uint8Array.of(0xff)]);
    expect(await read(bytes)).toMatchObject([{ problem: { kind: 'invalid-utf8' } }]);
  });

  it('no key reaches a prototype', async () => {
    const [item] = await read('---\n__proto__: {polluted: true}\nconstructor: 1\n');
    expect(item !== undefined && 'value' in item && Object.hasOwn(Object(item.value), '__proto__')).toBe(
      true,
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('a name says it when the content does not, and a folder is read with its YAML in order', async () => {
    const root = join(folder, 'yaml');
    await mkdir(join(root, 'm'), { recursive: true });
    await writeFile(join(root, 'z.yml'), 'values: 1\n');
    await writeFile(join(root, 'a.json'), '{"n":1}');
    await writeFile(join(root, 'm', 'b.yaml'), doc('b'));
    await writeFile(join(root, 'm', 'empty.yaml'), '');
    const items = await itemsOf([root]);
    expect(short(items)).toEqual(['{"n":1}@1', `${JSON.stringify(value('b'))}@1`, 'note', '{"values":1}@1']);
    expect(short(await itemsOf([join(root, 'z.yml')]))).toEqual(['{"values":1}@1']);
  });
});

it('a reader that stops early leaves nothing open', async () => {
  const file = join(folder, 'many.ndjson.gz');
  await writeFile(file, gzipSync('{"a":1}\n'.repeat(200_000)));
  for await (const item of readInput([file])) {
    expect(item).toMatchObject({ value: { a: 1 }, where: { file, line: 1 } });
    break;
  }
});
