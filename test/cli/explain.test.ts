import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { addExplain } from '../../cli/commands/explain.ts';
import { acme, run } from './command.ts';

const INPUT = ['--policy', acme('policy.yaml'), '--assets', acme('assets.ndjson'), '--as-of', '2026-11-21'];
const explain = (...words: readonly string[]) => run(addExplain, ['explain', ...INPUT, ...words]);

describe('anchorwatch explain, on the example', () => {
  it('finds the missing binding of observability/otel-agent and gives the command', async () => {
    const { out, code } = await explain('observability/otel-agent');
    expect(code).toBe(1);
    expect(out).toContain('✖ no         the account lets it in');
    expect(out).toContain(
      'near miss serviceAccount:acme-prod.svc.id.goog[observability/otel-collector]: it lets in observability/otel-collector, not observability/otel-agent',
    );
    expect(out).toContain('policy    otel declares it, so the binding is the side that is missing');
    expect(out).toContain('ask       team-sre');
    expect(out.split('\n').map((line) => line.trim())).toContain(
      "gcloud iam service-accounts add-iam-policy-binding otel@acme-prod.iam.gserviceaccount.com --project=acme-prod '--member=serviceAccount:acme-prod.svc.id.goog[observability/otel-agent]' --role=roles/iam.workloadIdentityUser",
    );
    expect(out).toMatch(
      /\n\n✖ otel@acme-prod\.iam\.gserviceaccount\.com has no roles\/iam\.workloadIdentityUser for\s/,
    );
  });

  it('finds nothing in the way of checkout/cart, and does not call unread pods fine', async () => {
    const { out, code } = await explain('checkout/cart');
    expect(code).toBe(0);
    expect(out).not.toContain('✖');
    expect(out).toContain('✔ yes        the account lets it in');
  });

  it('leaves a bucket undecided while folders were not read', async () => {
    const { out, code } = await explain('checkout/cart', 'bucket:acme-ledger');
    expect(code).toBe(0);
    expect(out).toContain('no role of cart@acme-prod on it is seen');
    expect(out.replace(/\s+/g, ' ')).toContain('not read: folder:987654321098 and organization:123456789012');
  });

  it('says of a KSA that only a pattern declares both what to do if it is meant and if not', async () => {
    const { out, code } = await explain('payments/legacy-batch');
    expect(code).toBe(1);
    expect(out).toContain('# if it is meant to be, in cluster prod-euw1 or prod-use4');
    expect(out).toContain('# if it is not');
    expect(out).toContain('remove-iam-policy-binding batch@acme-prod.iam.gserviceaccount.com');
  });

  it('explains accounts, keys, resources and findings', async () => {
    const account = await explain('reports@acme-data.iam.gserviceaccount.com');
    expect(account.code).toBe(0);
    expect(account.out).toContain('the policy allows it none');
    const keyId = /[0-9a-f]{40}/.exec(account.out)![0];
    expect((await explain(keyId)).code).toBe(1);
    expect((await explain('bucket:acme-ledger')).out).toContain('batch@acme-prod');
  });

  it('prints one JSON value with its schema version, times as text', async () => {
    const { out, code } = await explain(
      'observability/otel-agent',
      '--format',
      'json',
      '--symptom',
      'getAccessToken: iam.serviceAccounts.getAccessToken denied',
    );
    expect(code).toBe(1);
    const value: unknown = JSON.parse(out);
    expect(value).toMatchObject({
      schemaVersion: 1,
      explanation: { kind: 'chain', verdict: { answer: 'no', step: 'binding' } },
      diagnoses: [{ id: 'get-access-token-denied', confirmed: true }],
    });
    expect(out).toMatch(/"since": "2026-11-20T[\d:.]+Z"/);
  });

  it.each([
    ['svg', /^<svg /],
    ['mermaid', /^flowchart LR\n/],
    ['dot', /^digraph anchorwatch \{\n/],
  ])('draws %s', async (format, begins) => {
    const { out } = await explain('observability/otel-agent', '--graph', format);
    expect(out).toMatch(begins);
    expect(out).toContain('binding missing');
  });

  it('takes the subject after the files as well as before them', async () => {
    const files = ['--policy', acme('policy.yaml'), '--assets', acme('assets.ndjson')];
    for (const argv of [
      ['explain', ...files, 'checkout/cart', 'bucket:acme-ledger'],
      ['explain', 'checkout/cart', 'bucket:acme-ledger', ...files],
      ['explain', 'checkout/cart', ...files, 'bucket:acme-ledger'],
    ])
      expect((await run(addExplain, argv)).out).toContain('it reaches bucket:acme-ledger');
  });

  it('writes to a file when asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'explain-'));
    try {
      const file = join(folder, 'cart.svg');
      const { out } = await explain('checkout/cart', '--graph', 'svg', '-o', file);
      expect(out).toBe('');
      expect(await readFile(file, 'utf8')).toContain('</svg>');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('colours only when colours are wanted, and highlights the failing step', async () => {
    const esc = String.fromCharCode(27);
    expect((await explain('observability/otel-agent')).out).not.toContain(esc);
    const coloured = await run(addExplain, ['explain', ...INPUT, 'observability/otel-agent'], {
      color: true,
    });
    expect(coloured.out).toContain(`${esc}[1m${esc}[31mthe account lets it in`);
  });
});

describe('anchorwatch explain --symptom', () => {
  it('needs neither policy nor assets', async () => {
    const { out, code } = await run(addExplain, [
      'explain',
      '--symptom',
      'Not found; Gaia id not found for email x',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('404: the account in the annotation does not exist');
    expect(out).toContain('- the account exists and is enabled');
    expect(out).toContain('from: ');
  });

  it('says so when it does not know the text', async () => {
    expect((await run(addExplain, ['explain', '--symptom', 'tea'])).out).toContain('none of the failures');
  });
});

describe('anchorwatch explain ends with', () => {
  it.each([
    ['nothing to explain', ['explain'], 'say what to explain'],
    ['nowhere to look it up', ['explain', 'payments/api'], '--policy and --assets'],
    ['a word that means nothing', ['explain', ...INPUT, 'nonsense'], 'nothing that can be explained'],
    ['a finding that is not there', ['explain', ...INPUT, '0'.repeat(32)], 'is not in what was read'],
  ])('exit 3 for %s', async (_what, argv, why) => {
    const { err, code } = await run(addExplain, argv);
    expect(code).toBe(3);
    expect(err).toContain(why);
  });

  it('exit 4 when the export breaks off, whatever the chain says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'explain-'));
    try {
      const cut = join(folder, 'assets.ndjson');
      await writeFile(cut, (await readFile(acme('assets.ndjson'), 'utf8')).slice(0, -200));
      const argv = ['explain', '--policy', acme('policy.yaml'), '--assets', cut, 'checkout/cart'];
      expect((await run(addExplain, argv)).code).toBe(4);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
