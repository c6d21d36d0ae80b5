import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { sarif, sarifText } from '../../shared/report/sarif.ts';
import { cli } from '../cli/cli.ts';
import { finding } from '../findings/a-finding.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { NOW } from '../world.ts';
import { report } from './small-report.ts';

const INPUT = { tenant: 'acme', asOf: NOW, version: '1.2.3' };
const resultOf = (more: Partial<Finding>, pathOf?: (file: string) => string) =>
  sarif({ ...INPUT, findings: [finding(more)], ...(pathOf === undefined ? {} : { pathOf }) }).runs[0]
    ?.results[0];

/** What code scanning asks of a file beyond the schema (docs.github.com: SARIF support for code scanning). */
function objections(text: string): readonly string[] {
  const wrong: string[] = [];
  const need = (holds: boolean, what: string) => void (holds || wrong.push(what));
  const log = JSON.parse(text);
  need(log.runs.length === 1, 'runs');
  for (const run of log.runs) {
    const { driver } = run.tool;
    need(/^\d+\.\d+\.\d+/.test(driver.semanticVersion), 'driver.semanticVersion');
    need(/\/$/.test(run.automationDetails.id), 'automationDetails.id is a category');
    const ids = driver.rules.map((rule: { id: string }) => rule.id);
    need(new Set(ids).size === ids.length, 'rules are there once');
    for (const rule of driver.rules) {
      for (const part of ['shortDescription', 'fullDescription', 'help'])
        need(rule[part]?.text !== '', `${rule.id} ${part}.text`);
      need(/^\d+\.\d$/.test(rule.properties['security-severity']), `${rule.id} security-severity`);
      need(rule.properties.tags.includes('security'), `${rule.id} tags`);
      need(rule.fullDescription.text.length <= 1024, `${rule.id} fullDescription is too long`);
    }
    for (const result of run.results) {
      need(result.message.text !== '', 'message.text');
      need(!/\]\(/.test(result.message.text), 'message has a link');
      need(result.ruleIndex === undefined || ids[result.ruleIndex] === result.ruleId, 'ruleIndex');
      need(result.locations.length >= 1 && result.locations.length <= 10, 'locations');
      for (const { physicalLocation } of result.locations) {
        need(URL.canParse(physicalLocation.artifactLocation.uri, 'file:///repository/'), 'uri');
        need(physicalLocation.region.startLine >= 1, 'startLine');
      }
      need(Object.values(result.partialFingerprints).length > 0, 'partialFingerprints');
    }
  }
  return wrong;
}

/**
 * The schema of OASIS, with the formats it names: the library knows none by itself. It is of draft 4, of which it uses nothing that later drafts
 * read otherwise but its own name.
 */
