/** Payloads that nobody of this project wrote, through the command line: nothing fails, and every element is counted once. */
import { readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { afterAll, describe, expect, jest } from '@jest/globals';
import { fixtureFiles, fixturePath, fixtures, itOnFixtures } from '../fixtures.ts';
import { cli, Folder } from './cli.ts';
import { policyText } from './small-world.ts';

// Some five hundred files.
jest.setTimeout(60_000);

const folder = new Folder();
const policy = folder.file('policy.yaml', policyText());
afterAll(() => folder.remove());

/** Answers of list calls hold their messages in a field; a file of one object is one message, a file of a list as many as it has. */
function elementsIn(file: string): number {
  return fixtures(file).flatMap((value) => heldBy(value) ?? [value]).length;
}

function heldBy(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || 'name' in value || 'message' in value) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return ['assets', 'entries', 'receivedMessages', 'messages']
    .map((name) => fields[name])
    .find((list) => Array.isArray(list));
}

function counted(out: string): number {
  const { counts }: { counts: Readonly<Record<string, number>> } = JSON.parse(out);
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

const EVENTS = [
  'cloud-custodian',
  'eventarc-samples',
  'functions-framework-conformance',
  'gcpdiag',
  'google-cloudevents',
  'google-docs-iam',
  'iris3',
  'k8s-io/derived_feed',
  'khi',
  'panther-analysis',
  'professional-services',
  'real-time-enforcer',
];
const ASSETS = [
  'policy-library',
  'professional-services/cai_assets.json',
  'professional-services/cai_feed_messages.json',
  'terraform-google-conversion/cai',
  'terraform-validator/cai',
  'k8s-io/derived_feed',
];

function filesOf(path: string): readonly string[] {
  return path.endsWith('.json') ? [path] : fixtureFiles(path);
}

describe('replay over captured messages', () => {
  for (const source of EVENTS) {
    itOnFixtures(`${source}: each element once`, async () => {
      const files = filesOf(source);
      const ran = await cli(['replay', '-p', policy, '-f', 'json', '-e', ...files.map(fixturePath)]);
      expect([0, 1]).toContain(ran.code);
      expect(counted(ran.out)).toBe(files.reduce((sum, file) => sum + elementsIn(file), 0));
    });
  }

  itOnFixtures('changes of annotations, a line each', async () => {
    for (const project of ['istio-test-infra', 'knative-infra', 'oss-test-infra']) {
      const path = fixturePath(`${project}/annotation_history.ndjson`);
      const ran = await cli(['replay', '-p', policy, '-e', path, '--trace']);
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
      expect(ran.out.trimEnd().split('\n')).toHaveLength(lines);
    }
  });
});

describe('scan over captured assets', () => {
  for (const source of ASSETS) {
    itOnFixtures(`${source}: each element once`, async () => {
      const files = filesOf(source);
      const ran = await cli(['scan', '-p', policy, '-f', 'json', '-a', ...files.map(fixturePath)]);
      expect([0, 1]).toContain(ran.code);
      expect(counted(ran.out)).toBe(files.reduce((sum, file) => sum + elementsIn(file), 0));
    });
  }

  itOnFixtures('whatever else there is: no file makes it fail', async () => {
    const byFolder = Map.groupBy(fixtureFiles('.'), (file) => file.split(sep)[0] ?? '');
    for (const [name, files] of byFolder) {
      const ran = await cli(['scan', '-p', policy, '-f', 'json', '-a', ...files.map(fixturePath)]);
      expect({ name, fine: [0, 1, 4].includes(ran.code ?? -1) }).toEqual({ name, fine: true });
      // A Terraform plan is one element, and many resources.
      const least = files.reduce((sum, file) => sum + (/plan/.test(file) ? 0 : elementsIn(file)), 0);
      expect({ name, enough: counted(ran.out) >= least }).toEqual({ name, enough: true });
    }
  });
});
