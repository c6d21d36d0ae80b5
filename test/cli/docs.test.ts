/** docs/cli.md and docs/detectors.md say what the commands and the detectors say of themselves. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cliText } from '../../cli/docs/cli-markdown.ts';
import { EXCEPTED_BY, REMEDIES } from '../../cli/docs/detector-facts.ts';
import { detectorGroups, detectorsMarkdown } from '../../cli/docs/detectors-markdown.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { gathered, world } from '../laws/arbitrary-world.ts';
import { LAW_POLICY } from '../laws/news/policy.ts';
import { acme, cli } from './cli.ts';

const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const IDS = ALL_DETECTORS.map(({ id }) => id).sort();

describe('docs/cli.md', () => {
  it('is what the commands say: if not, npm run schema writes it anew', () => {
    expect(docs('cli.md')).toBe(cliText(docs('cli.md')));
  });

  it('keeps what people wrote, and says where it lost its markers', () => {
    const text = docs('cli.md');
    expect(cliText(`${text}A word at the end.\n`)).toBe(`${text}A word at the end.\n`);
    expect(() => cliText(text.replace('<!-- end of reference -->', ''))).toThrow(
      'there are no markers of reference',
    );
  });

  it('links to places that are there', () => {
    const text = docs('cli.md');
    const headings = new Set(
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(' ', '-')),
    );
    const links = [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
    expect(links.length).toBeGreaterThan(20);
    for (const [, file, anchor] of links) {
      if (file)
        expect([file, existsSync(new URL(`../../docs/${file}`, import.meta.url))]).toEqual([file, true]);
      else expect(headings).toContain(anchor);
    }
  });
});

describe('docs/detectors.md', () => {
  it('is what the detectors say: if not, npm run schema writes it anew', () => {
    expect(docs('detectors.md')).toBe(detectorsMarkdown());
  });

  it('has every detector in one group, with its file', () => {
    expect(detectorGroups().flat().sort()).toEqual(IDS);
    for (const id of IDS) {
      expect(detectorsMarkdown()).toContain(`\n### ${id}\n`);
      expect(existsSync(new URL(`../../shared/detectors/${id}.ts`, import.meta.url))).toBe(true);
    }
  });

  it('names the remedies that they give, whatever they find', () => {
    const found = fc
      .sample(world, { numRuns: 120, seed: 7 })
      .flatMap((one) => scan(gathered(one), LAW_POLICY, one.asOf).findings);
    expect(new Set(found.map(({ detector }) => detector)).size).toBeGreaterThan(30);
    const given = new Set(
      found.flatMap(({ detector, remediation }) => remediation.map(({ kind }) => `${detector} ${kind}`)),
    );
    // Terraform is put before the others where a resource is made as code.
    const named = (kind: string) => [...(REMEDIES[kind.split(' ')[0]!] ?? []), 'terraform'];
    expect([...given].filter((one) => !named(one).includes(one.split(' ')[1]!))).toEqual([]);
  });

  it('names the remedies that they give', async () => {
    expect(Object.keys(REMEDIES)).toEqual(IDS);
    expect(Object.keys(EXCEPTED_BY)).toEqual(IDS);
    const ran = await cli([
      'replay',
      '-p',
      acme('policy.yaml'),
      '-a',
      acme('assets.ndjson'),
      '-e',
      acme('events.ndjson'),
      '-f',
      'json',
    ]);
    const {
      findings,
    }: { findings: readonly { detector: string; remediation: readonly { kind: string }[] }[] } = JSON.parse(
      ran.out,
    );
    expect(findings.length).toBeGreaterThan(10);
    for (const { detector, remediation } of findings)
      for (const { kind } of remediation)
        expect([detector, REMEDIES[detector]]).toEqual([detector, expect.arrayContaining([kind])]);
  });
});