const isSarif = (() => {
  const path = createRequire(import.meta.url).resolve(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  );
  const { $schema: _draft, id: _name, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
  const uri = /^[a-z][a-z0-9+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+$/i;
  return new Ajv({
    strict: false,
    unicodeRegExp: false,
    allErrors: true,
    formats: {
      uri,
      'uri-reference': /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i,
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
    },
  }).compile(schema);
})();

/** What the schema objects to. */
function faultsIn(text: string): readonly string[] {
  isSarif(JSON.parse(text));
  return (isSarif.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const STATES = ['open', 'acknowledged', 'snoozed', 'excepted', 'resolved', 'undecided'] as const;

describe('SARIF', () => {
  it('is valid, and every result has a place, whatever the findings are', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 4 }), (findings) => {
        const text = sarifText({ ...INPUT, findings });
        expect([...faultsIn(text), ...objections(text)]).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['of a small organisation', () => report().findings],
    ['of one of every state', () => STATES.map((state) => finding({ id: state, state, exception: 'x' }))],
    ['of nothing', () => []],
  ])('keeps to the schema for a report %s', (_of, findings) => {
    const text = sarifText({ ...INPUT, findings: findings() });
    expect([...faultsIn(text), ...objections(text)]).toEqual([]);
  });

  it('keeps to the schema for the example, as the command writes it', async () => {
    const acme = (file: string) => fileURLToPath(new URL(`../../examples/acme/${file}`, import.meta.url));
    const args = ['-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '--format', 'sarif'];
    const { out } = await cli(['scan', ...args]);
    expect(JSON.parse(out).runs[0].results.length).toBeGreaterThan(0);
    expect([...faultsIn(out), ...objections(out)]).toEqual([]);
  });

  it.each([
    ['a level that is none', (log: Wrong) => Object.assign(log.runs[0].results[0], { level: 'fatal' })],
    ['a line before the first', (log: Wrong) => Object.assign(regionOf(log), { startLine: 0 })],
    ['an address that is none', (log: Wrong) => Object.assign(log, { $schema: 'no address' })],
    ['a tool without a name', (log: Wrong) => delete log.runs[0].tool.driver.name],
  ])('the schema would object to %s', (_what, spoil) => {
    const log = JSON.parse(sarifText({ ...INPUT, findings: [finding()] }));
    spoil(log);
    expect(faultsIn(JSON.stringify(log))).not.toEqual([]);
  });

  it('lies at the line of the policy; the resource is a logical location', () => {
    const why = {
      file: './policies/acme prod.yaml',
      line: 12,
      column: 7,
      entry: 'forbiddenRoles[basic]',
      policyHash: 'h',
    };
    expect(resultOf({ why })).toMatchObject({
      ruleId: 'forbidden-role',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'policies/acme%20prod.yaml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 12, startColumn: 7 },
          },
          logicalLocations: [
            {
              name: 'api@acme-prod',
              fullyQualifiedName: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
            },
          ],
        },
      ],
      partialFingerprints: { 'anchorwatchFp/v1': 'f1', primaryLocationLineHash: 'f1:1' },
    });
  });

  it('names a policy from a bucket, or from outside the repository, as it is', () => {
    const uri = (file: string) => {
      const why = { file, line: 0, column: 0, entry: 'spec', policyHash: 'h' };
      return resultOf({ why })?.locations[0]?.physicalLocation;
    };
    expect(uri('gs://acme-policy/policy.yaml')).toEqual({
      artifactLocation: { uri: 'gs://acme-policy/policy.yaml' },
      region: { startLine: 1, startColumn: 1 },
    });
    expect(uri('/etc/anchorwatch/p 1.yaml')?.artifactLocation).toEqual({
      uri: 'file:///etc/anchorwatch/p%201.yaml',
    });
    const why = { file: '/repo/policy.yaml', line: 1, column: 1, entry: 'spec', policyHash: 'h' };
    const { artifactLocation } =
      resultOf({ why }, (file) => file.replace('/repo/', ''))?.locations[0]?.physicalLocation ?? {};
    expect(artifactLocation).toEqual({ uri: 'policy.yaml', uriBaseId: '%SRCROOT%' });
  });

  it('an exception suppresses; what is undecided or resolved is no result', () => {
    const findings = STATES.map((state) => finding({ id: state, state, exception: 'migration' }));
    const results = sarif({ ...INPUT, findings }).runs[0]?.results ?? [];
    expect(results.map((one) => one.properties.state)).toEqual([
      'open',
      'acknowledged',
      'snoozed',
      'excepted',
    ]);
    expect(results.filter((one) => 'suppressions' in one)).toMatchObject([
      { suppressions: [{ kind: 'external', status: 'accepted', justification: 'exception migration' }] },
    ]);
  });

  it('a name from the cloud is no link', () => {
    expect(resultOf({ title: '[click](https://evil.example)' })?.message.text).toMatch(/^\[click\] \(https/);
  });

  it('has every detector as a rule', () => {
    const rules = sarif({ ...INPUT, findings: [] }).runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(ALL_DETECTORS.map(({ id }) => id));
    expect(rules.find(({ id }) => id === 'forbidden-role')).toMatchObject({
      name: 'ForbiddenRole',
      help: { text: expect.stringContaining('NIST 800-53 r5 AC-6') },
    });
  });
});

type Wrong = ReturnType<typeof JSON.parse>;

function regionOf(log: Wrong): object {
  return log.runs[0].results[0].locations[0].physicalLocation.region;
}
