import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { sarif, sarifText } from '../../shared/report/sarif.ts';
import { finding } from '../findings/a-finding.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { NOW } from '../world.ts';

const INPUT = { tenant: 'acme', asOf: NOW, version: '1.2.3' };
const resultOf = (more: Partial<Finding>, pathOf?: (file: string) => string) =>
  sarif({ ...INPUT, findings: [finding(more)], ...(pathOf === undefined ? {} : { pathOf }) }).runs[0]
    ?.results[0];

/**
 * What SARIF 2.1.0 and code scanning ask of a file, for want of the official schema among the packages: required properties, their types and
 * enumerations (OASIS sarif-v2.1.0-os), and that every result lies somewhere (docs.github.com: SARIF support for code scanning).
 */
function objections(text: string): readonly string[] {
  const wrong: string[] = [];
  const need = (holds: boolean, what: string) => void (holds || wrong.push(what));
  const log = JSON.parse(text);
  need(log.version === '2.1.0', 'version');
  need(Array.isArray(log.runs) && log.runs.length === 1, 'runs');
  for (const run of log.runs) {
    const { driver } = run.tool;
    need(typeof driver.name === 'string' && driver.name !== '', 'driver.name');
    need(/^\d+\.\d+\.\d+/.test(driver.semanticVersion), 'driver.semanticVersion');
    need(['utf16CodeUnits', 'unicodeCodePoints'].includes(run.columnKind), 'columnKind');
    need(/\/$/.test(run.automationDetails.id), 'automationDetails.id is a category');
    for (const call of run.invocations) {
      need(typeof call.executionSuccessful === 'boolean', 'executionSuccessful');
      need(!Number.isNaN(Date.parse(call.endTimeUtc)), 'endTimeUtc');
    }
    const ids = driver.rules.map((rule: { id: string }) => rule.id);
    need(new Set(ids).size === ids.length, 'rules are there once');
    for (const rule of driver.rules) {
      for (const part of ['shortDescription', 'fullDescription', 'help'])
        need(typeof rule[part]?.text === 'string' && rule[part].text !== '', `${rule.id} ${part}.text`);
      need(
        ['error', 'warning', 'note', 'none'].includes(rule.defaultConfiguration.level),
        `${rule.id} level`,
      );
      need(/^\d+\.\d$/.test(rule.properties['security-severity']), `${rule.id} security-severity`);
      need(rule.properties.tags.includes('security'), `${rule.id} tags`);
      need(rule.fullDescription.text.length <= 1024, `${rule.id} fullDescription is too long`);
    }
    for (const result of run.results) {
      need(typeof result.message.text === 'string' && result.message.text !== '', 'message.text');
      need(!/\]\(/.test(result.message.text), 'message has a link');
      need(['error', 'warning', 'note', 'none'].includes(result.level), 'level');
      need(result.ruleIndex === undefined || ids[result.ruleIndex] === result.ruleId, 'ruleIndex');
      need(result.locations.length >= 1 && result.locations.length <= 10, 'locations');
      for (const { physicalLocation, logicalLocations } of result.locations) {
        const { artifactLocation, region } = physicalLocation;
        need(URL.canParse(artifactLocation.uri, 'file:///repository/'), `uri ${artifactLocation.uri}`);
        need(/^[\x21-\x7e]*$/.test(artifactLocation.uri), 'uri is ASCII');
        need(Number.isInteger(region.startLine) && region.startLine >= 1, 'startLine');
        need(Number.isInteger(region.startColumn) && region.startColumn >= 1, 'startColumn');
        need(
          logicalLocations.every((one: { name: unknown }) => typeof one.name === 'string'),
          'logicalLocations',
        );
      }
      const prints = Object.values(result.partialFingerprints);
      need(prints.length > 0 && prints.every((one) => typeof one === 'string'), 'partialFingerprints');
      for (const one of result.suppressions ?? []) {
        need(['inSource', 'external'].includes(one.kind), 'suppression.kind');
        need(['accepted', 'underReview', 'rejected'].includes(one.status), 'suppression.status');
      }
    }
  }
  return wrong;
}

describe('SARIF', () => {
  it('is valid, and every result has a place, whatever the findings are', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 4 }), (findings) => {
        expect(objections(sarifText({ ...INPUT, findings }))).toEqual([]);
      }),
      { numRuns: 50 },
    );
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
    const states = ['open', 'acknowledged', 'snoozed', 'excepted', 'resolved', 'undecided'] as const;
    const findings = states.map((state) => finding({ id: state, state, exception: 'migration' }));
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
